"""Questions about a run, asked in the chat: read by rules, answered from tables and decisions.

Nothing is guessed: what no rule reads is kept as a note, and the page says so.
"""

import re
from collections.abc import Callable
from typing import Any

from ..agent.events import EventType
from ..agent.explain import changed_rows, why_column
from ..agent.run import Run
from ..errors import ToolError
from .text import count, label, number

HELP = (
    "I can answer: “why was COLUMN dropped?”, “which rows changed?”, “which rows did clean "
    "change?”, “describe COLUMN”, “how many rows?”, “what is missing?”, “plot COLUMN”."
)
KEPT = "I keep this as a note to your next decision."

WHY = re.compile(r"\b(why|what happened|what became|who)\b", re.I)
ROWS = re.compile(r"\b(which|what|show)\b.*\brows?\b|\bwhat (has )?changed\b", re.I)
SIZE = re.compile(r"\bhow (many|large|big)\b", re.I)
GAPS = re.compile(r"\b(missing|empty|gaps?|nulls?)\b", re.I)
DESCRIBE = re.compile(r"\b(what is|what are|describe|tell me about|explain)\b", re.I)
CHART = re.compile(r"\b(plot|chart|draw|histogram|distribution|graph)\b", re.I)


def reply_to(run: Run, text: str) -> str | None:
    """Return the answer to a question about a run; None where no rule reads it as one.

    Raises:
        ToolError: it is a question, and the run cannot answer it; the message says why.
    """
    column = column_in(run, text)
    rules: tuple[tuple[bool, Callable[[], str]], ...] = (
        (bool(WHY.search(text)) and column is not None, lambda: _why(run, column or "")),
        (bool(ROWS.search(text)), lambda: _rows(run, text)),
        (bool(GAPS.search(text)), lambda: _gaps(run, column)),
        (bool(SIZE.search(text)), lambda: _size(run)),
        (bool(DESCRIBE.search(text)) and column is not None, lambda: _describe(run, column or "")),
    )
    return next((answer() for fits, answer in rules if fits), None)


def chart_in(run: Run, text: str) -> str | None:
    """Return the column that a text asks to draw, None where it asks for no chart."""
    return column_in(run, text) if CHART.search(text) else None


def column_in(run: Run, text: str) -> str | None:
    """Return the longest column name of the run's tables that a text contains as whole words."""
    table = run.table
    if table is None:
        return None
    names = {name for version in run.tables.lineage(table) for name in version.columns}
    said = [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I)]
    exact = [name for name in said if name in text]
    return max(exact or said, key=lambda name: (len(name), name), default=None)


def _why(run: Run, column: str) -> str:
    answer = why_column(run, column)
    rejected = "".join(f"\nNot approved: {title}." for title in answer.rejected)
    return answer.sentence + rejected


def _rows(run: Run, text: str) -> str:
    answer = changed_rows(run, _step_in(run, text))
    changes = answer.changes
    lines = [f"{label(answer.tool)} ({'; '.join(answer.titles)}): {answer.sentence}"]
    for words, rows in (("Dropped", changes.dropped_rows), ("Changed", changes.changed_rows)):
        if rows:
            more = ", …" if len(rows) >= 20 else ""
            lines.append(f"{words} rows, counted from 0: {', '.join(map(str, rows[:20]))}{more}")
    return "\n".join(lines)


def _step_in(run: Run, text: str) -> str:
    """Return the step a text names by its tool, else the last one that changed the table."""
    made = [e.data["step"] for e in run.events() if e.type is EventType.TABLE_MADE]
    tools = {step.id: step.tool for step in run.plan.steps}
    named = [
        s for s in made if s in tools and tools[s].replace("_", " ").rstrip("e") in text.lower()
    ]
    later = [step for step in made if tools.get(step) != "load"]
    if not (named or later):
        raise ToolError("No step has changed the table so far.")
    return str((named or later)[-1])


def _size(run: Run) -> str:
    table = run.table
    if table is None:
        raise ToolError("No dataset is loaded yet.")
    first = run.tables.lineage(table)[0]
    now = f"The table has {count(table.rows, 'row')} and {count(len(table.columns), 'column')}"
    then = f"it was loaded with {count(first.rows, 'row')} and {len(first.columns):,}"
    return f"{now}; {then}."


def _gaps(run: Run, column: str | None) -> str:
    frame = run.frame
    if column is not None and column in frame.columns:
        missing = int(frame[column].isna().sum())
        return f"{column}: {missing:,} of {len(frame):,} cells are missing now."
    gaps = frame.isna().sum().sort_values(ascending=False)
    gaps = gaps[gaps > 0]
    if gaps.empty:
        return "No cell of the table is missing now."
    return "Missing cells now: " + ", ".join(f"{name} {n:,}" for name, n in gaps.head(12).items())


def _describe(run: Run, column: str) -> str:
    facts = run.facts
    found = [c for c in facts.get("profile", {}).get("columns", []) if c["name"] == column]
    parts = [_source_words(facts, column)]
    if found:
        measured = found[0]
        parts.append(
            f"{measured['kind']}, {measured['distinct']:,} distinct values, "
            f"{measured['missing_share']:.1%} missing"
        )
        if measured["minimum"] is not None:
            parts.append(f"from {measured['minimum']} to {measured['maximum']}")
        if measured["mean"] is not None:
            parts.append(f"mean {number(measured['mean'])}")
        parts += measured["warnings"]
    words = "; ".join(part for part in parts if part)
    return f"{column}: {words}.\n{why_column(run, column).sentence}"


def _source_words(facts: dict[str, Any], column: str) -> str:
    record = facts.get("load", {}).get("record") or {}
    words = [c.get("description") for c in record.get("columns", []) if c["name"] == column]
    return f"“{words[0]}” (its source)" if words and words[0] else ""
