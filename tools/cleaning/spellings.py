"""Rare values that are another value of the column, written in another way or misspelled.

OpenRefine's key collision ("fingerprint") and nearest-neighbor clustering, with one decision for a
column: where most of its rare values lie close to frequent ones, they are slips; where most lie
far from any, being rare means nothing there.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..operations.values import ReplaceValues
from ..proposals import Group
from .base import View, fault

FEWEST_ROWS = 50
MOST_VALUES = 3000
COMMON = 10
"""How many times as frequent as a slip the value is that was meant."""

FEWEST_ROWS_OF_COMMON = 4
REPEATED = 0.6
"""Share of rows that hold frequent values from which a column is made of them."""

CLOSE = 0.6
"""Share of a column's rare values that must be slips."""

SHORTEST = 4
CLOSED = 12
"""With no more frequent values than this, words of three letters are told apart as well."""

LONG = 8
APART, APART_SLIPS = 10, 3
"""Long frequent values that show by their distance, and slips, what near ones are."""

FINGERPRINT = 3
USUAL = 2
"""How many times as frequent as another writing the usual one is."""

WORD = r"[^\W\d_]+"
LEFT_OUT = re.compile(r"[\s\-_.,;:'\"`()/*|!]+")


def misspelled_words(view: View) -> list[Group]:
    """Find rare values that differ from a frequent one in signs between words, or by a slip."""
    groups = []
    for column in view.texts():
        counts = view.values(column)
        if column == view.target or counts.sum() < FEWEST_ROWS or not len(counts) > 1:
            continue
        frequent = _frequent(counts)
        if frequent is None:
            continue
        same = _same_words(counts)
        rare = counts[~counts.index.isin([*frequent.index, *same])]
        slips = _slips(rare, frequent.drop(list(same), errors="ignore"))
        groups += _writing(view, column, same) + _spelling(view, column, slips, rare, frequent)
    return groups


def _frequent(counts: pd.Series) -> pd.Series | None:
    """Return the frequent values, None for a column that is not made of them."""
    most = int(counts.iloc[0])
    gap = counts[counts >= max(FEWEST_ROWS_OF_COMMON, most / 200)]
    if gap.sum() < REPEATED * counts.sum() or len(counts) > MOST_VALUES:
        return None
    return gap


def fingerprint(text: str) -> str:
    """Return the letters and digits of a text in lower case, without spaces and punctuation."""
    return LEFT_OUT.sub("", text.casefold())


def _same_words(counts: pd.Series) -> dict[str, str]:
    """Return values that are a more frequent one but for case, spaces and punctuation."""
    known: dict[str, str] = {}
    found = {}
    for value, count in counts.items():  # the most frequent first
        mark = fingerprint(str(value))
        meant = known.setdefault(mark, str(value))
        letters = len(mark) >= FINGERPRINT and not _numeric(mark)
        if meant != value and letters and counts[meant] >= USUAL * count:
            found[str(value)] = meant
    return found


def _numeric(text: str) -> bool:
    return not any(sign.isalpha() for sign in text)


@dataclass(frozen=True)
class Slips:
    """Which rare value stands for which frequent one, and which cannot be told."""

    meant: dict[str, str]
    open: list[str]


def _slips(rare: pd.Series, frequent: pd.Series) -> Slips:
    """Return rare values at a small distance from a frequent one that is much more frequent."""
    words = [str(v) for v in rare.index if not _numeric(str(v))]
    least = 3 if len(frequent) <= CLOSED else SHORTEST
    known = [str(v) for v in frequent.index if len(str(v)) >= least and not _numeric(str(v))]
    if not words or not known:
        return Slips({}, [])
    near = _near(words, known) & _much_rarer(rare, frequent, words, known)
    meant, unclear = {}, []
    for place in np.flatnonzero(near.any(axis=1)):
        options = [known[i] for i in np.flatnonzero(near[place])]
        if len(options) == 1:
            meant[words[place]] = options[0]
        else:
            unclear.append(words[place])
    return Slips(meant, unclear)


def _near(words: list[str], known: list[str]) -> npt.NDArray[np.bool_]:
    """Return which pairs are one edit apart (two for long words) with the same digits."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    edits = cdist(words, known, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
    long = np.array([len(word) >= LONG for word in known])
    near = (edits == 1) | ((edits == 2) & long & (edits.min(axis=1, keepdims=True) == 2))
    digits = [[re.sub(r"\D", "", text) for text in texts] for texts in (words, known)]
    same = np.array(digits[0])[:, None] == np.array(digits[1])[None, :]
    found: npt.NDArray[np.bool_] = near & same
    for place, number in np.argwhere(found):
        found[place, number] = _in_a_word(words[place], known[number])
    return found


def _in_a_word(slip: str, meant: str) -> bool:
    """Tell whether a slip changed a word; single letters beside digits and signs are codes."""
    if meant.isalpha():
        return True
    lost = set(re.findall(WORD, meant)) - set(re.findall(WORD, slip))
    least = SHORTEST if re.search(r"\d", meant) else SHORTEST - 1
    return max(map(len, lost), default=0) >= least


def _much_rarer(
    rare: pd.Series, frequent: pd.Series, words: list[str], known: list[str]
) -> npt.NDArray[np.bool_]:
    few, many = rare[words].to_numpy(), frequent[known].to_numpy()
    rarer = many[None, :] >= np.maximum(COMMON, COMMON * few)[:, None]
    small = (few == 1)[:, None] & (many >= FEWEST_ROWS_OF_COMMON)[None, :]
    found: npt.NDArray[np.bool_] = rarer | small
    return found


def _writing(view: View, column: str, same: dict[str, str]) -> list[Group]:
    if not same:
        return []
    return fault(
        view,
        [ReplaceValues(column=column, mapping=dict(same))],
        group_id=f"writing:{column}",
        title=f"Write values of {column} as the frequent ones",
        rule="Values of the same letters and digits are one value, in its most frequent writing.",
        evidence=(
            f"{len(same)} rare values equal a frequent one but for case, spaces and punctuation."
        ),
        recommended=False,
    )


def _told_apart(frequent: pd.Series) -> bool:
    """Tell whether all frequent values lie far from each other, so that a near one is a slip."""
    words = [str(v) for v in frequent.index if not _numeric(str(v)) and len(str(v)) >= LONG]
    if len(words) < APART:
        return False
    near = _near(words, words)
    np.fill_diagonal(near, False)
    return not near.any()


def _spelling(
    view: View, column: str, slips: Slips, rare: pd.Series, frequent: pd.Series
) -> list[Group]:
    close = len(slips.meant) + len(slips.open)
    others = [v for v in rare.index if not _numeric(str(v))]
    if close < CLOSE * len(others):
        long = {slip: meant for slip, meant in slips.meant.items() if len(meant) >= LONG}
        slips = Slips(long if len(long) >= APART_SLIPS and _told_apart(frequent) else {}, [])
    if not slips.meant:
        return []
    if close == 1 and rare[list(slips.meant)].max() > 1:
        return []
    return fault(
        view,
        [ReplaceValues(column=column, mapping=dict(slips.meant))],
        group_id=f"spelling:{column}",
        title=f"Correct rare spellings in {column}",
        rule=(
            "A rare value one slip away from a frequent one was meant to be it, in a column whose "
            "rare values are slips for the most part."
        ),
        evidence=(
            f"{close} of {len(others)} rare values lie one or two letters from a frequent one."
        ),
        recommended=False,
    )
