"""Operation that compares a row with the group it belongs to."""

from typing import Literal

import pandas as pd

from .feature_base import AddFeature, Floats, keys, look_up, numbers
from .feature_numeric import combine

Relation = Literal["value", "difference", "ratio"]


class AddGroupAggregate(AddFeature):
    """Add a statistic of a row's group, or how the row stands to it.

    `values` holds the statistic of each group among the rows it was fitted on, `default` that of
    all of them, which a new group gets.
    """

    by: list[str]
    column: str
    statistic: Literal["mean", "median", "spread", "largest", "smallest"]
    relation: Relation = "value"
    values: dict[str, float]
    default: float

    def inputs(self) -> list[str]:
        """Return the columns of the group and of the number."""
        return [*self.by, self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the group's statistic, or the row's number less it or divided by it."""
        group = look_up(keys(frame, self.by), self.values, self.default)
        if self.relation == "value":
            return {self.name: group}
        return {self.name: combine(numbers(frame, self.column), group, self.relation)}

    def formula(self) -> str:
        """Say which statistic of which group."""
        group = " and ".join(repr(column) for column in self.by)
        words = (
            f"{self.statistic} of {self.column!r} in the training rows with its value of {group}"
        )
        if self.relation == "difference":
            return f"{self.column!r} less the {words}"
        return f"{self.column!r} divided by the {words}" if self.relation == "ratio" else words
