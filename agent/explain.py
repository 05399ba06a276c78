"""Answers to "why?" from tables, changes and events; nothing is guessed and no model is asked."""

import difflib
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..errors import ToolError
from ..tools.comparison import RowChanges, apply_tracked
from ..tools.proposals import Decision
from ..tools.tables import Change, Table
from ..tools.tracing import CellWrite, trace_cell
from .events import EventType
from .run import Run


class Cause(BaseModel):
    """One approved change that concerned a column."""

    model_config = ConfigDict(extra="forbid")

    step: str | None
    tool: str
    title: str
    rule: str
    evidence: str
    decided_by: str
    did: Literal["added", "dropped", "changed"]
    cells: int = 0


class ColumnAnswer(BaseModel):
    """What became of a column, and why. `rejected` names changes proposed and not approved."""

    model_config = ConfigDict(extra="forbid")

    column: str
    status: Literal["kept", "changed", "added", "dropped"]
    causes: list[Cause] = []
    rejected: list[str] = []
    sentence: str


class RowsAnswer(BaseModel):
    """Which rows a step changed, and by which changes."""

    model_config = ConfigDict(extra="forbid")

    step: str
    tool: str
    titles: list[str]
    changes: RowChanges
    sentence: str


class CellCause(BaseModel):
    """One approved change that wrote a cell, with the cell before and after."""

    model_config = ConfigDict(extra="forbid")

    step: str | None
    tool: str
    title: str
    rule: str
    evidence: str
    decided_by: str
    did: str
    before: str | None
    after: str | None


class CellAnswer(BaseModel):
    """What made a cell what it is. `source_row` counts in the first table, None where unknown."""

    model_config = ConfigDict(extra="forbid")

    row: int
    column: str
    value: str | None
    source_row: int | None
    writes: list[CellCause] = []
    sentence: str


def why_column(run: Run, column: str) -> ColumnAnswer:
    """Say what became of a column of the run's tables, and which decisions made it so.

    Raises:
        ToolError: no table of the run has or had such a column.
    """
    lineage = _lineage(run)
    known = list(dict.fromkeys(name for table in lineage for name in table.columns))
    if column not in known:
        near = difflib.get_close_matches(column, known, n=3)
        hint = f" Did you mean {', '.join(map(repr, near))}?" if near else ""
        raise ToolError(f"No table of this run has a column {column!r}.{hint}")
    causes = list(_causes(run, lineage, column))
    status = _status(lineage, column, causes)
    return ColumnAnswer(
        column=column,
        status=status,
        causes=causes,
        rejected=_rejected(run, column),
        sentence=_column_sentence(column, status, causes),
    )


def why_cell(run: Run, row: int, column: str) -> CellAnswer:
    """Say which steps and rules made a cell of the run's current table what it is.

    Args:
        run: the run.
        row: the row of the current table, from 0.
        column: one of its columns.

    Raises:
        ToolError: there is no such cell.
    """
    lineage = _lineage(run)
    makers = _makers(run)
    done = [(c, makers.get(t.id), o) for t in lineage for c in t.changes for o in c.operations]
    first = run.tables.frame(lineage[0])
    trace = trace_cell(first, [operation for _, _, operation in done], row, column)
    writes = [_cell_cause(write, *done[write.place][:2]) for write in trace.writes]
    return CellAnswer(
        row=row,
        column=column,
        value=trace.value,
        source_row=trace.source_row,
        writes=writes,
        sentence=_cell_sentence(row, column, writes),
    )


def changed_rows(run: Run, step: str) -> RowsAnswer:
    """Say which rows a step of the plan dropped, added or changed, counted from 0 before it.

    Raises:
        ToolError: the run has no such step, or the step made no table.
    """
    tools = {s.id: s.tool for s in run.plan.steps}
    if step not in tools:
        raise ToolError(f"The plan has no step {step!r}. Its steps: {', '.join(tools)}.")
    lineage = _lineage(run)
    makers = _makers(run)
    for parent, table in pairwise(lineage):
        if makers.get(table.id) == step:
            operations = [o for change in table.changes for o in change.operations]
            _, changes = apply_tracked(run.tables.frame(parent), operations)
            return RowsAnswer(
                step=step,
                tool=tools[step],
                titles=[change.title for change in table.changes],
                changes=changes,
                sentence=_rows_sentence(changes),
            )
    raise ToolError(f"Step {step} ({tools[step]}) changed no rows of the current table.")


