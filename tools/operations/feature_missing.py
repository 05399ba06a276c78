"""Operations that add what is missing, and how long a text is."""

from typing import Literal

import numpy as np
import pandas as pd

from .feature_base import AddFeature, Floats, look_up

Unit = Literal["characters", "words", "digits", "capitals", "marks"]

_UNIT_WORDS: dict[Unit, str] = {"capitals": "capital letters", "marks": "punctuation marks"}


class AddMissingCount(AddFeature):
    """Add how many of some columns are missing in a row."""

    columns: list[str]

    def inputs(self) -> list[str]:
        """Return the columns."""
        return self.columns

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the count."""
        return {self.name: frame[self.columns].isna().sum(axis=1).to_numpy("float64")}

    def formula(self) -> str:
        """Say whose missing values are counted."""
        if len(self.columns) == 1:
            return f"1 where {self.columns[0]!r} is missing, else 0"
        return f"how many of {', '.join(repr(c) for c in self.columns)} are missing"


class AddMissingPattern(AddFeature):
    """Add how common the pattern of a row's missing values is among the rows it was fitted on.

    `shares` holds the share of rows by pattern: one letter per column, "x" where it is missing.
    """

    columns: list[str]
    shares: dict[str, float]

    def inputs(self) -> list[str]:
        """Return the columns."""
        return self.columns

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the share; 0 for a pattern that is new."""
        return {self.name: look_up(missing_pattern(frame, self.columns), self.shares, 0.0)}

    def formula(self) -> str:
        """Say whose pattern."""
        names = ", ".join(repr(c) for c in self.columns)
        return f"share of training rows with the same ones of {names} missing"


class AddTextLength(AddFeature):
    """Add how long a text is."""

    column: str
    unit: Unit

    def inputs(self) -> list[str]:
        """Return the text's column."""
        return [self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the count; missing where the text is."""
        series = frame[self.column]
        values = [
            np.nan if missing else float(_count(str(value), self.unit))
            for value, missing in zip(series, series.isna(), strict=True)
        ]
        return {self.name: np.array(values, dtype="float64")}

    def formula(self) -> str:
        """Say what is counted."""
        return f"number of {_UNIT_WORDS.get(self.unit, self.unit)} in {self.column!r}"


def missing_pattern(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return one text per row: a letter per column, "x" where it is missing, else "-"."""
    parts = [frame[column].isna().map({True: "x", False: "-"}).astype(object) for column in columns]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + part
    return joined


def _count(text: str, unit: Unit) -> float:
    if unit == "words":
        return len(text.split())
    if unit == "characters":
        return len(text)
    if unit == "marks":
        return sum(not (letter.isalnum() or letter.isspace()) for letter in text)
    wanted = str.isdigit if unit == "digits" else str.isupper
    return sum(map(wanted, text))
