"""Making any pandas frame one that Parquet keeps and that reads back as it was."""

import json
from typing import Any

import pandas as pd
from pandas.api import types

from ..errors import ToolError


def storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that Parquet stores and gives back equal; storing it again changes nothing.

    Column names become distinct text. An index with a name, or of anything but whole numbers,
    becomes columns; any other is dropped. Categories and mixed cells become text (lists and dicts
    as JSON), periods their first moment, durations seconds, moments with a zone UTC.

    Raises:
        ToolError: the frame has no columns.
    """
    frame = _index_as_columns(frame)
    if frame.shape[1] == 0:
        raise ToolError("The table has no columns; give one that has at least one.")
    names = unique_names([_name(column) for column in frame.columns])
    columns = {name: _column(frame.iloc[:, place]) for place, name in enumerate(names)}
    return pd.DataFrame(
        columns, index=pd.RangeIndex(len(frame)), columns=pd.Index(names, dtype="str")
    )


def unique_names(names: list[str]) -> list[str]:
    """Return the names with empty ones named by their place and repeated ones numbered."""
    taken, unique = set(names), dict[str, None]()
    for place, name in enumerate(names, 1):
        wanted = name if name.strip() else f"column_{place}"
        if wanted in unique or (wanted != name and wanted in taken):
            wanted = _numbered(wanted, taken)
        taken.add(wanted)
        unique[wanted] = None
    return list(unique)


def _numbered(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _name(column: Any) -> str:
    parts = column if isinstance(column, tuple) else (column,)
    return _encodable("_".join(str(part) for part in parts if str(part) != ""))


def _index_as_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with what its index tells as columns, and its rows counted from 0."""
    index = frame.index
    named = any(name is not None for name in index.names)
    if not named and (len(frame) == 0 or types.is_integer_dtype(index.dtype)):
        return frame.reset_index(drop=True)
    rest = frame.reset_index(drop=True)
    levels = [
        pd.Series(index.get_level_values(level).array, index=rest.index)
        for level in range(index.nlevels)
    ]
    whole = pd.concat([*levels, rest], axis=1)
    names = [_level_name(index, level) for level in range(index.nlevels)]
    whole.columns = pd.Index([*names, *map(_name, rest.columns)])
    return whole


def _level_name(index: pd.Index, level: int) -> str:
    name = index.names[level]
    return _name(name) if name is not None else ("index" if level == 0 else f"index_{level + 1}")


def _column(series: pd.Series) -> pd.Series:
    """Return a column in a type that Parquet keeps."""
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _column(series.astype(dtype.categories.dtype if len(dtype.categories) else object))
    if isinstance(dtype, pd.SparseDtype):
        return _column(series.astype(dtype.subtype))
    if isinstance(dtype, pd.PeriodDtype):
        return _column(series.dt.to_timestamp())
    if isinstance(dtype, pd.StringDtype):
        return series.astype("str")
    if types.is_datetime64_any_dtype(dtype) and not isinstance(dtype, pd.ArrowDtype):
        return _moments(series)
    if types.is_timedelta64_dtype(dtype) and not isinstance(dtype, pd.ArrowDtype):
        return pd.Series(series.dt.total_seconds(), dtype="float64")
    if _is_plain(dtype):
        return series.astype("float32") if dtype == "float16" else series
    return _objects(series.astype(object))


def _is_plain(dtype: Any) -> bool:
    """Tell whether a type is one of truth values or real numbers."""
    if isinstance(dtype, pd.ArrowDtype):
        return False
    return bool(
        types.is_bool_dtype(dtype) or types.is_integer_dtype(dtype) or types.is_float_dtype(dtype)
    )


def _moments(series: pd.Series) -> pd.Series:
    if series.dt.tz is not None:
        series = series.dt.tz_convert("UTC")
    return series.dt.as_unit("ms") if series.dt.unit == "s" else series


def _objects(series: pd.Series) -> pd.Series:
    """Give a column of Python objects the type that all its cells have, else make it text."""
    missing = pd.Series([_is_missing(cell) for cell in series], index=series.index, dtype="bool")
    kind = types.infer_dtype(series[~missing], skipna=True)
    if kind == "empty":
        return pd.Series(float("nan"), index=series.index, dtype="float64")
    cells = series.where(~missing, None)
    try:
        return _typed(cells, kind, bool(missing.any()))
    except (OverflowError, ValueError, TypeError):
        # Numbers beyond 64 bits, moments with and without a zone: only text holds them all.
        return _text(cells)


def _typed(cells: pd.Series, kind: str, gaps: bool) -> pd.Series:
    if kind == "boolean":
        return cells.astype("boolean" if gaps else "bool")
    if kind == "integer":
        return cells.astype("Int64" if gaps else "int64")
    if kind in ("floating", "mixed-integer-float", "decimal"):
        return pd.Series(
            [float("nan") if cell is None else float(cell) for cell in cells],
            index=cells.index,
            dtype="float64",
        )
    if kind in ("datetime", "datetime64", "date"):
        return _moments(pd.to_datetime(cells))
    return _text(cells)


def _text(cells: pd.Series) -> pd.Series:
    words = [None if _is_missing(cell) else _encodable(_as_text(cell)) for cell in cells]
    return pd.Series(words, index=cells.index, dtype="str")


def _as_text(cell: Any) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    if hasattr(cell, "tolist"):
        cell = cell.tolist()
    if isinstance(cell, list | tuple | dict):
        return json.dumps(cell, ensure_ascii=False, default=str, skipkeys=True)
    return str(cell)


def _encodable(text: str) -> str:
    """Return the text with lone surrogates written out: UTF-8 cannot hold them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _is_missing(cell: Any) -> bool:
    return bool(types.is_scalar(cell) and pd.isna(cell))
