"""Cells of two columns that changed places."""

from itertools import combinations

import numpy as np
import pandas as pd

from ..operations.repairs import SwapValues
from ..proposals import Group
from .base import View, fault

FEWEST_ROWS = 50
LEAST = 3
FAR = 5
"""How many times as frequent in the other column a value has to be that came from there."""

TOGETHER = 0.5
"""Share of strange cells of either column that are strange in both."""

SHARED = 0.1
"""Share of rows whose value is at home in both columns, above which the two hold the same."""


def swapped_values(view: View) -> list[Group]:
    """Find rows in which two columns each hold what belongs to the other.

    Looked for in columns of different values only, such as towns and states: home and away teams
    may change places.
    """
    groups = []
    for one, other in combinations(view.texts(), 2):
        if view.target in (one, other) or len(view.frame) < FEWEST_ROWS:
            continue
        pairs = _pairs(view, one, other)
        groups += fault(
            view,
            [SwapValues(column=one, other=other, pairs=pairs)] if pairs else [],
            group_id=f"swapped:{one}/{other}",
            title=f"Swap {one} and {other} back",
            rule="Where each of two columns holds a value that is at home in the other, and in the "
            "other only, the two cells changed places.",
            evidence=f"{len(pairs)} pairs of values are frequent the other way round: each is at "
            f"least {FAR} times as frequent in the other column.",
            recommended=False,
        )
    return groups


def _pairs(view: View, one: str, other: str) -> list[tuple[str, str]]:
    """Return the pairs of values that are each at home in the other column."""
    here, there = view.values(one), view.values(other)
    common = here.index.intersection(there.index)
    if len(common) < 2:
        return []
    counts = pd.DataFrame({"here": here[common], "there": there[common]})
    foreign = counts["there"] >= np.maximum(LEAST, FAR * counts["here"])
    own = counts["here"] >= np.maximum(LEAST, FAR * counts["there"])
    shared = counts[~foreign & ~own].sum()
    if shared["here"] > SHARED * here.sum() or shared["there"] > SHARED * there.sum():
        return []
    frame = view.frame[[one, other]]
    strange = frame[one].isin(common[foreign]), frame[other].isin(common[own])
    both = strange[0] & strange[1]
    if both.sum() < TOGETHER * max(int(strange[0].sum()), int(strange[1].sum())):
        return []  # values that are strange in one column alone did not change places
    swapped = frame[both]
    return sorted({(str(a), str(b)) for a, b in swapped.itertuples(index=False)})
