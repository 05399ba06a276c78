"""What each column is to a generator: a number, a date, a category, an id, or a constant."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

Kind = Literal["number", "date", "category", "id", "constant"]

MAX_DECIMALS = 8
_ID_NAME = re.compile(
    r"(^|[_\W])(id|uuid|guid|key|index|rownames?|row_number|nr|no)$", re.IGNORECASE
)
_ID_CAMEL = re.compile(r"[a-z](Id|ID|Key)$")


@dataclass(frozen=True)
class Column:
    """One column as a generator sees it. `decimals` is how finely its numbers are written."""

    name: str
    kind: Kind
    decimals: int = 0
    free_text: bool = False
    """Whether the values are sentences, most of them distinct: they can be repeated, not made."""


def describe_columns(frame: pd.DataFrame) -> list[Column]:
    """Return what each column is, in the frame's order."""
    return [_describe(str(name), frame[name]) for name in frame.columns]


def _describe(name: str, series: pd.Series) -> Column:
    present = series.dropna()
    text = texts(present)
    distinct = text.nunique()
    if distinct <= 1 and (len(present) == len(series) or present.empty):
        return Column(name, "constant")
    if _is_id(name, present, text, distinct):
        return Column(name, "id")
    if is_date(series):
        return Column(name, "date")
    if types.is_bool_dtype(series.dtype) or not types.is_numeric_dtype(series.dtype):
        return Column(name, "category", free_text=_is_free_text(present, distinct))
    if types.is_complex_dtype(series.dtype):
        return Column(name, "category")
    return Column(name, "number", decimals=_decimals(present))


def texts(series: pd.Series) -> pd.Series:
    """Return the values in a form that can be compared, whatever they hold (lists too)."""
    if series.dtype == object:
        return series.map(str)
    return series


def as_numbers(series: pd.Series) -> NDArray[Any]:
    """Return numbers, dates or durations as floats, NaN for missing and for infinite.

    Dates count in the unit they are kept in, from 1970.
    """
    if is_date(series):
        return np.where(series.isna().to_numpy(), np.nan, date_integers(series).astype(float))
    values = series.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def is_date(series: pd.Series) -> bool:
    """Say whether a column holds points in time or durations."""
    return types.is_datetime64_any_dtype(series.dtype) or types.is_timedelta64_dtype(series.dtype)


def date_integers(series: pd.Series) -> NDArray[Any]:
    """Return dates or durations as whole numbers of the unit they are kept in."""
    letter = "m8" if types.is_timedelta64_dtype(series.dtype) else "M8"
    return series.to_numpy(dtype=f"{letter}[{series.dt.unit}]").view("int64")


def numbers_like(values: NDArray[Any], real: pd.Series, column: Column) -> pd.Series:
    """Return floats as a column like `real`: its dtype, decimals, or steps of dates."""
    if column.kind != "date":
        return pd.Series(np.round(values, column.decimals)).astype(real.dtype)
    whole = date_integers(real.dropna())
    # Whole days where all real dates are whole days.
    step = max(int(np.gcd.reduce(whole - whole.min())), 1)
    steps = np.round((values - whole.min()) / step).astype("int64") * step + whole.min()
    return pd.Series(steps).astype(real.dtype)


def _is_id(name: str, present: pd.Series, text: pd.Series, distinct: int) -> bool:
    """Say whether every value is another one and the column tells rows apart, not measures them."""
    if len(present) < 2 or distinct < len(present):
        return False
    if types.is_integer_dtype(present.dtype):
        span = int(present.max()) - int(present.min()) + 1
        return span == len(present) or bool(_ID_NAME.search(name) or _ID_CAMEL.search(name))
    if types.is_numeric_dtype(present.dtype) or types.is_datetime64_any_dtype(present.dtype):
        return False
    return types.is_string_dtype(text.dtype) and bool(text.map(lambda v: " " not in str(v)).all())


def _is_free_text(present: pd.Series, distinct: int) -> bool:
    if not types.is_string_dtype(present.dtype) and present.dtype != object:
        return False
    words = present.astype(str).str.count(" ") + 1
    return distinct > 0.5 * len(present) and float(words.mean()) >= 3


def _decimals(present: pd.Series) -> int:
    """Return how many decimals the numbers are written with, at most `MAX_DECIMALS`."""
    if types.is_integer_dtype(present.dtype):
        return 0
    values = present.to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    for decimals in range(MAX_DECIMALS):
        if np.allclose(values, np.round(values, decimals), rtol=0, atol=1e-9):
            return decimals
    return MAX_DECIMALS
