"""Operation that compares a row with the group it belongs to."""

from typing import Literal

import pandas as pd

from .feature_base import AddFeature, Floats, keys, look_up, numbers
from .feature_numeric import combine

Relation = Literal["value", "difference", "ratio"]
Statistic = Literal["mean", "median", "spread", "largest", "smallest"]


class AddGroupAggregate(AddFeature):
    """Add a statistic of a row's group, or how the row stands to it.

    `values` holds the statistic of each group among the rows it was fitted on, `default` that of
    all of them, which a new group gets.
    """

    by: list[str]
    column: str
    statistic: Statistic
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


class AddGroupPlace(AddFeature):
    """Add how many spreads a number lies above the mean of its row's group.

    `means` and `spreads` hold what the groups had among the rows it was fitted on; a new group
    gets those of all rows, under the key "".
    """

    by: list[str]
    column: str
    means: dict[str, float]
    spreads: dict[str, float]

    def inputs(self) -> list[str]:
        """Return the columns of the group and of the number."""
        return [*self.by, self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the distance in spreads; missing where the number is or a group has no spread."""
        group = keys(frame, self.by)
        mean = look_up(group, self.means, self.means[""])
        spread = look_up(group, self.spreads, self.spreads[""])
        return {self.name: combine(numbers(frame, self.column) - mean, spread, "ratio")}

    def formula(self) -> str:
        """Say which number in which group."""
        group = " and ".join(repr(column) for column in self.by)
        return (
            f"{self.column!r} less the mean of the training rows with its value of {group}, in "
            "standard deviations of these"
        )
