"""Facts about one column, from one count of its values."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from .facts import ColumnProfile, Count, Kind
from .warnings import column_warnings

TOP = 5
FEW = 50
LONG_TEXT = 40
LEAST_ID = 20
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def profile_column(column: pd.Series) -> ColumnProfile:
    """Measure one column of any type."""
    rows, present = len(column), column.dropna()
    if types.is_object_dtype(present.dtype):
        present = present.map(str)
    counts = present.value_counts()
    kind = _kind(present, counts)
    few = kind in ("category", "boolean", "constant", "integer") and len(counts) <= FEW
    shown = counts.head(TOP)
    found = ColumnProfile(
        name=str(column.name),
        kind=kind,
        dtype=str(column.dtype),
        missing=rows - len(present),
        missing_share=(rows - len(present)) / rows if rows else 0.0,
        distinct=len(counts),
        examples=[short(value) for value in shown.index],
        top=[Count(value=short(v), rows=int(n)) for v, n in shown.items()] if few else [],
        **_numbers(present, kind),
    )
    return found.model_copy(update={"warnings": column_warnings(found, present, counts)})


def short(value: Any) -> str:
    """Return a value as text of at most 60 characters."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _kind(present: pd.Series, counts: pd.Series) -> Kind:
    dtype, distinct = present.dtype, len(counts)
    if len(present) == 0:
        return "empty"
    if distinct == 1 and len(present) > 1:
        return "constant"
    if types.is_bool_dtype(dtype):
        return "boolean"
    if types.is_datetime64_any_dtype(dtype):
        return "date"
    if types.is_numeric_dtype(dtype):
        return _number_kind(present, distinct)
    values = pd.Series(counts.index, dtype="str")
    lengths = values.str.len().to_numpy("float64")
    if distinct == len(present) > LEAST_ID and lengths.max() <= LONG_TEXT:
        return "id"
    mean = float(np.average(lengths, weights=counts.to_numpy("float64")))
    return "text" if mean > LONG_TEXT else "category"


def _number_kind(present: pd.Series, distinct: int) -> Kind:
    values = present.to_numpy(dtype="float64")
    if not bool(np.all(np.isfinite(values))) or bool(np.any(np.trunc(values) != values)):
        return "number"
    counts_up = distinct == len(present) > LEAST_ID and bool(np.all(np.diff(values) == 1))
    return "id" if counts_up else "integer"


def _numbers(present: pd.Series, kind: Kind) -> dict[str, Any]:
    """Return range, mean and quantiles of numbers, and the range of dates."""
    if len(present) == 0 or not (kind == "date" or types.is_numeric_dtype(present.dtype)):
        return {}
    ends = {"minimum": short(present.min()), "maximum": short(present.max())}
    if kind in ("date", "boolean") or types.is_bool_dtype(present.dtype):
        return ends
    values = present.to_numpy(dtype="float64")
    values = values[np.isfinite(values)]
    return {**ends, **_moments(values)} if len(values) else ends


def _moments(values: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Return mean, deviation and quantiles; none where they are beyond what a float can hold."""
    with np.errstate(over="ignore", invalid="ignore"):
        at = [float(value) for value in np.quantile(values, QUANTILES)]
        mean, deviation = float(values.mean()), float(values.std(ddof=min(1, len(values) - 1)))
    named = {f"{share:g}": v for share, v in zip(QUANTILES, at, strict=True) if np.isfinite(v)}
    return {
        "mean": mean if np.isfinite(mean) else None,
        "median": named.pop("0.5", None),
        "deviation": deviation if np.isfinite(deviation) else None,
        "quantiles": named,
    }
