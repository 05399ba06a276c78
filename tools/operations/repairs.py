"""Operations that repair cells by what other cells of the table say."""

import re
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api import types

from .base import Operation, need_columns, with_columns
from .feature_base import keys
from .texts import change_text


class SetByKey(Operation):
    """Set a text column to the one value that belongs to a key, for the keys that are listed.

    `where` says which cells are written: those that are missing, those that hold another value,
    or both.
    """

    key: str
    column: str
    values: dict[str, str]
    where: Literal["missing", "differs", "either"] = "either"

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the cells set; a column that is no text stays."""
        need_columns(frame, [self.key, self.column])
        found = keys(frame, [self.key]).map(self.values)

        def write(column: pd.Series) -> pd.Series:
            wanted = {
                "missing": column.isna(),
                "differs": column.notna(),
                "either": pd.Series(True, index=frame.index),
            }[self.where]
            return column.mask(found.notna() & wanted, found).astype(column.dtype)

        return change_text(frame, self.column, write)

    def sentence(self) -> str:
        """Say what is set by which key."""
        which = {"missing": "missing ", "differs": "differing ", "either": ""}[self.where]
        return (
            f"Set {which}{self.column!r} to the value that belongs to {self.key!r} "
            f"({len(self.values)} keys)."
        )


class CorrectByKey(Operation):
    """Replace a value of a text column in the rows of one key, for the keys and values listed."""

    key: str
    column: str
    values: dict[str, dict[str, str]]
    """For each key the values that are wrong under it, each with the right one."""

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the cells corrected; a column that is no text stays."""
        need_columns(frame, [self.key, self.column])
        named = keys(frame, [self.key])

        def write(column: pd.Series) -> pd.Series:
            wrong = {value for values in self.values.values() for value in values}
            rows = (named.isin(self.values.keys()) & column.isin(wrong)).to_numpy()
            cells = zip(named[rows], column[rows], strict=True)
            written = column.copy()
            written[rows] = [self.values[str(key)].get(str(v), v) for key, v in cells]
            return written

        return change_text(frame, self.column, write)

    def sentence(self) -> str:
        """Say what is corrected by which key."""
        count = sum(map(len, self.values.values()))
        return f"Correct {self.column!r} where {self.key!r} says otherwise ({count} pairs)."


class SwapValues(Operation):
    """Swap the cells of two columns in the rows that hold one of the listed pairs of values."""

    column: str
    other: str
    pairs: list[tuple[str, str]]

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the cells swapped; columns that are no text stay."""
        need_columns(frame, [self.column, self.other])
        column, other = frame[self.column], frame[self.other]
        if not (types.is_string_dtype(column.dtype) and types.is_string_dtype(other.dtype)):
            return frame
        listed = set(self.pairs)
        likely = column.isin({a for a, _ in listed}) & other.isin({b for _, b in listed})
        wrong = likely.to_numpy(dtype=bool, copy=True)
        cells = zip(column[likely], other[likely], strict=True)
        wrong[wrong] = np.array([pair in listed for pair in cells], dtype=bool)
        return with_columns(
            frame, {self.column: column.mask(wrong, other), self.other: other.mask(wrong, column)}
        )

    def sentence(self) -> str:
        """Say what is swapped."""
        return (
            f"Swap {self.column!r} and {self.other!r} where they hold one of {len(self.pairs):,} "
            "pairs the wrong way round."
        )


class MoveTail(Operation):
    """Move the end of a text into another column where that is missing.

    The text must end in a space and one of `tails`.
    """

    column: str
    other: str
    tails: list[str]

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the ends moved; columns that are no text stay."""
        need_columns(frame, [self.column, self.other])
        column, other = frame[self.column], frame[self.other]
        if not (types.is_string_dtype(column.dtype) and types.is_string_dtype(other.dtype)):
            return frame
        ends = "|".join(re.escape(tail) for tail in self.tails)
        parts = column.str.extract(rf"^(.*\S)[\s,;/]+({ends})$").astype(object)
        moved = parts[1].notna() & other.isna()
        return with_columns(
            frame,
            {
                self.column: column.mask(moved, parts[0]).astype(column.dtype),
                self.other: other.mask(moved, parts[1]).astype(other.dtype),
            },
        )

    def sentence(self) -> str:
        """Say what moves where."""
        return (
            f"Where {self.other!r} is missing and {self.column!r} ends in one of its values, "
            "move that end there."
        )
