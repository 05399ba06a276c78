"""What holds in every real row and has to hold in every synthetic one."""

from itertools import combinations, permutations
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from .columns import Column, as_numbers
from .matrix import as_texts

MAX_COLUMNS = 20
MIN_SUPPORT = 30
"""Real rows that must show a rule before it is believed."""
MIN_REPEATS = 5
"""A column determines another only where its values come this often on average."""
MIN_OVERLAP = 0.1
"""Two columns are in order only where unrelated rows of them would often not be."""


class Constraint(BaseModel):
    """One rule, found on the real rows.

    "sum": the first columns add up to the last. "order": the first is never above the second.
    "determines": each value of the first has one value of the second. "unique": no two rows have
    the same values in these columns.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["sum", "order", "determines", "unique"]
    columns: list[str]

    def __str__(self) -> str:
        """Return the rule in words."""
        *first, last = self.columns
        if self.kind == "sum":
            return f"{' + '.join(first)} = {last}"
        if self.kind == "order":
            return f"{first[0]} <= {last}"
        if self.kind == "determines":
            return f"{first[0]} determines {last}"
        return f"{', '.join(self.columns)} together are unique"


def find_constraints(real: pd.DataFrame, columns: list[Column]) -> list[Constraint]:
    """Return the rules that hold without exception in at least `MIN_SUPPORT` real rows."""
    numbers = {c.name: as_numbers(real[c.name]) for c in columns if c.kind in ("number", "date")}
    numbers = dict(list(numbers.items())[:MAX_COLUMNS])
    kinds = {c.name: real[c.name].dtype.kind if c.kind == "date" else "n" for c in columns}
    decimals = {c.name: c.decimals for c in columns}
    categories = [c.name for c in columns if c.kind == "category" and not c.free_text]
    found = _sums({k: v for k, v in numbers.items() if kinds[k] == "n"}, decimals)
    found += _orders(numbers, kinds, {name for rule in found for name in rule.columns})
    return found + _dependencies(real, categories[:MAX_COLUMNS])


def _sums(numbers: dict[str, Any], decimals: dict[str, int]) -> list[Constraint]:
    found = []
    for first, second in combinations(numbers, 2):
        for last in numbers:
            if last in (first, second):
                continue
            a, b, c = numbers[first], numbers[second], numbers[last]
            known = ~np.isnan(a + b + c)
            step = 10.0 ** -max(decimals[first], decimals[second], decimals[last])
            near = np.abs(a + b - c)[known] <= step / 2
            varied = known.sum() >= MIN_SUPPORT and min(np.ptp(a[known]), np.ptp(b[known])) > 0
            if varied and near.all():
                found.append(Constraint(kind="sum", columns=[first, second, last]))
    return found


def _orders(numbers: dict[str, Any], kinds: dict[str, str], taken: set[str]) -> list[Constraint]:
    """Return pairs in order. Columns of a sum are left out: they follow from each other."""
    found = []
    for low, high in permutations(numbers, 2):
        if kinds[low] != kinds[high] or {low, high} & taken:
            continue
        a, b = numbers[low], numbers[high]
        known = ~np.isnan(a + b)
        if known.sum() < MIN_SUPPORT or (a[known] > b[known]).any():
            continue
        usual = np.searchsorted(np.sort(b[known]), a[known], side="left").mean() / known.sum()
        if usual >= MIN_OVERLAP:
            found.append(Constraint(kind="order", columns=[low, high]))
    return found


def _dependencies(real: pd.DataFrame, categories: list[str]) -> list[Constraint]:
    shown = pd.DataFrame({name: as_texts(real[name]) for name in categories})
    levels = shown.nunique()
    found = []
    for first, second in permutations(categories, 2):
        if levels[first] * MIN_REPEATS > len(real) or not 2 <= levels[second] <= levels[first]:
            continue
        pairs = shown[[first, second]].drop_duplicates()
        if not pairs[first].duplicated().any():
            found.append(Constraint(kind="determines", columns=[first, second]))
    return found


def apply_constraints(
    made: pd.DataFrame, real: pd.DataFrame, constraints: list[Constraint], columns: list[Column]
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the rows with what follows from the rules filled in, and which rows keep them all."""
    kept = pd.Series(True, index=made.index)
    made = made.copy()
    decimals = {c.name: c.decimals for c in columns}
    for rule in sorted(constraints, key=lambda rule: _TURN[rule.kind]):
        if rule.kind == "sum":
            kept &= _add_up(made, real, rule, decimals)
        elif rule.kind == "determines":
            _look_up(made, real, rule)
        elif rule.kind == "order":
            _swap(made, real, rule)
        else:
            names = rule.columns
            both = pd.concat([real[names], made[names]], ignore_index=True)
            kept &= ~both.duplicated().iloc[len(real) :].to_numpy()
    for rule in constraints:
        if rule.kind == "order":  # where rules form a chain, a swap may have broken another
            kept &= ~_reversed(made, rule)
    return made, kept


_TURN = {"determines": 0, "order": 1, "sum": 2, "unique": 3}
"""Which rules come first: what one sets, those after it take as it is."""


def _reversed(made: pd.DataFrame, rule: Constraint) -> pd.Series:
    low, high = (as_numbers(made[name]) for name in rule.columns)
    return pd.Series(low > high, index=made.index)


def _swap(made: pd.DataFrame, real: pd.DataFrame, rule: Constraint) -> None:
    """Exchange the two values where they are in the wrong order; it keeps both distributions."""
    wrong = _reversed(made, rule)
    low, high = rule.columns
    values = made[low].copy(), made[high].copy()
    made[low] = values[0].mask(wrong, values[1]).astype(real[low].dtype)
    made[high] = values[1].mask(wrong, values[0]).astype(real[high].dtype)


def _add_up(
    made: pd.DataFrame, real: pd.DataFrame, rule: Constraint, decimals: dict[str, int]
) -> pd.Series:
    """Set the total, and say in which rows it stays within the real range."""
    *parts, total = rule.columns
    added = made[parts].sum(axis=1, skipna=False).round(decimals[total])
    known = made[total].notna() & added.notna()
    made[total] = made[total].mask(known, added).astype(real[total].dtype)
    return ~known | made[total].between(real[total].min(), real[total].max())


def _look_up(made: pd.DataFrame, real: pd.DataFrame, rule: Constraint) -> None:
    """Set the second column to what the real rows have for the first."""
    first, second = rule.columns
    keys = as_texts(real[first]).fillna("")
    places = pd.Series(range(len(real)), index=keys)
    places = places[~places.index.duplicated()]
    taken = places.loc[as_texts(made[first]).fillna("")]
    made[second] = real[second].take(taken.to_numpy()).to_numpy()
    made[second] = made[second].astype(real[second].dtype)
