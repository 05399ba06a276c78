"""Operations that turn categories into numbers by a table that was fitted once."""

import numpy as np
import pandas as pd

from .feature_base import AddFeature, Floats, keys, look_up


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
    means: dict[str, float]
    default: float

    def inputs(self) -> list[str]:
        """Return the categories' columns."""
        return self.columns

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the mean; that of all rows for a category that is new or missing."""
        return {self.name: look_up(keys(frame, self.columns), self.means, self.default)}

    def formula(self) -> str:
        """Say whose mean of what."""
        what = (
            f"share of {self.target!r} = {self.outcome!r}"
            if self.outcome
            else (f"mean of {self.target!r}")
        )
        return f"{what} in the training rows with its value of {_names(self.columns)}, smoothed"


def _names(columns: list[str]) -> str:
    return " and ".join(repr(column) for column in columns)
