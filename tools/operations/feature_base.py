"""What operations that add feature columns share: how cells are read, how keys are written."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ...errors import ToolError
from .base import Operation, need_columns

Floats = npt.NDArray[np.float64]


class AddFeature(Operation):
    """Adds columns computed from others; the others stay as they are."""

    name: str
    """Name of the new column, or how the names of the new columns begin."""

    def inputs(self) -> list[str]:
        """Return the columns that this reads."""
        raise NotImplementedError

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the new columns by name, one value per row of the frame."""
        raise NotImplementedError

    def formula(self) -> str:
        """Return in words how the new column comes about, without its name."""
        raise NotImplementedError

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the new columns at its end.

        Raises:
            ToolError: a column it reads is missing, or one it makes is there already.
        """
        need_columns(frame, self.inputs())
        made = self.compute(frame)
        taken = [name for name in made if name in frame.columns]
        if taken:
            raise ToolError(f"The table already has a column {taken[0]!r}; choose another name.")
        return pd.concat([frame, pd.DataFrame(made, index=frame.index)], axis=1)

    def sentence(self) -> str:
        """Say what is added."""
        return f"Add {self.name!r}: {self.formula()}."


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column as floats: moments as days since 1970, NaN where there is no number."""
    series = frame[column]
    if types.is_datetime64_any_dtype(series.dtype):
        return days(frame, column)
    if types.is_timedelta64_dtype(series.dtype):
        series = series.dt.total_seconds() / 86_400
    elif not types.is_numeric_dtype(series.dtype):
        series = pd.to_numeric(series.astype(object), errors="coerce")
    found = np.asarray(series.to_numpy(dtype="float64", na_value=np.nan))
    return np.where(np.isfinite(found), found, np.nan)


def moments(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as moments in UTC, also where it holds them as ISO texts.

    What is no moment is missing.
    """
    series = frame[column]
    if types.is_datetime64_any_dtype(series.dtype):
        return series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz else series
    parsed = pd.to_datetime(series.astype(object), errors="coerce", utc=True, format="ISO8601")
    return parsed.dt.tz_localize(None)


def days(frame: pd.DataFrame, column: str) -> Floats:
    """Return moments as days since 1970, NaN where there is none."""
    found = moments(frame, column)
    values = np.asarray(found.to_numpy("datetime64[us]").astype("float64") / 86_400e6)
    values[found.isna().to_numpy()] = np.nan
    return values


def keys(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return one text per row that names its category, "" where a value is missing.

    A whole number has the same key whether its column is stored as integers or as floats. The
    keys of several columns are joined by " | ".
    """
    parts = [_key(frame[column]) for column in columns]
    joined = parts[0]
    for part in parts[1:]:
        both = (joined != "") & (part != "")
        joined = (joined + " | " + part).where(both, "")
    return joined


def _key(series: pd.Series) -> pd.Series:
    is_number = types.is_numeric_dtype(series.dtype) and not types.is_bool_dtype(series.dtype)
    if is_number:
        series = pd.Series(series.to_numpy(dtype="float64", na_value=np.nan), index=series.index)
    codes, distinct = pd.factorize(series if is_number else series.astype(object))
    text = [_number_key(value) if is_number else str(value) for value in distinct]
    found = np.array([*text, ""], dtype=object)[codes]  # The code of a missing value is -1.
    return pd.Series(found, index=series.index, dtype=object)


def _number_key(value: float) -> str:
    return str(int(value)) if np.isfinite(value) and value == int(value) else repr(float(value))


def look_up(found: pd.Series, table: dict[str, float], default: float | None) -> Floats:
    """Return the number of each key; `default` (None: missing) for one the table does not hold."""
    values: Floats = np.array(found.map(table), dtype="float64")
    if default is not None:
        values[np.isnan(values)] = default
    return values
