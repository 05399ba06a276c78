"""Family of arithmetic: ratios, differences, products and sums of two numbers."""

from itertools import combinations

import numpy as np
import pandas as pd

from ..operations.feature_base import numbers
from ..operations.feature_numeric import AddPair, Pairing
from .base import Candidate, Columns, Family, Training, fixed

MAX_COLUMNS = 25
SYMMETRIC: tuple[Pairing, ...] = ("difference", "product", "sum")
NAMES: dict[Pairing, str] = {
    "ratio": "{}_per_{}",
    "difference": "{}_minus_{}",
    "product": "{}_times_{}",
    "sum": "{}_plus_{}",
}


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return every ratio, difference, product and sum of two numbers or dates."""
    names = _most_telling(training, columns.numbers)
    found = []
    for left, right in combinations(names, 2):
        found += [pair(left, right, "ratio"), pair(right, left, "ratio")]
        found += [pair(left, right, how) for how in SYMMETRIC]
    return found


def _most_telling(training: Training, names: list[str]) -> list[str]:
    """Return the columns whose ranks go along most with the target, in the frame's order."""
    if len(names) <= MAX_COLUMNS:
        return names
    target = pd.Series(training.values).rank()
    strength = {
        name: abs(pd.Series(numbers(training.frame, name)).rank().corr(target)) for name in names
    }
    ranked = sorted(names, key=lambda name: (-np.nan_to_num(strength[name]), name))
    return [name for name in names if name in ranked[:MAX_COLUMNS]]


def pair(left: str, right: str, how: Pairing) -> Candidate:
    """Return the candidate of two columns combined."""
    name = NAMES[how].format(left, right)
    return fixed(AddPair(name=name, left=left, right=right, how=how), "arithmetic")


FAMILY = Family("arithmetic", "Ratio, difference, product and sum of two numbers.", candidates)
