"""What looks wrong in a table, in words."""

import re

import numpy as np
import pandas as pd
from pandas.api import types

from ..cleaning.disguised import CODES, WORDS, stands_out
from .facts import ColumnProfile
from .groups import group_warnings, overlap_warnings

MANY_MISSING = 0.3
RARE_CLASS = 0.05
FEW_ROWS = 100
MOST_CLASSES = 20
SAMPLE = 20_000
NEARLY_ALL = 0.95

_NUMBER = r"\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*"
_DATE = (
    r"\s*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?:[ T].*)?\s*"
)


def column_warnings(found: ColumnProfile, present: pd.Series, counts: pd.Series) -> list[str]:
    """Return what looks wrong in a column.

    Args:
        found: the facts of the column.
        present: its values that are not missing.
        counts: how often each value occurs.
    """
    warnings = []
    if found.kind == "empty":
        warnings.append("has no values at all")
    if found.kind == "constant":
        warnings.append("has one value only")
    if found.kind == "id":
        warnings.append("looks like an identifier: every value is different")
    if found.missing_share >= MANY_MISSING:
        warnings.append(f"{found.missing_share:.0%} of the rows are missing")
    if found.kind in ("number", "integer"):
        warnings += _code_warnings(present, counts)
    if types.is_string_dtype(present.dtype) and found.kind in ("category", "id", "constant"):
        warnings += _text_warnings(pd.Series(counts.index[:SAMPLE], dtype="str"))
    return warnings


def _code_warnings(present: pd.Series, counts: pd.Series) -> list[str]:
    """Find codes such as -999 far off all other values."""
    there = [code for code in CODES if code in counts.index]
    if not there:
        return []
    values = present.to_numpy(dtype="float64")
    codes = [str(code) for code in there if stands_out(values, code)]
    return [f"may hide missing values as {', '.join(codes)}"] if codes else []


def _text_warnings(values: pd.Series) -> list[str]:
    """Judge the distinct values of a text column."""
    warnings = []
    stripped = values.str.strip()
    bare = stripped.str.lower()
    if bool((stripped != values).any()):
        warnings.append("some values have spaces around them")
    if bare.nunique() < stripped.nunique():
        warnings.append("some values differ only in upper and lower case")
    disguised = sorted(set(bare) & WORDS)
    if disguised:
        warnings.append(f"may hide missing values as {', '.join(map(repr, disguised))}")
    rest = bare[~bare.isin(list(WORDS))]
    if len(rest) == 0:
        return warnings
    if _share(rest, _DATE) >= NEARLY_ALL:
        warnings.append("holds dates stored as text")
    elif _share(rest, _NUMBER) >= NEARLY_ALL and not bool(rest.str.match(r"^[-+]?0\d").any()):
        warnings.append("holds numbers stored as text")
    return warnings


def _share(values: pd.Series, pattern: str) -> float:
    return float(values.str.fullmatch(pattern, flags=re.IGNORECASE).mean())


def table_warnings(frame: pd.DataFrame, duplicates: int, target: str | None) -> list[str]:
    """Return what looks wrong in a table as a whole, and about the target where there is one."""
    warnings = []
    if duplicates:
        warnings.append(f"{duplicates:,} rows repeat an earlier row in every column")
    if len(frame) < FEW_ROWS:
        warnings.append(f"only {len(frame)} rows: what is learned from them is uncertain")
    if target is not None and target in frame.columns:
        warnings += _balance(frame[target]) + _leaks(frame, target)
        warnings += group_warnings(frame, target)
    return warnings + overlap_warnings(frame)


def _balance(values: pd.Series) -> list[str]:
    counts = values.value_counts(normalize=True)
    if not 2 <= len(counts) <= MOST_CLASSES or counts.iloc[-1] >= RARE_CLASS:
        return []
    return [f"class {counts.index[-1]!s} of {values.name} has {counts.iloc[-1]:.1%} of the rows"]


def _leaks(frame: pd.DataFrame, target: str) -> list[str]:
    """Name the columns that say the same as the target in other words."""
    codes, distinct = _codes(frame[target])
    if distinct < 2:
        return []
    warnings = []
    for name in frame.columns:
        if name == target or (len(frame) > 1 and _differs_early(codes, frame[name])):
            continue
        if bool(np.array_equal(codes, _codes(frame[name])[0])):
            warnings.append(f"{name} says the same as {target}: it gives the answer away")
    return warnings


def _codes(values: pd.Series) -> "tuple[np.ndarray[tuple[int], np.dtype[np.intp]], int]":
    codes, distinct = pd.factorize(values)
    return codes, len(distinct)


def _differs_early(codes: "np.ndarray[tuple[int], np.dtype[np.intp]]", values: pd.Series) -> bool:
    """Look at the first rows only: most columns differ from the target there."""
    head = values.head(1000)
    return not np.array_equal(codes[: len(head)], pd.factorize(head)[0])
