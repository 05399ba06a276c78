"""The `profile` tool: facts measured on a table; nothing is changed."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api import types
from pydantic import BaseModel, ConfigDict, Field

from .base import Effect, Result, Work, tool

Kind = Literal[
    "number", "integer", "boolean", "date", "category", "text", "id", "constant", "empty"
]

TOP = 5
MANY_MISSING = 0.3
RARE_CLASS = 0.05
LONG_TEXT = 40
SAMPLE_ROWS = 20_000
DISGUISED = frozenset({"?", "-", "--", "n/a", "na", "null", "none", "unknown", "missing", "."})


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Count(_Model):
    """A value and how many rows have it."""

    value: str
    rows: int


class ColumnProfile(_Model):
    """Facts about one column. Shares are fractions of all rows; numbers in the column's unit."""

    name: str
    kind: Kind
    dtype: str
    missing: int
    missing_share: float
    distinct: int
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    top: list[Count] = Field(default=[], description="Most frequent values of few-valued columns.")
    examples: list[str] = []
    warnings: list[str] = []


class Profile(_Model):
    """Facts about a table and each of its columns."""

    rows: int
    columns: list[ColumnProfile]
    duplicate_rows: int
    missing_cells: int
    bytes: int
    warnings: list[str] = []

    def column(self, name: str) -> ColumnProfile:
        """Return the facts about one column."""
        return next(column for column in self.columns if column.name == name)


class ProfileArgs(BaseModel):
    """`profile` takes no arguments."""

    model_config = ConfigDict(extra="forbid")


@tool(Effect.READ)
def profile(work: Work, _: ProfileArgs) -> Result:
    """Measure types, missing values, duplicates and distributions, and warn of what looks wrong."""
    found = profile_frame(work.frame, work.target, work.report)
    wrong = sum(bool(column.warnings) for column in found.columns)
    return Result(
        summary=f"{found.rows:,} rows, {len(found.columns)} columns, "
        f"{found.missing_cells:,} missing cells, "
        f"{found.duplicate_rows:,} duplicate rows; {wrong} columns with warnings.",
        data=found.model_dump(mode="json"),
    )


def profile_frame(frame: pd.DataFrame, target: str | None = None, report: Any = None) -> Profile:
    """Measure a frame.

    Args:
        frame: any frame with unique column names.
        target: column to be predicted, for warnings about balance and leakage.
        report: told how far the work is.
    """
    columns = []
    for place, name in enumerate(frame.columns):
        if report:
            report(f"Profiling {name}", place / frame.shape[1])
        columns.append(_column(frame[name]))
    duplicates = int(_hashable(frame).duplicated().sum()) if frame.shape[1] else 0
    return Profile(
        rows=len(frame),
        columns=columns,
        duplicate_rows=duplicates,
        missing_cells=sum(column.missing for column in columns),
        bytes=int(frame.memory_usage(deep=False).sum()),
        warnings=_warnings(frame, duplicates, target),
    )


def _hashable(frame: pd.DataFrame) -> pd.DataFrame:
    odd = [c for c in frame.columns if types.is_object_dtype(frame[c].dtype)]
    return frame.assign(**{str(c): frame[c].map(repr) for c in odd}) if odd else frame


def _column(column: pd.Series) -> ColumnProfile:
    rows, present = len(column), column.dropna()
    if types.is_object_dtype(present.dtype):
        present = present.map(str)
    counts = present.value_counts()
    kind = _kind(present, len(counts))
    found = ColumnProfile(
        name=str(column.name),
        kind=kind,
        dtype=str(column.dtype),
        missing=rows - len(present),
        missing_share=(rows - len(present)) / rows if rows else 0.0,
        distinct=len(counts),
        examples=[_short(value) for value in counts.index[:TOP]],
        **_numbers(present, kind),
    )
    if kind in ("category", "boolean", "constant", "integer") and len(counts) <= 50:
        top = [Count(value=_short(v), rows=int(n)) for v, n in counts.head(TOP).items()]
        found = found.model_copy(update={"top": top})
    return found.model_copy(update={"warnings": _column_warnings(found, present)})


