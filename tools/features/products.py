"""Products of two columns that explain most of what a sum of single columns leaves over."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..operations.feature_base import numbers
from ..operations.feature_linear import Factor, ProductTerm
from .base import Floats

LEAST_VARIANCE = 1e-6


@dataclass(frozen=True)
class Pair:
    """Two factors and their product in the rows they were chosen on."""

    left: Factor
    right: Factor
    values: Floats

    def term(self, weight: float) -> ProductTerm:
        """Return the pair as a part of a sum."""
        return ProductTerm(left=self.left, right=self.right, weight=float(weight))


def factors_of(
    frame: pd.DataFrame, names: list[str], levels: dict[str, dict[str, Floats]]
) -> list[tuple[Factor, Floats]]:
    """Return each number, and each level of each category, as a factor with its values.

    Args:
        frame: the rows to fit on.
        names: the numbers.
        levels: by category and level, 1 in its rows and 0 elsewhere.
    """
    scaled = [_scaled(frame, name) for name in names]
    found = [(factor, factor.values(frame)) for factor in scaled]
    for column, by_level in levels.items():
        found += [(Factor(column=column, level=k), v) for k, v in by_level.items()]
    return found


def strongest_pairs(
    factors: list[tuple[Factor, Floats]], left_over: Floats, count: int
) -> list[Pair]:
    """Return the pairs whose product correlates most with what is left over; squares included.

    Each is ranked by itself: taking them one after the other, each against what those before it
    leave, did worse on new rows.
    """
    if not factors:
        return []
    matrix = np.column_stack([values for _, values in factors])
    centered = left_over - left_over.mean()
    together = np.abs((matrix * centered[:, None]).T @ matrix)
    squares = matrix**2
    variance = squares.T @ squares / len(matrix) - (matrix.T @ matrix / len(matrix)) ** 2
    varies = variance > LEAST_VARIANCE
    strength = np.where(varies, together / np.sqrt(np.where(varies, variance, 1.0)), 0.0)
    lower = np.tril(strength)
    order = np.argsort(-lower, axis=None, kind="stable")[:count]
    places = [np.unravel_index(place, lower.shape) for place in order if lower.flat[place] > 0]
    return [Pair(factors[i][0], factors[j][0], matrix[:, i] * matrix[:, j]) for i, j in places]


def _scaled(frame: pd.DataFrame, name: str) -> Factor:
    values = numbers(frame, name)
    known = values[~np.isnan(values)]
    spread = float(known.std()) if len(known) else 0.0
    center = float(known.mean()) if len(known) else 0.0
    return Factor(column=name, center=center, spread=spread if spread > 1e-12 else 1.0)
