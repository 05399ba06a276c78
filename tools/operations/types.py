"""Operations that turn text into numbers, dates and truth values."""

import pandas as pd
from pandas.api import types

from .base import Operation, need_columns


class ParseNumbers(Operation):
    """Turn text into numbers; what does not read as one becomes missing.

    `remove` is taken out of each cell first (a unit, a currency sign, a thousands separator), then
    `decimal` is read as the decimal point; the number is multiplied by `scale`.
    """

    column: str
    remove: list[str] = []
    decimal: str = "."
    scale: float = 1.0

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with numbers in the column; a column that is no text stays."""
        need_columns(frame, [self.column])
        if not types.is_string_dtype(frame[self.column].dtype):
            return frame
        return frame.assign(**{self.column: self.parse(frame[self.column])})

    def parse(self, column: pd.Series) -> pd.Series:
        """Return the numbers of a text column: Int64 where all are whole, else float64."""
        text = column.str.strip()
        for part in self.remove:
            text = text.str.replace(part, "", regex=False)
        if self.decimal != ".":
            text = text.str.replace(self.decimal, ".", regex=False)
        numbers = pd.to_numeric(text.str.strip(), errors="coerce").astype("float64") * self.scale
        present = numbers.dropna()
        if (
            len(present)
            and bool(((present % 1) == 0).all())
            and bool((present.abs() < 2**53).all())
        ):
            return numbers.astype("Int64")
        return numbers

    def sentence(self) -> str:
        """Say what is read as numbers."""
        without = f" without {', '.join(map(repr, self.remove))}" if self.remove else ""
        return f"Read {self.column!r} as numbers{without}."


class ParseDates(Operation):
    """Turn text into dates of one format; what does not fit it becomes missing."""

    column: str
    format: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with dates in the column; a column that is no text stays."""
        need_columns(frame, [self.column])
        if not types.is_string_dtype(frame[self.column].dtype):
            return frame
        dates = pd.to_datetime(frame[self.column].str.strip(), format=self.format, errors="coerce")
        return frame.assign(**{self.column: dates})

    def sentence(self) -> str:
        """Say what is read as dates."""
        return f"Read {self.column!r} as dates ({self.format})."


class ParseBooleans(Operation):
    """Turn two words into true and false; any other word becomes missing."""

    column: str
    true: str
    false: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with truth values in the column; a column that is no text stays."""
        need_columns(frame, [self.column])
        if not types.is_string_dtype(frame[self.column].dtype):
            return frame
        words = {self.true.lower(): True, self.false.lower(): False}
        bare = frame[self.column].str.strip().str.lower()
        return frame.assign(**{self.column: bare.map(words).astype("boolean")})

    def sentence(self) -> str:
        """Say which words are read."""
        return f"Read {self.column!r} as true ({self.true!r}) or false ({self.false!r})."
