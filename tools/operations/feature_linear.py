"""Operation that adds a weighted sum of columns, the weights fitted once."""

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from .feature_base import AddFeature, Floats, keys, look_up, numbers


class CurveTerm(BaseModel):
    """A number's part of a sum: straight lines between the heights at the knots.

    Two knots make it a weight; beyond the outer knots, the range of the rows it was fitted on, it
    is level. A missing value counts as `missing`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    knots: list[float]
    heights: list[float]
    missing: float = 0.0


class LevelTerm(BaseModel):
    """A category's part of a sum: one weight per value, 0 for a new or missing one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    weights: dict[str, float]


class AddWeightedSum(AddFeature):
    """Add a sum of one curve per number and one weight per category, an estimate of the target."""

    target: str
    outcome: str | None = None
    logarithm: bool = False
    curves: list[CurveTerm]
    levels: list[LevelTerm]
    constant: float

    def inputs(self) -> list[str]:
        """Return every column that is summed."""
        return [term.column for term in self.curves] + [term.column for term in self.levels]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the sum."""
        total: Floats = np.full(len(frame), self.constant)
        for curve in self.curves:
            found = numbers(frame, curve.column)
            height = np.interp(found, curve.knots, curve.heights)
            total += np.where(np.isnan(found), curve.missing, height)
        for level in self.levels:
            found = look_up(keys(frame, [level.column]), level.weights, 0.0)
            total += found
        return {self.name: total}

    def formula(self) -> str:
        """Say what is summed and what the weights were fitted to."""
        outcome = f" = {self.outcome!r}" if self.outcome else ""
        target = f"the logarithm of {self.target!r}" if self.logarithm else f"{self.target!r}"
        return f"{self._what()}, fitted by ridge regression of {target}{outcome} on training rows"

    def _what(self) -> str:
        if not self.curves:
            names = " and ".join(repr(term.column) for term in self.levels)
            return f"what {names} adds to a sum of one curve per column"
        bent = any(len(curve.knots) > 2 for curve in self.curves)
        how = "sum of one curve per column" if bent else "weighted sum of columns"
        return f"{how} ({len(self.curves)} numbers, {len(self.levels)} categories)"