def _kind(present: pd.Series, distinct: int) -> Kind:
    dtype = present.dtype
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
    lengths = present.astype("str").str.len()
    if distinct == len(present) and distinct > 20 and lengths.max() <= LONG_TEXT:
        return "id"
    return "text" if lengths.mean() > LONG_TEXT else "category"


def _number_kind(present: pd.Series, distinct: int) -> Kind:
    values = present.to_numpy(dtype="float64")
    if not bool(np.all(np.isfinite(values) & (np.mod(values, 1) == 0))):
        return "number"
    counts_up = distinct == len(present) > 20 and bool(np.all(np.diff(values) == 1))
    return "id" if counts_up else "integer"


def _numbers(present: pd.Series, kind: Kind) -> dict[str, Any]:
    if len(present) == 0 or not (kind == "date" or types.is_numeric_dtype(present.dtype)):
        return {}
    ends = {"minimum": _short(present.min()), "maximum": _short(present.max())}
    if kind in ("date", "boolean") or types.is_bool_dtype(present.dtype):
        return ends
    values = present.to_numpy(dtype="float64")
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return ends
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return {
        **ends,
        "mean": float(values.mean()),
        "median": float(np.median(values)),
        "deviation": spread,
    }


def _column_warnings(found: ColumnProfile, present: pd.Series) -> list[str]:
    warnings = []
    if found.kind == "empty":
        warnings.append("has no values at all")
    if found.kind == "constant":
        warnings.append("has one value only")
    if found.kind == "id":
        warnings.append("looks like an identifier: every value is different")
    if found.missing_share >= MANY_MISSING:
        warnings.append(f"{found.missing_share:.0%} of the rows are missing")
    if types.is_string_dtype(present.dtype) and found.kind in ("category", "id", "constant"):
        warnings += _text_warnings(present.head(SAMPLE_ROWS))
    return warnings


def _text_warnings(present: pd.Series) -> list[str]:
    warnings = []
    values = pd.Series(present.unique(), dtype="str")
    bare = values.str.strip().str.lower()
    if bool((values.str.strip() != values).any()):
        warnings.append("some values have spaces around them")
    if bare.nunique() < values.str.strip().nunique():
        warnings.append("some values differ only in upper and lower case")
    disguised = sorted(set(bare) & DISGUISED)
    if disguised:
        warnings.append(f"may hide missing values as {', '.join(map(repr, disguised))}")
    numeric = pd.to_numeric(bare[~bare.isin(DISGUISED)], errors="coerce").notna()
    if len(numeric) and bool(numeric.all()):
        warnings.append("holds numbers stored as text")
    return warnings


def _warnings(frame: pd.DataFrame, duplicates: int, target: str | None) -> list[str]:
    warnings = []
    if duplicates:
        warnings.append(f"{duplicates:,} rows repeat an earlier row in every column")
    if len(frame) < 100:
        warnings.append(f"only {len(frame)} rows: what is learned from them is uncertain")
    if target in frame.columns:
        warnings += _target_warnings(frame, str(target))
    return warnings


def _target_warnings(frame: pd.DataFrame, target: str) -> list[str]:
    warnings = []
    values = frame[target]
    counts = values.value_counts(normalize=True)
    if 2 <= len(counts) <= 20 and counts.iloc[-1] < RARE_CLASS:
        warnings.append(f"class {counts.index[-1]!s} of {target} has {counts.iloc[-1]:.1%} of rows")
    codes = pd.factorize(values)[0]
    for name in frame.columns:
        other = pd.factorize(frame[name])[0] if name != target else None
        if other is not None and len(counts) > 1 and bool(np.array_equal(codes, other)):
            warnings.append(f"{name} says the same as {target}: it gives the answer away")
    return warnings


def _short(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
