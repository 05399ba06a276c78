"""Values that swallowed the value of a neighbor column, which is missing there."""

import pandas as pd

from ..operations.repairs import MoveTail
from ..proposals import Group
from .base import View, fault

LEAST = 3
SHARE = 0.5
MOST_VALUES = 1000
LAST = r"^.*\S[\s,;/]+(\S+)$"


def swallowed_values(view: View) -> list[Group]:
    """Find text that ends in a value of another column in the rows that lack that one."""
    groups = []
    for other in view.texts():
        gaps = view.frame[other].isna()
        if int(gaps.sum()) < LEAST or other == view.target:
            continue
        known = set(map(str, view.values(other).head(MOST_VALUES).index))
        for column in view.texts():
            if column not in (other, view.target):
                groups += _group(view, column, other, gaps, known)
    return groups


def _group(view: View, column: str, other: str, gaps: pd.Series, known: set[str]) -> list[Group]:
    """Propose to move the ends, if they come far more often where the neighbor is missing."""
    ends = view.frame[column].str.extract(LAST)[0].isin(known)
    there, elsewhere = float(ends[gaps].mean()), float(ends[~gaps].mean()) if (~gaps).any() else 0.0
    if int(ends[gaps].sum()) < LEAST or there < SHARE or elsewhere > there / 5:
        return []
    tails = sorted(set(view.frame[column][gaps & ends].str.extract(LAST)[0]))
    return fault(
        view,
        [MoveTail(column=column, other=other, tails=tails)],
        group_id=f"swallowed:{column}",
        title=f"Move {other} out of {column}",
        rule="A text that ends in a value of another column, missing in that row, swallowed it.",
        evidence=(
            f"{column} ends in a value of {other} in {there:.0%} of the rows that lack {other}, "
            f"in {elsewhere:.1%} of the others."
        ),
        recommended=there >= 0.95 and elsewhere < 0.01,
    )
