"""Operations that change cells and leave the type of the column."""

import pandas as pd
from pandas.api import types

from ...errors import ToolError
from .base import Operation, need_columns, with_columns
from .feature_base import keys
from .texts import change_text, change_values


def trimmed(text: pd.Series, *, inner: bool) -> pd.Series:
    """Return a text column without spaces at its ends; with `inner`, runs of spaces become one."""
    bare = text.str.strip()
    return bare.str.replace(r"\s+", " ", regex=True) if inner else bare


class TrimText(Operation):
    """Take spaces from both ends of a text column; with `inner`, make runs of spaces one."""

    column: str
    inner: bool = False

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the column trimmed; a column that is no text stays."""
        return change_text(frame, self.column, lambda texts: trimmed(texts, inner=self.inner))

    def sentence(self) -> str:
        """Say what is trimmed."""
        return f"Trim spaces in {self.column!r}."


class ReplaceValues(Operation):
    """Replace whole values of a text column; None makes them missing."""

    column: str
    mapping: dict[str, str | None]

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the values replaced; a column that is no text stays."""
        return change_values(frame, self.column, lambda text: self.mapping.get(text, text))

    def sentence(self) -> str:
        """Say how many values are replaced, and by what."""
        shown = [f"{old!r} by {new!r}" for old, new in list(self.mapping.items())[:3]]
        more = f" and {len(self.mapping) - 3} more" if len(self.mapping) > 3 else ""
        return f"In {self.column!r}, replace {', '.join(shown)}{more}."


class MissNumbers(Operation):
    """Make certain numbers missing: codes such as -999 that stand for it."""

    column: str
    values: list[float]

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with these numbers missing; a column of no numbers stays."""
        need_columns(frame, [self.column])
        column = frame[self.column]
        if not types.is_numeric_dtype(column.dtype):
            return frame
        return with_columns(frame, {self.column: column.mask(column.isin(self.values))})

    def sentence(self) -> str:
        """Say which numbers become missing."""
        return f"In {self.column!r}, take {', '.join(f'{v:g}' for v in self.values)} as missing."


class FillMissing(Operation):
    """Fill the missing cells of a column with one value, found once."""

    column: str
    value: float | str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the column filled.

        Raises:
            ToolError: the column holds numbers and the value is a word.
        """
        need_columns(frame, [self.column])
        column = frame[self.column]
        if types.is_string_dtype(column.dtype):
            return with_columns(frame, {self.column: column.fillna(str(self.value))})
        if isinstance(self.value, str):
            raise ToolError(f"{self.column!r} holds no text, so {self.value!r} cannot fill it.")
        value = self.value
        if types.is_integer_dtype(column.dtype):
            value = round(value)
        return with_columns(frame, {self.column: column.fillna(value)})

    def sentence(self) -> str:
        """Say what is filled with which value."""
        return f"Fill missing {self.column!r} with {self.value!r}."


class FillByKey(Operation):
    """Fill the missing cells of a column with the value of their key, found once.

    A cell whose key is missing or not listed gets `otherwise`.
    """

    key: str
    column: str
    values: dict[str, float | str]
    otherwise: float | str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the column filled.

        Raises:
            ToolError: the column holds numbers and a value is a word.
        """
        need_columns(frame, [self.key, self.column])
        column = frame[self.column]
        if types.is_string_dtype(column.dtype):
            fills = keys(frame, [self.key]).map(self.values).fillna(self.otherwise).map(str)
            return with_columns(frame, {self.column: column.fillna(fills.astype(column.dtype))})
        if any(isinstance(value, str) for value in (*self.values.values(), self.otherwise)):
            raise ToolError(f"{self.column!r} holds no text, so words cannot fill it.")
        numbers = keys(frame, [self.key]).map(self.values).fillna(self.otherwise)
        if types.is_integer_dtype(column.dtype):
            numbers = numbers.round()
        return with_columns(frame, {self.column: column.fillna(numbers.astype(column.dtype))})

    def sentence(self) -> str:
        """Say what is filled by which key."""
        return (
            f"Fill missing {self.column!r} by {self.key!r} ({len(self.values)} values), "
            f"otherwise with {self.otherwise!r}."
        )