def _lineage(run: Run) -> list[Table]:
    table = run.table
    if table is None:
        raise ToolError(f"Run {run.id} has no dataset loaded.")
    return run.tables.lineage(table)


def _makers(run: Run) -> dict[str, str]:
    """Return which step made each table."""
    made = (event.data for event in run.events() if event.type is EventType.TABLE_MADE)
    return {data["table"]: data["step"] for data in made}


def _causes(run: Run, lineage: list[Table], column: str) -> Iterator[Cause]:
    """Yield the changes that concerned a column, found by doing them again one by one."""
    makers = _makers(run)
    for parent, table in pairwise(lineage):
        frame = run.tables.frame(parent)
        for change in table.changes:
            frame, changes = apply_tracked(frame, change.operations)
            cells = changes.cells.get(column, 0)
            step = makers.get(table.id)
            if column in changes.columns_dropped:
                yield _cause(change, step, "dropped")
            elif column in changes.columns_added:
                yield _cause(change, step, "added")
            elif cells:
                yield _cause(change, step, "changed", cells)


def _cause(
    change: Change, step: str | None, did: Literal["added", "dropped", "changed"], cells: int = 0
) -> Cause:
    fields = {"tool", "title", "rule", "evidence", "decided_by"}
    return Cause(step=step, did=did, cells=cells, **change.model_dump(include=fields))


def _cell_cause(write: CellWrite, change: Change, step: str | None) -> CellCause:
    fields = {"tool", "title", "rule", "evidence", "decided_by"}
    return CellCause(
        step=step,
        did=write.operation,
        before=write.before,
        after=write.after,
        **change.model_dump(include=fields),
    )


def _cell_sentence(row: int, column: str, writes: list[CellCause]) -> str:
    if not writes:
        return f"Nothing changed {column!r} in row {row}; it is as its source has it."
    parts = [
        f"{write.title!r} (step {write.step or 'unknown'}, approved by {write.decided_by}) wrote "
        f"{write.after!r} for {write.before!r}"
        for write in writes
    ]
    return f"In row {row}, column {column!r}: {'; then '.join(parts)}. Rule: {writes[-1].rule}"


def _status(
    lineage: list[Table], column: str, causes: list[Cause]
) -> Literal["kept", "changed", "added", "dropped"]:
    if column not in lineage[-1].columns:
        return "dropped"
    if column not in lineage[0].columns:
        return "added"
    return "changed" if causes else "kept"


def _rejected(run: Run, column: str) -> list[str]:
    """Return titles of groups about the column that somebody decided not to apply."""
    quoted = json.dumps(column)
    titles = []
    for gate in run.gates():
        if gate.proposal is None or gate.answer is None:
            continue
        decision = Decision.model_validate(gate.answer)
        taken = {group.id for group, _ in decision.approved(gate.proposal)}
        for group in gate.proposal.groups:
            about = any(quoted in json.dumps(o.model_dump(mode="json")) for o in group.operations)
            if group.id not in taken and about:
                titles.append(group.title)
    return titles


def _column_sentence(column: str, status: str, causes: list[Cause]) -> str:
    if status == "kept":
        return f"Nothing changed the column {column!r}; it is as its source has it."
    last = causes[-1]
    by = f"approved by {last.decided_by}"
    if status == "dropped":
        return f"The column {column!r} was dropped by {last.title!r}, {by}: {last.evidence}"
    if status == "added":
        first = causes[0]
        return f"The column {column!r} was made by {first.title!r}: {first.evidence}"
    parts = "; ".join(f"{cause.title!r} ({cause.cells:,} cells)" for cause in causes)
    return f"The column {column!r} was changed by {parts}, {by}: {last.evidence}"


def _rows_sentence(changes: RowChanges) -> str:
    """Say in one sentence how many rows a step touched and in what way."""
    counts = (
        (changes.dropped, "row", "dropped"),
        (changes.added, "row", "added"),
        (changes.changed, "row", "with changed cells"),
        (len(changes.columns_added), "column", "added"),
        (len(changes.columns_dropped), "column", "dropped"),
    )
    parts = [f"{n:,} {unit}{'' if n == 1 else 's'} {words}" for n, unit, words in counts if n]
    return f"{', '.join(parts) or 'Nothing changed'}; the table had {changes.rows_before:,} rows."
