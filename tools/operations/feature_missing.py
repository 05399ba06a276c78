"""Operations that add what is missing, and how long a text is."""

from typing import Literal

import numpy as np
import pandas as pd

from .feature_base import AddFeature, Floats

Unit = Literal["characters", "words", "digits", "capitals"]


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
        return f"number of {self.unit} in {self.column!r}"


def _count(text: str, unit: Unit) -> float:
    if unit == "words":
        return len(text.split())
    if unit == "characters":
        return len(text)
    wanted = str.isdigit if unit == "digits" else str.isupper
    return sum(map(wanted, text))
