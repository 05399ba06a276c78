"""Tracing: what made one cell of a table, change by change, back to the row it was loaded from."""

from collections.abc import Sequence

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ..errors import ToolError
from .comparison import Places, kept_rows
from .operations.base import Operation
from .proposals import shown


class CellWrite(BaseModel):
    """One operation that wrote a cell: its place in the list, and the cell before and after."""

    model_config = ConfigDict(extra="forbid")

    place: int
    operation: str = Field(description="What the operation does, in one sentence.")
    before: str | None = None
    after: str | None = None
    made: bool = Field(default=False, description="Whether it made the column or the row.")


class CellTrace(BaseModel):
    """The history of a cell, the first write first.

    `source_row` counts from 0 in the first table; None where an operation made the row, or where
    rows cannot be told apart before an operation that dropped some.
    """

    model_config = ConfigDict(extra="forbid")

    row: int
    column: str
    value: str | None
    source_row: int | None
    writes: list[CellWrite] = []


def trace_cell(
    frame: pd.DataFrame, operations: Sequence[Operation], row: int, column: str
) -> CellTrace:
    """Do operations again on a frame and follow one cell of the result back.

    Args:
        frame: the first table.
        operations: all that was done to it, in order.
        row: the row of the result, from 0.
        column: a column of the result.

    Raises:
        ToolError: the result has no such row or column, or an operation does not fit.
    """
    frames = [frame]
    for operation in operations:
        frames.append(operation.apply(frames[-1]))
    last = frames[-1]
    if column not in last.columns or not 0 <= row < len(last):
        raise ToolError(
            f"The table has {len(last):,} rows (from 0) and no cell {column!r} in row {row}."
        )
    writes: list[CellWrite] = []
    at: int | None = row
    for place in range(len(operations) - 1, -1, -1):
        before, after = frames[place], frames[place + 1]
        origin = _origin(before, after, at)
        write = _write(before, after, column, origin, at)
        if write is not None:
            writes.append(
                write.model_copy(update={"place": place, "operation": operations[place].sentence()})
            )
        at = origin
        if at is None or column not in before.columns:
            at = _source_row(frames[: place + 1], at)
            break
    return CellTrace(
        row=row,
        column=column,
        value=shown(last[column].iloc[row]),
        source_row=at,
        writes=writes[::-1],
    )


def _origin(before: pd.DataFrame, after: pd.DataFrame, row: int | None) -> int | None:
    """Return which row of the table before became a row; None where none is known to."""
    if row is None or len(before) == len(after):
        return row
    if len(after) > len(before):
        return row if row < len(before) else None
    kept: Places | None = kept_rows(before, after)
    return None if kept is None else int(kept[row])


def _source_row(frames: list[pd.DataFrame], row: int | None) -> int | None:
    for after, before in zip(frames[::-1], frames[-2::-1], strict=False):
        row = _origin(before, after, row)
    return row


def _write(
    before: pd.DataFrame, after: pd.DataFrame, column: str, origin: int | None, row: int | None
) -> CellWrite | None:
    assert row is not None
    new = shown(after[column].iloc[row])
    if origin is None and len(after) < len(before):
        return None  # rows cannot be told apart
    if origin is None or column not in before.columns:
        return CellWrite(place=0, operation="", after=new, made=True)
    old = shown(before[column].iloc[origin])
    return None if old == new else CellWrite(place=0, operation="", before=old, after=new)
