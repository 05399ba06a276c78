"""Laws of a table: what a column says of another with hardly an exception, and their breaches."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .dependencies import (
    FEWEST_GROUPS,
    Coded,
    Codes,
    Counted,
    Dependency,
    Flags,
    Votes,
    expectation,
)

LAW_ROWS, LAW_SHARE, KEPT, BREACHES = 5, 0.8, 0.99, 0.05
TWICE, AT_HOME = 2, 0.2
"""How often a value stands under a key, and for which share of its cells, if it belongs there."""


@dataclass(frozen=True)
class Laws:
    """Dependencies that hold but for a few cells, and how often each row's key breaks them."""

    kept: frozenset[Dependency]
    broken: dict[str, Codes]


def find_laws(coded: Coded, found: list[Dependency]) -> Laws:
    """Return the dependencies under whose keys hardly any is divided, as names of people are.

    A law is known by its groups: nearly all of them have one value for four fifths of their rows,
    and few rows altogether another.
    """
    kept = [d for d in found if _is_law(coded.codes[d.key], coded.codes[d.column])]
    broken: dict[str, Codes] = {}
    for law in kept:
        codes = coded.codes[law.column]
        expected = expectation(coded.codes[law.key], codes, LAW_SHARE, LAW_ROWS - 1)
        breaks = (expected >= 0) & (codes >= 0) & (expected != codes)
        broken[law.key] = broken.get(law.key, np.zeros(len(codes), dtype=np.int64)) + breaks
    return Laws(frozenset(kept), broken)


def _is_law(d: Codes, c: Codes) -> bool:
    known = (d >= 0) & (c >= 0)
    pairs = Counted(d[known], c[known])
    large = pairs.size >= LAW_ROWS
    if np.count_nonzero(large) < FEWEST_GROUPS:
        return False
    sizes, tops = pairs.size[large], pairs.count[pairs.top[large]]
    united = sizes[tops >= LAW_SHARE * sizes].sum()
    return bool(united >= KEPT * sizes.sum() and (sizes - tops).sum() <= BREACHES * sizes.sum())


def breaches_by_row(
    coded: Coded, codes: Codes, own: list[Dependency], votes: Votes, laws: Laws
) -> dict[int, str]:
    """Return by row the key of a law that expects another value than stands there.

    A key that contradicts several columns of its row is itself what is wrong there, and a value
    that stands mostly under this key belongs to it.
    """
    found: dict[int, str] = defaultdict(str)
    for dependency, expected in zip(own, votes.by, strict=True):
        if dependency not in laws.kept:
            continue
        key = coded.codes[dependency.key]
        breaks = (expected >= 0) & (expected == votes.expected) & (expected != codes) & (codes >= 0)
        breaks &= (laws.broken[dependency.key] <= 1) & ~_at_home(key, codes)
        found.update(dict.fromkeys(np.flatnonzero(breaks).tolist(), dependency.key))
    return found


def _at_home(key: Codes, codes: Codes) -> Flags:
    """Return rows whose value stands under their key more than once, and seldom elsewhere."""
    known = (key >= 0) & (codes >= 0)
    pairs = pd.DataFrame({"key": key, "value": codes})
    together = pairs.groupby(["key", "value"])["key"].transform("size").to_numpy()
    total = pairs.groupby("value")["value"].transform("size").to_numpy()
    found: Flags = known & (together >= TWICE) & (together >= AT_HOME * total)
    return found
