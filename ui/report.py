"""The report of a run as HTML: score of prepared against raw, changes, measurements, steps."""

from typing import Any

from ..tools.tables import Table, TableStore
from .look import Look
from .text import escape, label, number
from .views import badge, facts_view

SHOWN_ELSEWHERE = ("search", "load", "export", "measure", "profile", "clean", "features")
METRICS = {"roc_auc": "Area under the ROC curve", "r2": "R²"}
VERDICTS = {
    "better": ("done", "The preparation helps"),
    "equal": ("pending", "No difference beyond chance"),
    "worse": ("failed", "The preparation makes it worse"),
}
NOTHING = "<p class='dq-quiet'>Nothing was measured yet.</p>"


def report_view(look: Look | None, tables: TableStore | None = None) -> str:
    """Return what was measured and decided so far."""
    if look is None or not (look.facts or look.table):
        return NOTHING
    parts = [score_view(look.facts["measure"])] if "measure" in look.facts else []
    if look.table and tables:
        parts.append(changes_view(tables.lineage(look.table)))
    parts.append(_section("How each step ended", steps_view(look)))
    parts += [
        _section(label(name), facts_view(data))
        for name, data in look.facts.items()
        if name not in SHOWN_ELSEWHERE
    ]
    return "".join(parts)


def _section(title: str, content: str, is_open: bool = False) -> str:
    mark = " open" if is_open else ""
    return (
        f"<details class='dq-section'{mark}><summary>{escape(title)}</summary>{content}</details>"
    )


def score_view(data: dict[str, Any]) -> str:
    """Return the held-out score of prepared against raw data, as two bars and in words."""
    kind, words = VERDICTS.get(data["verdict"], ("pending", data["verdict"]))
    metric = METRICS.get(data["metric"], data["metric"])
    error = f" ± {number(data['error'])}" if data.get("error") is not None else ""
    return (
        f"<div class='dq-card'><h4>{escape(words)} "
        f"<span class='dq-badge dq-{kind}'>{data['difference']:+.3f}{error}</span></h4>"
        f"<p class='dq-quiet'>{escape(metric)} on {number(data['rows'])} held-out rows; higher is "
        f"better.</p>{_bar('raw', data['raw'])}{_bar('prepared', data['prepared'])}</div>"
    )


def _bar(name: str, value: float) -> str:
    width = max(0.0, min(1.0, value)) * 100
    return (
        f"<div class='dq-bar-row'><span>{escape(name)}</span><span class='dq-track'>"
        f"<span class='dq-fill dq-{escape(name)}' style='width:{width:.1f}%'></span></span>"
        f"<span class='dq-number'>{value:.3f}</span></div>"
    )


def changes_view(lineage: list[Table]) -> str:
    """Return every change that made the current table, with who decided it and why."""
    rows = "".join(
        f"<tr><td>{escape(label(change.tool))}</td><th scope='row'>{escape(change.title, 200)}</th>"
        f"<td class='dq-number'>{change.affected:,} {escape(change.unit)}</td>"
        f"<td>{escape(change.evidence, 300)}</td>"
        f"<td>{escape(change.decided_by)}{' (edited)' if change.edited else ''}</td></tr>"
        for table in lineage
        for change in table.changes
    )
    if not rows:
        return ""
    names = ("step", "change", "affected", "evidence", "decided by")
    heads = "".join(f"<th scope='col'>{name}</th>" for name in names)
    table = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return _section(
        "Changes that were applied",
        f"<table class='dq-facts-table'>{table}</table>",
        is_open=True,
    )


def steps_view(look: Look) -> str:
    """Return how each step ended, in a table."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(label(step.tool))}</th><td>{badge(step.status)}</td>"
        f"<td>{escape(step.summary, 600)}</td></tr>"
        for step in look.plan.steps
    )
    return f"<table class='dq-facts-table'><tbody>{rows}</tbody></table>"
