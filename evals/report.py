"""The report of a suite: JSON for machines, Markdown for people, one plot of the same figures."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ToolError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Draw = Callable[[Mapping[str, Any], "Figure"], None]

COLORS = {True: "#2b7bba", False: "#e07b39", None: "#dddddd"}
WORDS = {True: "yes", False: "no", None: "-"}
MAX_CELL = 80
ROW_INCHES = 0.22
MAX_DRAWN = 80


def write_report(
    result: Mapping[str, Any], about: str, out: Path, draw: Draw | None = None
) -> list[Path]:
    """Write `<suite>.json`, `.md`, `.png` and `.svg` to a folder and return their paths.

    Args:
        result: `{"suite", "data", "summary", "cases"}`, as `run_suite` returns it.
        about: one sentence on what the suite measures.
        out: the folder; it is made where it does not exist.
        draw: what draws the result; by default the rates as bars and the verdicts as a grid.

    Raises:
        ToolError: the folder cannot be written.
    """
    name = result["suite"]
    try:
        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, indent=2, ensure_ascii=False, default=str)
        (out / f"{name}.json").write_text(text + "\n", "utf-8")
        (out / f"{name}.md").write_text(markdown(result, about), "utf-8")
        plots = _plot(result, out, draw or _draw)
    except OSError as error:
        raise ToolError(f"Cannot write the report to {out}: {error}.") from error
    return [out / f"{name}.json", out / f"{name}.md", *plots]


def markdown(result: Mapping[str, Any], about: str) -> str:
    """Return the report as Markdown: the summary, the plot, and a line for each case."""
    name, cases = result["suite"], result["cases"]
    lines = [f"# {name}", "", about, "", f"Cases: {len(cases)}, from `{result['data']}`.", ""]
    lines += ["| figure | value |", "|---|---|"]
    lines += [f"| {_cell(key)} | {_cell(value)} |" for key, value in flat(result["summary"])]
    lines += ["", f"![Figures of {name}]({name}.png)", ""]
    columns = list(dict.fromkeys(key for case in cases for key in case))
    if columns:
        lines += ["## Cases", "", f"| {' | '.join(map(_cell, columns))} |", "|---" * len(columns)]
        lines[-1] += "|"
        lines += [
            f"| {' | '.join(_cell(case.get(column)) for column in columns)} |" for case in cases
        ]
    return "\n".join(lines) + "\n"


def flat(data: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return names and values, nested ones with their path."""
    pairs: list[tuple[str, Any]] = []
    for name, value in data.items():
        if isinstance(value, Mapping):
            pairs += flat(value, f"{prefix}{name}.")
        else:
            pairs.append((f"{prefix}{name}", value))
    return pairs


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    text = " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 3] + "..."


# -- the plot ---------------------------------------------------------------------------------


def _plot(result: Mapping[str, Any], out: Path, draw: Draw) -> list[Path]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    draw(result, figure)
    paths = [out / f"{result['suite']}{ending}" for ending in (".png", ".svg")]
    for path in paths:
        figure.savefig(path, dpi=130)
    return paths


def _draw(result: Mapping[str, Any], figure: "Figure") -> None:
    """Draw the rates of the summary as bars and the verdicts of the cases as a grid below."""
    rates = _rates(result["summary"])
    cases, checks = result["cases"][:MAX_DRAWN], _checks(result["cases"])
    above = max(1.4, 0.34 * len(rates) + 0.8)
    below = ROW_INCHES * len(cases) + 1.0 if checks else 0.0
    figure.set_size_inches(9, above + below)
    if checks:
        top, bottom = figure.subplots(2, 1, gridspec_kw={"height_ratios": [above, below]})
        _draw_checks(bottom, cases, checks)
    else:
        top = figure.subplots()
    _draw_rates(top, rates)
    shown = f", the first {MAX_DRAWN} drawn" if len(result["cases"]) > MAX_DRAWN else ""
    title = f"{result['suite']}: {len(result['cases'])} cases{shown}"
    top.set_title(title, loc="left", fontweight="bold")


def _rates(summary: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Return the figures that are rates: real numbers from 0 to 1."""
    return [
        (name, value)
        for name, value in flat(summary)
        if isinstance(value, float) and 0.0 <= value <= 1.0 and not name.endswith("seconds")
    ]


def _checks(cases: list[dict[str, Any]]) -> list[str]:
    """Return the names of what is true or false of a case."""
    names = dict.fromkeys(key for case in cases for key in case)
    return [name for name in names if any(isinstance(case.get(name), bool) for case in cases)]


def _draw_rates(axes: "Axes", rates: list[tuple[str, float]]) -> None:
    names = [name for name, _ in rates]
    bars = axes.barh(names, [value for _, value in rates], color="#33658a", height=0.62)
    axes.bar_label(bars, labels=[f"{value:.2f}" for _, value in rates], padding=3, fontsize=9)
    axes.set_xlim(0, 1.08)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("share of the cases it applies to")


def _draw_checks(axes: "Axes", cases: list[dict[str, Any]], checks: list[str]) -> None:
    from matplotlib.patches import Patch

    for row, case in enumerate(cases):
        for column, name in enumerate(checks):
            value = case.get(name) if isinstance(case.get(name), bool) else None
            color = COLORS[value]
            axes.barh(row, 0.94, left=column, height=0.86, color=color)
    axes.set_xlim(0, len(checks))
    axes.set_ylim(len(cases) - 0.4, -0.6)
    axes.set_xticks([column + 0.47 for column in range(len(checks))], checks, fontsize=8)
    axes.set_yticks(range(len(cases)), [str(case.get("id", "")) for case in cases], fontsize=7)
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    legend = [Patch(color=COLORS[key], label=label) for key, label in _LEGEND]
    axes.legend(handles=legend, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, fontsize=8)


_LEGEND: tuple[tuple[bool | None, str], ...] = (
    (True, "yes"),
    (False, "no"),
    (None, "does not apply"),
)
