"""Values that some cells shorten to their beginning, or write out where the others do not."""

import pandas as pd

from ..operations.values import ReplaceValues
from ..proposals import Group
from .base import View, fault

FEWEST_ROWS = 50
MOST_VALUES = 100
RARE = 0.25
OFTEN = 0.04
"""Share of rows from which a value is one of the column's own."""

LEAST = 2
CLOSE = 0.6
SHORT, WORD = 2, 4
"""Letters that an abbreviation has at the most, and a word at the least."""


def abbreviated_values(view: View) -> list[Group]:
    """Find rare values that are the beginning of a frequent one, or begin with one.

    One decision for a column: only where most of its rare values are such, of at least two
    frequent ones, so that a code of its own is not taken for an abbreviation.
    """
    groups = []
    for column in view.texts():
        counts = view.values(column)
        mapping = _mapping(counts) if column != view.target else {}
        if not mapping:
            continue
        groups += fault(
            view,
            [ReplaceValues(column=column, mapping=dict(mapping))],
            group_id=f"abbreviated:{column}",
            title=f"Write values of {column} at one length",
            rule="A rare value that is the beginning of one frequent value, or a word that begins "
            "as one, stands for it, where most rare values of the column are such.",
            evidence="Rare: "
            + ", ".join(f"{rare!r} for {usual!r}" for rare, usual in list(mapping.items())[:5]),
            recommended=False,
        )
    return groups


def _mapping(counts: pd.Series) -> dict[str, str]:
    """Return the frequent value for each shortened or written-out one, none where unclear."""
    frequent, rare = _two_kinds(counts)
    found: dict[str, str] = {}
    for value in rare:
        usual = [known for known in frequent if _stands_for(value, known)]
        if len(usual) == 1:
            found[value] = usual[0]
    several = len(set(found.values())) >= LEAST
    return found if several and len(found) >= CLOSE * len(rare) else {}


def _two_kinds(counts: pd.Series) -> tuple[list[str], list[str]]:
    """Return the values that most rows hold and the rare others, all of them of letters."""
    if counts.sum() < FEWEST_ROWS or not LEAST * 2 <= len(counts) <= MOST_VALUES:
        return [], []
    values = [str(value) for value in counts.index]
    lengths = {len(value) <= SHORT for value in values}
    if len(lengths) < 2:
        return [], []
    short = [value for value in values if len(value) <= SHORT]
    words = [value for value in values if len(value) > SHORT]
    rows = counts[short].sum()
    frequent, rare = (short, words) if rows > counts[words].sum() else (words, short)
    if counts[rare].sum() > RARE * counts.sum():
        return [], []
    return [value for value in frequent if counts[value] >= OFTEN * counts.sum()], rare


def _stands_for(value: str, known: str) -> bool:
    """Tell whether one of two values is the beginning of the other, a word of some length."""
    short, word = sorted((value, known), key=len)
    return (
        word.isalpha()
        and short.rstrip(".").isalpha()
        and len(word) >= WORD
        and word.casefold().startswith(short.rstrip(".").casefold())
    )
