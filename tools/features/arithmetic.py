"""Family of arithmetic: ratios, differences, products and sums of two numbers."""

from itertools import combinations

from ..operations.feature_numeric import AddPair, Pairing
from .base import Candidate, Columns, Family, Training, fixed

MAX_COLUMNS = 40
SYMMETRIC: tuple[Pairing, ...] = ("difference", "product", "sum")
NAMES: dict[Pairing, str] = {
    "ratio": "{}_per_{}",
    "difference": "{}_minus_{}",
    "product": "{}_times_{}",
    "sum": "{}_plus_{}",
}


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return every ratio, difference, product and sum of two numbers or dates."""
    names = columns.numbers[:MAX_COLUMNS]
    found = []
    for left, right in combinations(names, 2):
        found += [pair(left, right, "ratio"), pair(right, left, "ratio")]
        found += [pair(left, right, how) for how in SYMMETRIC]
    return found


def pair(left: str, right: str, how: Pairing) -> Candidate:
    """Return the candidate of two columns combined."""
    name = NAMES[how].format(left, right)
    return fixed(AddPair(name=name, left=left, right=right, how=how), "arithmetic")


FAMILY = Family("arithmetic", "Ratio, difference, product and sum of two numbers.", candidates)
