"""Imputing: simple ways to fill a column, and their error on known cells that are hidden.

The error is measured by five-fold cross-validation: the known cells of a fold are hidden and filled
from the others, so that what is reported is what filling costs (van Buuren, Flexible Imputation of
Missing Data, 2018, section 2.6, on why an error measured in sample flatters).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ..operations.base import Operation
from ..operations.feature_base import keys
from ..operations.values import FillByKey, FillMissing

FOLDS = 5
SAMPLE = 5_000
FEWEST_KNOWN = 20
MOST_VALUES = 50
MOST_KEYS = 8
BETTER = 0.95
"""An error must fall below this share of the simplest way's for another way to be taken."""


@dataclass(frozen=True)
class Fill:
    """A way to fill a column: the operation, what it fills with, and its measured error."""

    operation: Operation
    words: str
    evidence: str
    error: float | None


def best_fill(frame: pd.DataFrame, column: str, target: str | None) -> Fill | None:
    """Return the way that errs least: one value for all, or one by the values of another column.

    The target is never a key: rows to be predicted do not have it. Returns None for columns that
    cannot be filled so: dates, truth values, and text of many values.
    """
    known = frame[frame[column].notna()]
    number = types.is_numeric_dtype(frame[column].dtype) and not types.is_bool_dtype(
        frame[column].dtype
    )
    if not len(known) or not (number or types.is_string_dtype(frame[column].dtype)):
        return None
    if not number and known[column].nunique() > MOST_VALUES:
        return None
    value = _center(known[column], number)
    simple = FillMissing(column=column, value=value)
    shown = f"{value:g}" if isinstance(value, float) else value
    if len(known) < FEWEST_KNOWN:
        return Fill(simple, shown, "Too few are known to measure what filling costs.", None)
    some = known.sample(min(SAMPLE, len(known)), random_state=0)
    folds = np.random.default_rng(0).integers(0, FOLDS, len(some))
    alone = _error(some[column], None, folds, number)
    errors = {
        key: _error(some[column], keys(some, [key]), folds, number)
        for key in _possible_keys(some, column, target)
    }
    best = min(errors, key=lambda key: errors[key], default=None)
    if best is None or errors[best] > BETTER * alone:
        return Fill(simple, shown, _said(alone, None, None, some[column], number), alone)
    by_key = _centers(known[column], keys(known, [best]), number)
    operation = FillByKey(key=best, column=column, values=by_key, otherwise=value)
    what = "median" if number else "most frequent value"
    evidence = _said(errors[best], best, alone, some[column], number)
    return Fill(operation, f"the {what} by {best}", evidence, errors[best])


def _possible_keys(frame: pd.DataFrame, column: str, target: str | None) -> list[str]:
    """Return columns of few values, those of the fewest first."""
    counts = {
        str(name): frame[name].nunique()
        for name in frame.columns
        if name not in (column, target) and not types.is_float_dtype(frame[name].dtype)
    }
    few = [name for name, count in counts.items() if 2 <= count <= MOST_VALUES]
    return sorted(few, key=lambda name: counts[name])[:MOST_KEYS]


def _center(cells: pd.Series, number: bool) -> float | str:
    if number:
        return float(cells.astype("float64").median())
    return str(cells.value_counts().index[0])


def _centers(cells: pd.Series, key: pd.Series, number: bool) -> dict[str, float | str]:
    """Return the median or the most frequent value for each value of a key."""
    if number:
        return {str(k): float(v) for k, v in cells.astype("float64").groupby(key).median().items()}
    counts = pd.DataFrame({"key": key, "cell": cells}).dropna().value_counts(sort=True)
    top = counts.reset_index().drop_duplicates("key")
    return {str(k): str(v) for k, v in zip(top["key"], top["cell"], strict=True)}


def _error(cells: pd.Series, key: pd.Series | None, folds: npt.NDArray[Any], number: bool) -> float:
    """Return the mean absolute error of numbers, or the share of wrong words, over the folds."""
    wrong = 0.0
    for fold in range(FOLDS):
        hidden = folds == fold
        if not hidden.any() or hidden.all():
            continue
        value = _center(cells[~hidden], number)
        filled = pd.Series(value, index=cells.index[hidden], dtype=object)
        if key is not None:
            by_key = _centers(cells[~hidden], key[~hidden], number)
            filled = key[hidden].map(by_key).astype(object).fillna(value)
        truth = cells[hidden]
        if number:
            wrong += float((filled.astype("float64") - truth.astype("float64")).abs().sum())
        else:
            wrong += float((filled.to_numpy() != truth.to_numpy(dtype=object)).sum())
    return wrong / len(cells)


def _said(
    error: float, key: str | None, alone: float | None, cells: pd.Series, number: bool
) -> str:
    """Return the measured error in words, beside that of the simplest way."""
    way = f"by {key}" if key else "for all"
    if number:
        spread = float(cells.astype("float64").std())
        beside = f", one median for all by {alone:.3g}" if alone is not None else ""
        return (
            f"On known cells that were hidden, the median {way} is off by {error:.3g} on "
            f"average{beside} (deviation {spread:.3g})."
        )
    beside = f", one value for all in {1 - alone:.0%}" if alone is not None else ""
    return (
        f"On known cells that were hidden, the most frequent value {way} is right in "
        f"{1 - error:.0%}{beside}."
    )
