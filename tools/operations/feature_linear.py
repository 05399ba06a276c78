"""Operation that adds a weighted sum of columns, the weights fitted once."""

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from .feature_base import AddFeature, Floats, keys, look_up, numbers


class NumberTerm(BaseModel):
    """A number's part of a weighted sum: weight times (value less center).

    The value is clipped to the range of the rows it was fitted on; a missing one counts as the
    center.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    center: float
    weight: float
    low: float
    high: float


class CategoryTerm(BaseModel):
    """A category's part of a weighted sum: one weight per value, 0 for a new or missing one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    weights: dict[str, float]


class AddWeightedSum(AddFeature):
    """Add a weighted sum of numbers and categories, the linear estimate of the target."""

    target: str
    outcome: str | None = None
    numbers: list[NumberTerm]
    categories: list[CategoryTerm]
    constant: float

    def inputs(self) -> list[str]:
        """Return every column with a weight."""
        return [t.column for t in self.numbers] + [t.column for t in self.categories]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the sum."""
        total = np.full(len(frame), self.constant)
        for term in self.numbers:
            found = numbers(frame, term.column)
            clipped = np.clip(found, term.low, term.high) - term.center
            total = total + term.weight * np.where(np.isnan(clipped), 0.0, clipped)
        for group in self.categories:
            total = total + look_up(keys(frame, [group.column]), group.weights, 0.0)
        return {self.name: total}

    def formula(self) -> str:
        """Say which columns weigh most."""
        return (
            f"weighted sum of {len(self.numbers) + len(self.categories)} columns, the weights "
            f"fitted by ridge regression of {self.target!r} on the training rows"
        )
