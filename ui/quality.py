"""The quality of the data as HTML: a score per column, findings by harm, what approval did."""

from collections.abc import Sequence
from typing import Any

from ..agent.gates import Gate
from ..tools.profiling.facts import Profile
from ..tools.proposals import Decision, Group
from ..tools.quality import by_harm, column_scores
from .cards import body
from .report import score_view
from .text import count, escape, number

NOTHING = "<p class='dq-quiet'>The data was not profiled yet.</p>"
HEADS = (
    *("column", "score", "kind", "missing", "distinct", "range", "mean", "most frequent"),
    "warnings",
)
STATES = {"open": "to decide", "approved": "approved", "rejected": "rejected"}
BADGES = {"open": "warn", "approved": "done", "rejected": "rejected"}
HIGH, MEDIUM = 0.05, 0.01
MOST_CARDS = 40


def quality_view(
    profile: dict[str, Any] | None,
    gates: Sequence[Gate] = (),
    measured: dict[str, Any] | None = None,
    guessed: dict[str, str] | None = None,
) -> str:
    """Return the quality of a table: figures, effect on a model, findings, and its columns.

    Args:
        profile: what was measured of the table.
        gates: those at which faults were told, with what to do about them.
        measured: scores of a model on held-out rows of the raw and the prepared table.
        guessed: what a language model says that columns mean.
    """
    if not profile:
        return NOTHING
    found = [gate.proposal for gate in gates if gate.proposal]
    groups = [group for proposal in found for group in proposal.groups]
    states = {group: state for gate in gates for group, state in _states(gate).items()}
    standing = [group for group in groups if states[group.id] != "approved"]
    scores = column_scores(Profile.model_validate(profile), standing)
    return (
        f"{_figures(profile, scores)}{_warnings(profile['warnings'])}{_effect(measured, states)}"
        f"{_findings(groups, states, profile['rows'])}{_columns(profile, scores, guessed or {})}"
    )


def _states(gate: Gate) -> dict[str, str]:
    """Return for each group whether it is still open, approved or rejected."""
    if gate.proposal is None:
        return {}
    if gate.answer is None:
        return {group.id: "open" for group in gate.proposal.groups}
    decision = Decision.model_validate(gate.answer)
    taken = {group.id for group, _ in decision.approved(gate.proposal)}
    return {g.id: "approved" if g.id in taken else "rejected" for g in gate.proposal.groups}


def _effect(measured: dict[str, Any] | None, states: dict[str, str]) -> str:
    """Return what the approved changes did to a model's score on held-out rows."""
    if measured:
        return f"<h3>Effect on a model</h3>{score_view(measured)}"
    if "approved" not in states.values():
        return ""
    return (
        "<p class='dq-quiet'>What this does to a model is measured in the step Measure, "
        "where a column to predict is chosen.</p>"
    )


def _findings(groups: list[Group], states: dict[str, str], rows: int) -> str:
    """Return a card for each finding, the most harmful first, with cells before and after."""
    if not groups:
        return ""
    cards = [
        _finding(group, harm, states[group.id])
        for group, harm in by_harm(groups, rows)[:MOST_CARDS]
    ]
    more = len(groups) - len(cards)
    rest = f"<p class='dq-quiet'>{count(more, 'smaller finding')} in Decide.</p>" if more else ""
    return (
        f"<h3>{count(len(groups), 'finding')}, the most harmful first</h3>"
        "<p class='dq-quiet'>Harm is the share of rows that is touched; what is not wrong but "
        f"only unready counts less.</p>{''.join(cards)}{rest}"
    )


def _finding(group: Group, harm: float, state: str) -> str:
    share = f"{harm:.1%}" if harm >= 0.001 else "below 0.1%"
    level = "high" if harm >= HIGH else "medium" if harm >= MEDIUM else "low"
    return (
        f"<details class='dq-section'><summary>{escape(group.title, 160)} "
        f"<span class='dq-badge dq-{BADGES[state]}'>{STATES[state]}</span> "
        f"<span class='dq-score'>harm {share}, {level}</span></summary>{body(group)}</details>"
    )


