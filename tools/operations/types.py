"""Operations that turn text into numbers, dates and truth values."""

import re

import pandas as pd

from .base import Operation
from .texts import change_text

NEGATIVE = r"^(?:\(([\d.,]+)\)|([\d.,]+)-)$"


class ParseNumbers(Operation):
    """Turn text into numbers; what does not read as one becomes missing.

    `remove` is taken out of each cell first (a unit, a currency sign, a thousands separator), then
    `decimal` is read as the decimal point; the number is multiplied by `scale`, and by what
    `suffixes` says of the letters after it. "(12)" and "12-" are read as -12, as accounts have it.
    """

    column: str
    remove: list[str] = []
    decimal: str = "."
    scale: float = 1.0
    suffixes: dict[str, float] = {}

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with numbers in the column; a column that is no text stays."""
        return change_text(frame, self.column, self.parse)

    def parse(self, column: pd.Series) -> pd.Series:
        """Return the numbers of a text column: Int64 where all are whole, else float64."""
        text = column.str.strip()
        for part in self.remove:
            text = text.str.replace(part, "", regex=False)
        if self.decimal != ".":
            text = text.str.replace(self.decimal, ".", regex=False)
        text = text.str.strip().str.replace(NEGATIVE, r"-\1\2", regex=True)
        factor: pd.Series | float = self.scale
        if self.suffixes:
            letters = "|".join(map(re.escape, sorted(self.suffixes, key=len, reverse=True)))
            parts = text.str.extract(rf"(?i)^(.*?)\s?({letters})?$")
            text, named = parts[0], parts[1].str.lower().map(self.suffixes).astype("float64")
            factor = named.fillna(1.0) * self.scale
        numbers = pd.to_numeric(text, errors="coerce").astype("float64") * factor
        return whole_if_all_are(numbers)

    def sentence(self) -> str:
        """Say what is read as numbers."""
        without = f" without {', '.join(map(repr, self.remove))}" if self.remove else ""
        return f"Read {self.column!r} as numbers{without}."


def whole_if_all_are(numbers: pd.Series) -> pd.Series:
    """Return numbers as Int64 where all are whole and exact as floats, else as they are."""
    present = numbers.dropna()
    whole = bool((present % 1 == 0).all()) and bool((present.abs() < 2**53).all())
    return numbers.astype("Int64") if len(present) and whole else numbers


class ParseDates(Operation):
    """Turn text into dates of one format; what does not fit it becomes missing.

    Times with an offset from UTC are turned into UTC.
    """

    column: str
    format: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with dates in the column; a column that is no text stays."""
        return change_text(frame, self.column, self._dates)

    def _dates(self, texts: pd.Series) -> pd.Series:
        zoned = "%z" in self.format
        dates = pd.to_datetime(texts.str.strip(), format=self.format, errors="coerce", utc=zoned)
        return dates.dt.tz_localize(None) if zoned else dates

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
        words = {self.true.lower(): True, self.false.lower(): False}
        return change_text(
            frame,
            self.column,
            lambda texts: texts.str.strip().str.lower().map(words).astype("boolean"),
        )

    def sentence(self) -> str:
        """Say which words are read."""
        return f"Read {self.column!r} as true ({self.true!r}) or false ({self.false!r})."
