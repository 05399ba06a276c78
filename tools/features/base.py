"""Candidate: a feature that could be added; Family: what proposes candidates for a frame."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ..operations.feature_base import AddFeature, numbers
from ..scoring import Rows, Task

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """The columns of a frame by what can be done with them, the target left out."""

    numbers: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    """Whole numbers that repeat, which are in `numbers` too: they may name groups."""


@dataclass(frozen=True)
class Training:
    """Rows a candidate is fitted on: the inner training rows of a fold, or all training rows.

    `values` are the target as numbers: itself, or 1 where it is the most frequent class but one
    (`outcome`), else 0.
    """

    frame: pd.DataFrame
    target: str
    task: Task
    values: Floats
    outcome: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A feature not fitted yet. `fit` sees training rows only and returns the fitted operations.

    `learns` says whether fitting reads the target.
    """

    id: str
    family: str
    title: str
    fit: Callable[[Training], list[AddFeature]]
    learns: bool = False


@dataclass(frozen=True)
class Family:
    """A kind of feature, and the function that names its candidates for a frame."""

    name: str
    description: str
    candidates: Callable[[Training, Columns], list[Candidate]]


MAX_LEVELS = 200
MIN_CODE_ROWS = 3
MIN_TEXT_WORDS = 3
_ISO_DATE = re.compile(r"\d{4}-[01]\d-[0-3]\d([T ]|$)")


def sort_columns(frame: pd.DataFrame, target: str) -> Columns:
    """Sort the columns of a frame by what can be done with them.

    Constant columns and those that number the rows are in none of the lists.
    """
    columns = Columns()
    for name in frame.columns:
        series = frame[name]
        if name == target or _distinct(series) < 2:
            continue
        kind = _kind(series)
        if kind is not None:
            getattr(columns, kind).append(str(name))
        if kind == "numbers" and _is_code(series):
            columns.codes.append(str(name))
    return columns


def fixed(operation: AddFeature, family: str, title: str | None = None) -> Candidate:
    """Return a candidate that has nothing to fit."""
    return Candidate(
        id=f"{family}:{operation.name}",
        family=family,
        title=title or operation.name,
        fit=lambda training: [operation],
    )


def training_rows(
    frame: pd.DataFrame, target: str, task: Task, outcome: str | None = None
) -> Training:
    """Return rows to fit on, the target also as numbers."""
    if task == "regression":
        return Training(frame, target, task, numbers(frame, target))
    text = frame[target].astype(str)
    if outcome is None:
        counts = text.value_counts().sort_index()
        ranked = counts.sort_values(ascending=False, kind="stable")
        outcome = str(ranked.index[1] if len(ranked) > 1 else ranked.index[0])
    values = (text == outcome).to_numpy().astype("float64")
    return Training(frame, target, task, values, outcome)


def part_of(training: Training, rows: Rows) -> Training:
    """Return some of the rows to fit on, numbered anew; the outcome stays the same."""
    frame = training.frame.iloc[rows].reset_index(drop=True)
    return training_rows(frame, training.target, training.task, training.outcome)


def _kind(series: pd.Series) -> str | None:
    dtype = series.dtype
    if types.is_datetime64_any_dtype(dtype):
        return "dates"
    if types.is_numeric_dtype(dtype) and not types.is_bool_dtype(dtype):
        return None if _is_row_number(series) or types.is_complex_dtype(dtype) else "numbers"
    if types.is_timedelta64_dtype(dtype):
        return "numbers"
    if _are_moments(series):
        return "dates"
    text = series.dropna().astype(str)
    if text.nunique() <= min(MAX_LEVELS, len(text) // 2):
        return "categories"
    many_words = np.mean([len(t.split()) for t in text.head(500)]) >= MIN_TEXT_WORDS
    return "texts" if many_words else "categories" if text.nunique() <= len(text) // 2 else None


def _distinct(series: pd.Series) -> int:
    return int(series.dropna().astype(str).head(20_000).nunique())


def _are_moments(series: pd.Series) -> bool:
    """Say whether all texts of a column begin with an ISO date."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return False
    head = series.dropna().head(200)
    return len(head) > 0 and all(
        isinstance(text, str) and bool(_ISO_DATE.match(text)) for text in head
    )


def _is_code(series: pd.Series) -> bool:
    values = series.dropna()
    if types.is_timedelta64_dtype(values.dtype) or values.nunique() * MIN_CODE_ROWS > len(values):
        return False
    return bool(np.all(np.mod(values.to_numpy(dtype="float64"), 1) == 0))


def _is_row_number(series: pd.Series) -> bool:
    """Say whether a column only counts the rows: whole, distinct and never falling."""
    values = series.to_numpy(dtype="float64", na_value=np.nan)
    if np.isnan(values).any() or not np.all(values == np.floor(values)):
        return False
    return bool(np.all(np.diff(values) > 0))
