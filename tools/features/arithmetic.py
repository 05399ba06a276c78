"""Family of arithmetic: ratio, difference, product, sum and comparison of two numbers."""

from itertools import combinations

import numpy as np
import pandas as pd

from ..operations.feature_base import numbers
from ..operations.feature_numeric import AddPair, Pairing
from .base import Candidate, Columns, Family, Training, fixed

MAX_COLUMNS = 16
SYMMETRIC: tuple[Pairing, ...] = ("difference", "product", "sum", "smaller", "larger")
NAMES: dict[Pairing, str] = {
    "ratio": "{}_per_{}",
    "difference": "{}_minus_{}",
    "product": "{}_times_{}",
    "sum": "{}_plus_{}",
    "smaller": "smaller_of_{}_{}",
    "larger": "larger_of_{}_{}",
}


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return every combination of two numbers or dates."""
    names = _most_telling(training, columns.numbers)
    found = []
    for left, right in combinations(names, 2):
        found += all_pairs(left, right)
    return found


def all_pairs(left: str, right: str) -> list[Candidate]:
    """Return every way of combining two columns."""
    ratios = [pair(left, right, "ratio"), pair(right, left, "ratio")]
    return ratios + [pair(left, right, how) for how in SYMMETRIC]


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


FAMILY = Family("arithmetic", "Two numbers combined: ratio, difference, larger.", candidates)
