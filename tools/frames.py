"""Making any pandas frame one that Parquet keeps and that reads back as it was."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd


def storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that can be stored as Parquet and comes back the same.

    Column names become unique text; a named index becomes columns, a nameless one is dropped;
    categories, periods, intervals, complex numbers, lists and mixed objects become text; durations
    become seconds. Applying it again changes nothing.
    """
    frame = _flat(frame)
    columns = [_column(frame.iloc[:, place]) for place in range(frame.shape[1])]
    names = unique_names([str(name) for name in frame.columns])
    data = dict(zip(names, columns, strict=True))
    return pd.DataFrame(data, index=pd.RangeIndex(len(frame)), columns=pd.Index(names, dtype="str"))


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with a plain index and one level of column names."""
    if any(name is not None for name in frame.index.names):
        taken = set(map(str, frame.columns))
        named = [str(n) if n is not None else f"index_{i}" for i, n in enumerate(frame.index.names)]
        frame = frame.reset_index(names=[f"{n}_index" if n in taken else n for n in named])
    if isinstance(frame.columns, pd.MultiIndex):
        flat = [" ".join(str(part) for part in name if str(part)) for name in frame.columns]
        frame = frame.set_axis(flat, axis=1)
    return frame.reset_index(drop=True)


def unique_names(names: list[str]) -> list[str]:
    """Return the names with a number behind those that came before; a nameless one gets a name."""
    seen: set[str] = set()
    unique = []
    for place, name in enumerate(names):
        name = name or f"column_{place}"
        number, tried = 2, name
        while tried in seen or (tried != name and tried in names):
            tried, number = f"{name}_{number}", number + 1
        seen.add(tried)
        unique.append(tried)
    return unique


def _column(column: pd.Series) -> pd.Series:
    """Return a column of a type that Parquet keeps, with a plain index."""
    column = column.reset_index(drop=True)
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _column(column.astype(dtype.categories.dtype))
    if isinstance(dtype, pd.SparseDtype):
        return _column(column.sparse.to_dense())
    if pd.api.types.is_timedelta64_dtype(dtype):
        return column.dt.total_seconds()
    if pd.api.types.is_complex_dtype(dtype) or isinstance(dtype, pd.PeriodDtype | pd.IntervalDtype):
        return _text(column)
    if dtype == np.float16:
        return column.astype("float64")
    if pd.api.types.is_object_dtype(dtype):
        return _object(column)
    return column


def _object(column: pd.Series) -> pd.Series:
    """Return an object column as numbers, booleans, dates or text, whichever all its cells are."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in ("integer", "boolean", "floating", "mixed-integer-float"):
        found = column.convert_dtypes(dtype_backend="numpy_nullable")
        if not pd.api.types.is_object_dtype(found.dtype) and not pd.api.types.is_string_dtype(
            found.dtype
        ):
            return found
    if kind in ("datetime", "datetime64", "date"):
        dates = pd.to_datetime(column, errors="coerce")
        if bool((dates.isna() == column.isna()).all()) and pd.api.types.is_datetime64_any_dtype(
            dates
        ):
            return dates
    return _text(column)


def _text(column: pd.Series) -> pd.Series:
    """Return the cells as text; missing ones stay missing."""
    cells = [None if _missing(cell) else _written(cell) for cell in column]
    return pd.Series(cells, dtype="str")


def _missing(cell: Any) -> bool:
    return (
        cell is None
        or (isinstance(cell, Hashable) and np.isscalar(cell) and pd.isna(cell))
        or (cell is pd.NaT or cell is pd.NA)
    )


def _written(cell: Any) -> str:
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
    # Lone surrogates cannot be written to any file.
    return text.encode("utf-8", "replace").decode("utf-8")
