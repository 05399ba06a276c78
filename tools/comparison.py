"""Comparison: which rows, cells and columns a list of operations changed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from .operations.base import Operation
from .proposals import MAX_EXAMPLES, Example, changed_cells, shown

LISTED_ROWS = 100

Places = npt.NDArray[np.int64]


class RowChanges(BaseModel):
    """What changed between a table and what operations made of it.

    Rows are counted from 0 in the table before; the lists hold the first `LISTED_ROWS`.
    """

    model_config = ConfigDict(extra="forbid")

    rows_before: int
    rows_after: int
    dropped: int = 0
    dropped_rows: list[int] | None = Field(
        default=[], description="None where the operation also changed cells of the rows it kept."
    )
    added: int = 0
    changed: int = Field(default=0, description="Rows of which a cell changed.")
    changed_rows: list[int] = []
    cells: dict[str, int] = Field(default={}, description="Changed cells by column.")
    columns_added: list[str] = []
    columns_dropped: list[str] = []
    examples: list[Example] = []


def apply_tracked(
    frame: pd.DataFrame, operations: Sequence[Operation]
) -> tuple[pd.DataFrame, RowChanges]:
    """Apply operations one by one; return the result and what it changed.

    Raises:
        ToolError: an operation does not fit the frame.
    """
    tracker = _Tracker(frame)
    for operation in operations:
        tracker.step(operation.apply(tracker.frame))
    return tracker.frame, tracker.result()


class _Tracker:
    """Follows the rows of a frame through operations; added rows have the place -1."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.first = self.frame = frame
        self.places: Places | None = np.arange(len(frame), dtype=np.int64)
        self.touched = np.zeros(len(frame), dtype=bool)
        self.dropped = self.added = 0
        self.cells: dict[str, int] = {}
        self.examples: list[Example] = []

    def step(self, after: pd.DataFrame) -> None:
        """Note what an operation made of the frame."""
        if len(after) < len(self.frame):
            self._drop(after)
        elif len(after) > len(self.frame):
            self._add(len(after) - len(self.frame))
        else:
            self._change(after)
        self.frame = after

    def _drop(self, after: pd.DataFrame) -> None:
        self.dropped += len(self.frame) - len(after)
        kept = kept_rows(self.frame, after)
        self.places = None if kept is None or self.places is None else self.places[kept]

    def _add(self, count: int) -> None:
        self.added += count
        if self.places is not None:
            self.places = np.concatenate([self.places, np.full(count, -1, dtype=np.int64)])

    def _change(self, after: pd.DataFrame) -> None:
        for name in self.frame.columns.intersection(after.columns, sort=False):
            changed = changed_cells(self.frame[name], after[name]).to_numpy(dtype=bool)
            if not changed.any():
                continue
            self.cells[str(name)] = self.cells.get(str(name), 0) + int(changed.sum())
            self._note(str(name), changed, after[name])

    def _note(self, name: str, changed: npt.NDArray[np.bool_], after: pd.Series) -> None:
        if self.places is None:
            return
        rows = changed.nonzero()[0]
        known = self.places[rows] >= 0
        self.touched[self.places[rows[known]]] = True
        for row in rows[known][: MAX_EXAMPLES - len(self.examples)]:
            before = shown(self.frame[name].iloc[row])
            example = Example(
                row=int(self.places[row]), column=name, before=before, after=shown(after.iloc[row])
            )
            self.examples.append(example)

    def result(self) -> RowChanges:
        """Return what was noted."""
        gone: list[int] | None = None
        if self.places is not None:
            left = np.zeros(len(self.first), dtype=bool)
            left[self.places[self.places >= 0]] = True
            gone = _listed(~left)
        return RowChanges(
            rows_before=len(self.first),
            rows_after=len(self.frame),
            dropped=self.dropped,
            dropped_rows=gone,
            added=self.added,
            changed=int(self.touched.sum()),
            changed_rows=_listed(self.touched),
            cells=self.cells,
            columns_added=[str(c) for c in self.frame.columns if c not in self.first.columns],
            columns_dropped=[str(c) for c in self.first.columns if c not in self.frame.columns],
            examples=self.examples,
        )


def kept_rows(before: pd.DataFrame, after: pd.DataFrame) -> Places | None:
    """Return the places in `before` of the rows in `after`, in order.

    Of equal rows the earlier ones count as kept. None where `after` is not a selection of rows.
    """
    if list(before.columns) != list(after.columns):
        return None
    old, new = _row_hashes(before), _row_hashes(after)
    places, row = [], 0
    for value in new:
        while row < len(old) and old[row] != value:
            row += 1
        if row == len(old):
            return None
        places.append(row)
        row += 1
    return np.array(places, dtype=np.int64)


def _row_hashes(frame: pd.DataFrame) -> list[Any]:
    """Return a number for each row, the same for the same cells whatever the column's type."""
    text = {
        place: frame.iloc[:, place].map(str, na_action="ignore").astype("object")
        for place in range(frame.shape[1])
    }
    hashes: list[Any] = pd.util.hash_pandas_object(pd.DataFrame(text), index=False).tolist()
    return hashes


def _listed(mask: npt.NDArray[np.bool_]) -> list[int]:
    return [int(row) for row in mask.nonzero()[0][:LISTED_ROWS]]
