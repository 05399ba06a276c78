"""Spaces around values, and values that differ only in upper and lower case."""

import pandas as pd

from ..operations.values import ReplaceValues, TrimText
from ..proposals import Group, propose_group
from .base import View

MOST_VALUES = 1000
REPEATS = 2.0


def stray_spaces(view: View) -> list[Group]:
    """Find text with spaces at its ends or several in a row."""
    groups = []
    for column in view.texts():
        group = propose_group(
            view.frame,
            [TrimText(column=column)],
            group_id=f"spaces:{column}",
            title=f"Trim spaces in {column}",
            rule="Spaces at the ends of a value and repeated spaces carry no meaning.",
            evidence=_spaces(view, column),
            recommended=True,
        )
        groups += [group] if group else []
    return groups


def _spaces(view: View, column: str) -> str:
    values = pd.Series(view.values(column).index, dtype="str")
    bare = values.str.strip().str.replace(r"\s+", " ", regex=True)
    merged = len(values) - bare.nunique()
    return (
        f"{int((bare != values).sum())} of {len(values)} different values have such spaces; "
        f"trimming makes {merged} of them equal to another value."
    )


def case_variants(view: View) -> list[Group]:
    """Find values that are the same but for case; the most frequent writing is kept."""
    groups = []
    for column in view.texts():
        counts = view.values(column)
        few = len(counts) <= MOST_VALUES and counts.sum() >= REPEATS * len(counts)
        mapping = _common_writing(counts) if few else {}
        if not mapping:
            continue
        group = propose_group(
            view.frame,
            [ReplaceValues(column=column, mapping=mapping)],
            group_id=f"case:{column}",
            title=f"Write values of {column} in one way",
            rule="Values that differ only in case are one value, in its most frequent writing.",
            evidence=f"{len(mapping)} of {len(counts)} values differ from another only in case.",
            recommended=True,
        )
        groups += [group] if group else []
    return groups


def _common_writing(counts: pd.Series) -> dict[str, str | None]:
    """Return each rarer writing with the most frequent one of the same letters."""
    best: dict[str, str] = {}
    mapping: dict[str, str | None] = {}
    for value in counts.index:  # the most frequent first
        common = best.setdefault(str(value).casefold(), str(value))
        if common != value:
            mapping[str(value)] = common
    return mapping
