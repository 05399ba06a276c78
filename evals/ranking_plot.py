"""The plot of rankings: the figures of each ranking side by side, for each form of a query."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .relevance import FIGURES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLORS = {"bm25": "#bbbbbb", "bi_encoder": "#7fa8c9", "shipped": "#2b7bba"}
_NAMES = {"bm25": "BM25", "bi_encoder": "base bi-encoder", "shipped": "shipped ranking"}
_WIDTH = 0.27


def draw_rankings(result: Mapping[str, Any], figure: "Figure") -> None:
    """Draw the figures of the shipped ranking beside the baselines, a panel for each form.

    A line on the shipped bars is the 95 % interval of the gain over the better baseline.

    Args:
        result: that of the suite `datafinder`.
        figure: an empty figure.
    """
    summary = result["summary"]
    figure.set_size_inches(9, 3.6)
    forms = ("sentence", "keyphrase")
    for axes, form in zip(figure.subplots(1, len(forms), sharey=True), forms, strict=True):
        _draw_form(axes, summary, form)
        axes.set_title(f"{form} ({summary['queries']} queries)", loc="left", fontweight="bold")
    figure.axes[0].legend(loc="upper left", fontsize=8, frameon=False)


def _draw_form(axes: "Axes", summary: Mapping[str, Any], form: str) -> None:
    rankings = {name: found[form] for name, found in summary["baselines"].items()}
    rankings["shipped"] = summary[form]
    for place, (name, found) in enumerate(rankings.items()):
        bars = axes.bar(
            [at + (place - 1) * _WIDTH for at in range(len(FIGURES))],
            [found[figure] for figure in FIGURES],
            _WIDTH,
            color=_COLORS[name],
            label=_NAMES[name],
        )
        axes.bar_label(bars, fmt="%.2f", padding=2, fontsize=7)
    _draw_intervals(axes, summary, form)
    axes.set_xticks(range(len(FIGURES)), FIGURES)
    axes.set_ylim(0, 1)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_intervals(axes: "Axes", summary: Mapping[str, Any], form: str) -> None:
    for at, figure in enumerate(FIGURES):
        rival = max(summary["baselines"], key=lambda name: summary["baselines"][name][form][figure])
        below = summary["baselines"][rival][form][figure]
        gain = summary["bootstrap"][form][f"vs_{rival}"][figure]
        x = at + _WIDTH + _WIDTH / 3
        axes.plot([x, x], [below + gain["low"], below + gain["high"]], color="#222222", lw=1)