def _columns(profile: dict[str, Any], scores: dict[str, float], guessed: dict[str, str]) -> str:
    worst = sorted(profile["columns"], key=lambda c: (scores[c["name"]], -len(c["warnings"])))
    rows = "".join(
        _row(column, profile["rows"], scores[column["name"]], _meaning(column, guessed))
        for column in worst
    )
    heads = "".join(f"<th scope='col'>{head}</th>" for head in HEADS)
    table = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return (
        "<h3>Columns, the worst first</h3><p class='dq-quiet'>The table as it was when it was "
        "profiled. A score is the share of cells that are there and that no open or rejected "
        "finding calls wrong.</p>"
        f"<div class='dq-scroll dq-tall' tabindex='0'><table class='dq-grid'>{table}</table></div>"
    )


def _figures(profile: dict[str, Any], scores: dict[str, float]) -> str:
    cells = profile["rows"] * max(1, len(profile["columns"]))
    filled = 1 - profile["missing_cells"] / cells if cells else 0.0
    mean = sum(scores.values()) / max(1, len(scores))
    figures = (
        (f"{100 * mean:.0f}", "quality of 100"),
        (number(profile["rows"]), "rows"),
        (number(len(profile["columns"])), "columns"),
        (f"{filled:.1%}", "of the cells are filled"),
        (number(profile["duplicate_rows"]), "duplicate rows"),
        (number(sum(bool(c["warnings"]) for c in profile["columns"])), "columns with warnings"),
    )
    boxes = "".join(f"<div><b>{value}</b><span>{words}</span></div>" for value, words in figures)
    return f"<div class='dq-figures'>{boxes}</div>"


def _warnings(warnings: list[str]) -> str:
    if not warnings:
        return ""
    items = "".join(f"<li>{escape(warning, 300)}</li>" for warning in warnings)
    return f"<div class='dq-card'><h4>{count(len(warnings), 'warning')}</h4><ul>{items}</ul></div>"


def _meaning(column: dict[str, Any], guessed: dict[str, str]) -> str:
    """Return what the column means and who says so; a language model's word goes last."""
    said = guessed.get(column["name"])
    meaning = column["meaning"] or (f"the language model says: {said}" if said else "")
    return f"<br><span class='dq-quiet'>{escape(meaning, 200)}</span>" if meaning else ""


def _row(column: dict[str, Any], rows: int, score: float, meaning: str) -> str:
    share = column["missing_share"]
    low, high = column["minimum"], column["maximum"]
    between = f"{escape(low, 24)} to {escape(high, 24)}" if low is not None else ""
    mean = number(column["mean"]) if column["mean"] is not None else ""
    warnings = "".join(f"<li>{escape(warning, 200)}</li>" for warning in column["warnings"])
    return (
        f"<tr><th scope='row'>{escape(column['name'], 60)}{meaning}</th>"
        f"<td class='dq-number'>{100 * score:.0f}</td><td>{escape(column['kind'])}</td>"
        f"<td>{_meter(share)}{share:.1%}</td><td class='dq-number'>{column['distinct']:,}</td>"
        f"<td>{between}</td><td class='dq-number'>{mean}</td><td>{_top(column, rows)}</td>"
        f"<td class='dq-wrap'>{f'<ul>{warnings}</ul>' if warnings else ''}</td></tr>"
    )


def _meter(share: float) -> str:
    return (
        "<span class='dq-meter' aria-hidden='true'>"
        f"<span style='width:{min(1.0, share) * 100:.0f}%'></span></span>"
    )


def _top(column: dict[str, Any], rows: int) -> str:
    shown = [
        f"{escape(top['value'], 20)} {top['rows'] / max(1, rows):.0%}" for top in column["top"][:3]
    ]
    return ", ".join(shown)
