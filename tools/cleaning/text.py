"""Spaces around values, and values that differ only in upper and lower case."""

import pandas as pd

from ..operations.values import ReplaceValues, TrimText, trimmed
from ..proposals import Group
from .base import View, fault

MOST_VALUES = 10_000
REPEATS = 2.0
MIXED, SHOUTED, SHOUTS = 0.9, 4, 3


def stray_spaces(view: View) -> list[Group]:
    """Find text with spaces at its ends, or with several in a row where others have one."""
    groups = []
    for column in view.texts():
        for inner in (False, True):
            groups += _spaces(view, column, inner)
    return groups


def _spaces(view: View, column: str, inner: bool) -> list[Group]:
    """Propose to trim; double spaces inside are a fault only if another value lacks them."""
    values = pd.Series(view.values(column).index, dtype="str")
    if inner:  # spaces at the ends are another group
        values = trimmed(values, inner=False)
    bare = trimmed(values, inner=inner)
    changed = bare != values
    known = set(values[~changed])
    equal = int(bare[changed].isin(known).sum())
    if not changed.any() or (inner and equal == 0):
        return []
    return fault(
        view,
        [TrimText(column=column, inner=inner)],
        group_id=f"{'inner-spaces' if inner else 'spaces'}:{column}",
        title=f"{'Make double spaces single in' if inner else 'Trim spaces in'} {column}",
        rule="Spaces at the ends of a value and repeated spaces carry no meaning.",
        evidence=(
            f"{int(changed.sum())} of {len(values)} different values have such spaces; "
            f"without them {equal} equal another value."
        ),
        recommended=2 * equal >= int(changed.sum()),
    )


def case_variants(view: View) -> list[Group]:
    """Find values that are the same but for case; the most frequent writing is kept."""
    groups = []
    for column in view.texts():
        counts = view.values(column)
        mapping = _common_writing(counts) if len(counts) <= MOST_VALUES else {}
        if counts.sum() < REPEATS * len(counts):
            mapping = _shouted(mapping, counts)
        if not mapping:
            continue
        groups += fault(
            view,
            [ReplaceValues(column=column, mapping=mapping)],
            group_id=f"case:{column}",
            title=f"Write values of {column} in one way",
            rule="Values that differ only in case are one value, in its most frequent writing.",
            evidence=f"{len(mapping)} of {len(counts)} values differ from another only in case.",
            recommended=False,
        )
    return groups


def _shouted(mapping: dict[str, str | None], counts: pd.Series) -> dict[str, str | None]:
    """Return what is written in one case throughout, where nearly all of the column is mixed.

    In a column whose values hardly repeat, nothing else tells a variant from another value.
    """
    values = pd.Series(counts.index, dtype="str")
    mixed = (values != values.str.upper()) & (values != values.str.lower())
    if mixed.mean() < MIXED:
        return {}
    one_case = {old for old in mapping if old in (old.upper(), old.lower())}
    found = {old: new for old, new in mapping.items() if old in one_case and len(old) >= SHOUTED}
    return found if len(found) >= SHOUTS else {}


def _common_writing(counts: pd.Series) -> dict[str, str | None]:
    """Return each rarer writing with the most frequent one of the same letters."""
    best: dict[str, str] = {}
    mapping: dict[str, str | None] = {}
    for value in counts.index:  # the most frequent first
        common = best.setdefault(str(value).casefold(), str(value))
        if common != value:
            mapping[str(value)] = common
    return mapping
