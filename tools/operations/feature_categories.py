"""Operations that turn categories into numbers by a table that was fitted once."""

import re
from typing import Literal

import numpy as np
import pandas as pd

from .feature_base import AddFeature, Floats, keys, look_up

Part = Literal["whole", "first_word", "last_word", "letters", "digits"]
"""What of a value makes its key: all of it, or a part in lower case."""

_PARTS: dict[Part, re.Pattern[str]] = {
    "first_word": re.compile(r"^\W*(\w+)"),
    "last_word": re.compile(r"(\w+)\W*$"),
    "letters": re.compile(r"^([^\W\d_]+)"),
    "digits": re.compile(r"(\d+)"),
}
_PART_WORDS: dict[Part, str] = {
    "whole": "value",
    "first_word": "first word",
    "last_word": "last word",
    "letters": "leading letters",
    "digits": "first digits",
}


class AddCategoryCount(AddFeature):
    """Add how often a row's category occurred among the rows it was fitted on."""

    columns: list[str]
    counts: dict[str, float]

    def inputs(self) -> list[str]:
        """Return the categories' columns."""
        return self.columns

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the count; 0 for a category that is new, missing for a missing one."""
        found = keys(frame, self.columns)
        counted = look_up(found, self.counts, 0.0)
        return {self.name: np.where(found.to_numpy() == "", np.nan, counted)}

    def formula(self) -> str:
        """Say what is counted."""
        return f"how often its value of {_names(self.columns)} occurs in the training rows"


class AddTargetMean(AddFeature):
    """Add the mean target of a row's category among the rows it was fitted on.

    The means were drawn towards the mean of all rows, the more so the rarer the category.
    """

    columns: list[str]
    target: str
    outcome: str | None = None
    part: Part = "whole"
    means: dict[str, float]
    default: float

    def inputs(self) -> list[str]:
        """Return the categories' columns."""
        return self.columns

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the mean; that of all rows for a category that is new or missing."""
        found = part_keys(frame, self.columns, self.part)
        return {self.name: look_up(found, self.means, self.default)}

    def formula(self) -> str:
        """Say whose mean of what."""
        what = (
            f"share of {self.target!r} = {self.outcome!r}"
            if self.outcome
            else (f"mean of {self.target!r}")
        )
        key = f"{_PART_WORDS[self.part]} of {_names(self.columns)}"
        return f"{what} in the training rows with its {key}, smoothed"


def part_keys(frame: pd.DataFrame, columns: list[str], part: Part) -> pd.Series:
    """Return one text per row that names its category, or the part of it, "" where none is."""
    found = keys(frame, columns)
    if part == "whole":
        return found
    matches = found.str.lower().str.extract(_PARTS[part], expand=False)
    return matches.fillna("").astype(object)


def _names(columns: list[str]) -> str:
    return " and ".join(repr(column) for column in columns)
