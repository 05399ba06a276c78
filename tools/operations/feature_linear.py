"""Operation that adds a weighted sum of columns, the weights fitted once."""

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from .feature_base import AddFeature, Floats, keys, look_up, numbers

LIMIT = 2.0
"""Standard deviations beyond which a number counts for no more in a product."""
SHOWN_PRODUCTS = 3


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


class Factor(BaseModel):
    """One side of a product: a number in units of its spread, or whether a category is this one.

    A number counts as its distance from `center` divided by `spread`, held to `LIMIT` either way so
    that rows far out do not decide a product; a missing one counts as 0.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    level: str | None = None
    center: float = 0.0
    spread: float = Field(default=1.0, gt=0)

    def values(self, frame: pd.DataFrame) -> Floats:
        """Return the factor of each row."""
        if self.level is not None:
            same = keys(frame, [self.column]).to_numpy() == self.level
            return np.asarray(same, dtype="float64")
        scaled = (numbers(frame, self.column) - self.center) / self.spread
        return np.where(np.isnan(scaled), 0.0, np.clip(scaled, -LIMIT, LIMIT))

    def words(self) -> str:
        """Name the factor."""
        return repr(self.column) if self.level is None else f"{self.column!r} = {self.level!r}"


class ProductTerm(BaseModel):
    """A product's part of a sum: two columns that count together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    left: Factor
    right: Factor
    weight: float


class AddWeightedSum(AddFeature):
    """Add a sum of one curve per number, one weight per category and some products of two columns.

    It is an estimate of the target.
    """

    target: str
    outcome: str | None = None
    logarithm: bool = False
    curves: list[CurveTerm]
    levels: list[LevelTerm]
    products: list[ProductTerm] = []
    constant: float

    def inputs(self) -> list[str]:
        """Return every column that is summed; products are of the same columns."""
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
        for product in self.products:
            total += product.weight * product.left.values(frame) * product.right.values(frame)
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
        counts = f"{len(self.curves)} numbers, {len(self.levels)} categories"
        if not self.products:
            return f"{how} ({counts})"
        shown = ", ".join(
            f"{p.left.words()} with {p.right.words()}" for p in self.products[:SHOWN_PRODUCTS]
        )
        more = ", ..." if len(self.products) > SHOWN_PRODUCTS else ""
        return f"{how} ({counts}) and {len(self.products)} products ({shown}{more})"
