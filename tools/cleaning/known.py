"""Missing cells whose value the other columns of the row tell."""

import numpy as np

from ..operations.base import Operation
from ..operations.repairs import SetByKey
from ..proposals import Group
from .base import View, fault
from .dependencies import Coded, Dependency, Flags, vote
from .fusion import find_sources

STRONG = 0.9
"""Lift from which a column is taken to be told by another."""

SHARE, LEAST = 0.9, 3
AGREED, AGREED_LIFT = 0.93, 0.75
"""The same for a column with one very frequent value, in which chance is large."""

MEANT, NEVER = 5, 0.95
"""Rows of one kind, nearly all without a value, that show that it is not asked of them."""


def known_elsewhere(view: View) -> list[Group]:
    """Find missing cells where rows that agree in another column all hold one value.

    What several sources differ in is left to the rule for these.
    """
    sources = find_sources(view)
    told = sources.columns if sources else []
    strong = [
        d
        for d in view.mined
        if d.lift >= STRONG or (d.agreement >= AGREED and d.lift >= AGREED_LIFT)
    ]
    groups = []
    for column in view.texts():
        own = [d for d in strong if d.column == column]
        gaps = int(view.frame[column].isna().sum())
        if not own or not gaps or column == view.target or column in told:
            continue
        operations = _fills(view.coded, column, own)
        keys = sorted({str(o.model_dump()["key"]) for o in operations})
        groups += fault(
            view,
            operations,
            group_id=f"known:{column}",
            title=f"Fill missing {column} with what {', '.join(keys[:3])} tell",
            rule="Rows that agree in one column agree in those it determines.",
            evidence=f"{column} is missing in {gaps:,} rows and determined by {', '.join(keys)}.",
            facts={"keys": keys},
            recommended=False,
        )
    return groups


def _never_there(coded: Coded, column: str) -> Flags:
    """Return rows that share a value of another column with rows of which hardly one has this one.

    Such gaps are meant: what is asked of one kind of row is not asked of another.
    """
    gaps = coded.codes[column] < 0
    found = np.zeros(len(gaps), dtype=bool)
    for name, codes in coded.codes.items():
        if name == column:
            continue
        known = codes >= 0
        size = np.bincount(codes[known], minlength=1)
        missing = np.bincount(codes[known & gaps], minlength=len(size))
        found |= known & ((size >= MEANT) & (missing >= NEVER * size))[codes]
    return found


def _fills(coded: Coded, column: str, own: list[Dependency]) -> list[Operation]:
    """Return one operation for each key, with the values of the rows that lack one."""
    codes, values = coded.codes[column], coded.values[column]
    votes = vote(coded, column, own, SHARE, LEAST)
    sure = (codes < 0) & (votes.votes >= 1) & ~_never_there(coded, column)
    operations: list[Operation] = []
    for dependency, expected in zip(own, votes.by, strict=True):
        rows = np.flatnonzero(sure & (expected >= 0) & (expected == votes.expected))
        keys = coded.codes[dependency.key][rows]
        names = coded.values[dependency.key]
        fills = {names[k]: values[c] for k, c in zip(keys, expected[rows], strict=True)}
        if fills:
            operations.append(
                SetByKey(key=dependency.key, column=column, values=fills, where="missing")
            )
            sure[rows] = False
    return operations
