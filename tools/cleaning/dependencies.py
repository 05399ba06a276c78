"""Which column says what stands in which: mined pairwise, safe against chance and wrong cells.

Column d determines column c where two rows of equal d agree on c much more often than two rows
drawn at random. Agreement of pairs is not inflated by small groups, and wrong cells lower it only
a little: with a share e of wrong cells it is about (1 - e) squared.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MOST_ROWS = 50_000
FEWEST_GROUPS = 3
FEWEST_ROWS = 20


@dataclass(frozen=True)
class Dependency:
    """How far `key` determines `column`.

    Attributes:
        agreement: share of pairs of rows with equal key that agree, averaged over rows.
        lift: the same on a scale from 0 (as two rows drawn at random) to 1 (always).
        rows: how many rows share their key with another.
    """

    key: str
    column: str
    agreement: float
    lift: float
    rows: int


class Coded:
    """A frame's columns as codes: equal values have equal codes, missing ones have -1."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.codes: dict[str, Codes] = {}
        self.values: dict[str, list[str]] = {}
        for name in map(str, frame.columns):
            column = frame[name]
            if types.is_string_dtype(column.dtype) or types.is_integer_dtype(column.dtype):
                codes, values = pd.factorize(column)
                self.codes[name] = np.asarray(codes, dtype=np.int64)
                self.values[name] = [str(value) for value in values]

    def possible_keys(self) -> list[str]:
        """Return the columns whose values repeat, so that they can be keys."""
        return [
            name
            for name, codes in self.codes.items()
            if FEWEST_GROUPS <= len(self.values[name]) <= 0.9 * np.count_nonzero(codes >= 0)
        ]


def dependencies(coded: Coded, columns: list[str]) -> list[Dependency]:
    """Measure every key on every one of `columns`."""
    found = []
    for key in coded.possible_keys():
        rows = _rows_of_some_groups(coded.codes[key])
        chance = {name: _chance(coded.codes[name]) for name in columns}
        for name in columns:
            measured = None if name == key else _agreement(coded, key, name, rows)
            if measured is not None:
                agreement, count = measured
                lift = (agreement - chance[name]) / (1 - chance[name] + 1e-9)
                found.append(Dependency(key, name, agreement, lift, count))
    return found


def _rows_of_some_groups(codes: Codes) -> Codes:
    """Return rows of whole groups, so many groups that about MOST_ROWS rows are in them."""
    if len(codes) <= MOST_ROWS:
        return np.flatnonzero(codes >= 0)
    sizes = np.bincount(codes[codes >= 0])
    order = np.random.default_rng(0).permutation(len(sizes))
    taken = np.zeros(len(sizes) + 1, dtype=bool)
    taken[order[: int(np.searchsorted(np.cumsum(sizes[order]), MOST_ROWS)) + 1]] = True
    taken[-1] = False
    return np.flatnonzero(taken[codes])


def _chance(codes: Codes) -> float:
    known = codes[codes >= 0]
    return float(np.square(np.bincount(known) / max(len(known), 1)).sum()) if len(known) else 1.0


def _agreement(coded: Coded, key: str, column: str, rows: Codes) -> tuple[float, int] | None:
    d, c = coded.codes[key][rows], coded.codes[column][rows]
    d, c = d[c >= 0], c[c >= 0]
    pairs = Counted(d, c)
    shared = pairs.size >= 2
    count = int(pairs.size[shared].sum())
    if np.count_nonzero(shared) < FEWEST_GROUPS or count < FEWEST_ROWS:
        return None
    alike = np.bincount(pairs.key, weights=pairs.count * (pairs.count - 1.0))
    return float((alike[shared] / (pairs.size[shared] - 1)).sum() / count), count


class Counted:
    """How often each pair of codes occurs.

    `key`, `value` and `count` have one entry per different pair, sorted by key; `size` and `top`
    have one per key: how many rows it has, and the entry of its most frequent value.
    """

    def __init__(self, d: Codes, c: Codes) -> None:
        width = int(c.max(initial=0)) + 1
        pairs, self.count = np.unique(d * width + c, return_counts=True)
        self.key, self.value = pairs // width, pairs % width
        self.size = np.bincount(self.key, weights=self.count)
        order = np.lexsort((self.value, -self.count, self.key))
        first = np.unique(self.key[order], return_index=True)
        self.top = np.full(len(self.size), -1, dtype=np.int64)
        self.top[first[0]] = order[first[1]]


@dataclass
class Votes:
    """What the other columns say of each row's cell in one column.

    Attributes:
        expected: code of the value most of the dependencies expect, -1 where none speaks.
        votes: how many dependencies expect it.
        against: how many dependencies speak for the value that stands there.
        by: what each dependency expects of each row, -1 where it does not speak.
    """

    expected: Codes
    votes: Codes
    against: Codes
    by: list[Codes]

    def narrowest(self, codes: Codes, keys: list[Codes], doubted: Flags) -> Codes:
        """Return for each row the dependency by whose key the fewest other cells would be set.

        Args:
            codes: the column.
            keys: the key of each dependency.
            doubted: the rows that may be set; -1 is returned for the others.
        """
        best = np.full(len(codes), -1, dtype=np.int64)
        least = np.full(len(codes), np.inf)
        for index, (expected, key) in enumerate(zip(self.by, keys, strict=True)):
            speaks = (expected >= 0) & (expected == self.expected) & doubted & (key >= 0)
            beside = (expected >= 0) & (expected != codes) & (codes >= 0) & (key >= 0) & ~doubted
            others = np.bincount(key[beside], minlength=int(key.max(initial=0)) + 1)
            better = speaks & (others[key] < least)
            best[better], least[better] = index, others[key[better]]
        return best


def vote(coded: Coded, column: str, found: list[Dependency], share: float, least: int) -> Votes:
    """Let the dependencies of one column vote on each of its cells.

    A dependency expects the most frequent value among the other rows of the same key, if at least
    `least` of them and a share of `share` hold it.
    """
    codes = coded.codes[column]
    unsaid, none = np.full(len(codes), -1, dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    made = Votes(expected=unsaid, votes=none, against=none.copy(), by=[])
    for dependency in found:
        expected = expectation(coded.codes[dependency.key], codes, share, least)
        speaks = expected >= 0
        made.against += speaks & (expected == codes)
        other = speaks & (expected != codes)
        new = other & (made.expected < 0)
        made.expected[new] = expected[new]
        made.votes += other & (made.expected == expected)
        made.by.append(expected)
    return made


def expectation(d: Codes, c: Codes, share: float, least: int) -> Codes:
    """Return for each row what the others of its key hold for the most part, -1 where unsure."""
    known = (d >= 0) & (c >= 0)
    pairs = Counted(d[known], c[known])
    expected = np.full(len(c), -1, dtype=np.int64)
    if not len(pairs.count):
        return expected
    sizes = np.append(pairs.size, 0.0)
    tops = np.append(pairs.top, -1)
    place = np.where((d >= 0) & (d < len(pairs.size)), d, len(pairs.size))
    top = tops[place]
    value, count = pairs.value[top], pairs.count[top]
    own = (c == value) & (c >= 0)
    others = sizes[place] - (c >= 0)
    agree = count - own
    sure = (top >= 0) & (agree >= least) & (agree >= share * np.maximum(others, 1))
    expected[sure] = value[sure]
    return expected
