"""What a cleaner is given, and how it says that cells are wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ..operations.base import Operation
from ..proposals import MAX_EXAMPLES, Example, Group, shown
from .dependencies import Coded, Dependency, dependencies

Places = npt.NDArray[np.intp]
_NOTHING = "\x00"
"""Stands for a cell that no group writes."""


class Claims:
    """What groups so far would write, by column and row; the first to write a cell counts."""

    def __init__(self) -> None:
        self._written: dict[str, npt.NDArray[np.object_]] = {}

    def add(self, after: pd.DataFrame, cells: dict[str, Places]) -> bool:
        """Keep what a group writes; return whether it writes anything that no group before does.

        To take a cell as missing is nothing new where a group before has a value for it.
        """
        new = False
        for name, rows in cells.items():
            kept = self._written.get(name)
            if kept is None or len(kept) != len(after):
                kept = self._written[name] = np.full(len(after), _NOTHING, dtype=object)
            values = after[name].iloc[rows].astype(object).to_numpy()
            before = kept[rows]
            free = before == _NOTHING
            new |= bool((free | ((before != values) & ~pd.isna(values))).any())
            kept[rows[free]] = values[free]
        return new


@dataclass(frozen=True)
class View:
    """A frame to look at, the column to be predicted, and which columns to look for faults in.

    `scope` None stands for all columns; what the others say of them counts in any case. `claims`
    keep what groups would write, so that nobody is asked the same of the same cells twice.
    """

    frame: pd.DataFrame
    target: str | None = None
    scope: frozenset[str] | None = None
    claims: Claims = field(default_factory=Claims)

    def texts(self) -> list[str]:
        """Return the names of the text columns in scope that hold anything."""
        return [name for name in self.all_texts if self.scope is None or name in self.scope]

    @cached_property
    def all_texts(self) -> list[str]:
        """The names of all text columns that hold anything."""
        frame = self.frame
        return [
            str(name)
            for name in frame.columns
            if types.is_string_dtype(frame[name].dtype) and bool(frame[name].notna().any())
        ]

    @cached_property
    def _counts(self) -> dict[str, pd.Series]:
        return {}

    def values(self, column: str) -> pd.Series:
        """Return how often each value of a column occurs, the most frequent first."""
        if column not in self._counts:
            self._counts[column] = self.frame[column].value_counts()
        return self._counts[column]

    @cached_property
    def coded(self) -> Coded:
        """The frame's columns as codes."""
        return Coded(self.frame)

    @cached_property
    def mined(self) -> list[Dependency]:
        """What each column says of each text column other than the target."""
        return dependencies(self.coded, [name for name in self.all_texts if name != self.target])


Cleaner = Callable[[View], list[Group]]
"""Finds one kind of fault; its name in words says which."""


def fault(
    view: View,
    operations: list[Operation],
    *,
    group_id: str,
    title: str,
    rule: str,
    evidence: str,
    recommended: bool,
    facts: dict[str, Any] | None = None,
) -> list[Group]:
    """Return the group that says: the cells these operations rewrite are wrong as they stand.

    Its examples are spread evenly over the rewritten cells, so that five of them tell of all;
    its facts carry `"fault": true`, which sets it apart from groups that prepare right cells for
    use (a type, a filled gap). Returns no group where nothing is rewritten, or where groups before
    write the same cells as well or better.
    """
    before = view.frame[_named(operations, view.frame)]
    after = before
    for operation in operations:
        after = operation.apply(after)
    cells = {str(name): np.flatnonzero(rewritten(before[name], after[name])) for name in before}
    affected = sum(map(len, cells.values()))
    if not affected or not view.claims.add(after, cells):
        return []
    group = Group(
        id=group_id,
        title=title,
        rule=rule,
        evidence=evidence,
        facts={**(facts or {}), "fault": True},
        examples=_spread(before, after, cells, affected),
        affected=affected,
        recommended=recommended,
        operations=operations,
    )
    return [group]


def _named(operations: list[Operation], frame: pd.DataFrame) -> list[Any]:
    """Return the columns of a frame that operations read or write."""
    fields = [o.model_dump(include={"column", "other", "key"}) for o in operations]
    names = {name for found in fields for name in found.values()}
    return [name for name in frame.columns if str(name) in names]


def _spread(
    before: pd.DataFrame, after: pd.DataFrame, cells: dict[str, Any], count: int
) -> list[Example]:
    """Return examples that are spread evenly over the rewritten cells, column after column."""
    places = sorted({int((2 * i + 1) * count / (2 * MAX_EXAMPLES)) for i in range(MAX_EXAMPLES)})
    examples = []
    for name, rows in cells.items():
        examples += [
            Example(
                row=int(rows[place]),
                column=name,
                before=shown(before[name].iloc[rows[place]]),
                after=shown(after[name].iloc[rows[place]]),
            )
            for place in places
            if 0 <= place < len(rows)
        ]
        places = [place - len(rows) for place in places]
    return examples


def rewritten(before: pd.Series, after: pd.Series) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which cells hold another value than before; the same number as text is the same."""
    gone = before.isna().to_numpy(dtype=bool), after.isna().to_numpy(dtype=bool)
    if before.dtype == after.dtype:
        same = (before == after).to_numpy(dtype=bool, na_value=False)
    else:
        same = before.astype(object).to_numpy() == after.astype(object).to_numpy()
    if types.is_numeric_dtype(after.dtype) and not types.is_numeric_dtype(before.dtype):
        number = pd.to_numeric(before, errors="coerce").to_numpy("float64", na_value=np.nan)
        same = number == after.to_numpy("float64", na_value=np.nan)
    return np.where(gone[0] | gone[1], gone[0] != gone[1], ~np.asarray(same, dtype=bool))
