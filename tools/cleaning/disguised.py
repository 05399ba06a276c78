"""Missing values in disguise: words and numbers that stand for "not known"."""

import numpy as np
import pandas as pd
from pandas.api import types

from ..operations.base import Operation
from ..operations.values import MissNumbers, ReplaceValues
from ..proposals import Group
from .base import View, fault

WORDS = frozenset(
    {"?", "??", "-", "--", ".", "n/a", "na", "n.a.", "nan", "null", "none", "nil", "missing"}
    | {"unknown", "not available", "not known", "undefined", "#n/a", "tbd", "(blank)", "<na>", ""}
)
SURE = frozenset({"?", "??", "n/a", "n.a.", "nan", "null", "#n/a", "<na>", "", "(blank)"})
"""Words that hardly mean anything else; "none" or "unknown" may well be answers."""

CODES = (-1, -9, -99, -999, -9999, -99999, 99, 999, 9999, 99999)
FAR = 10.0
REPEATED = 3
HEAD = 100
NUMERIC = 0.9
VARIOUS = 20


def disguised_missing_values(view: View) -> list[Group]:
    """Find placeholder words in text columns and far-off repeated codes in number columns."""
    found = [_words(view, column) for column in view.texts()]
    found += [_codes(view, column) for column in map(str, view.frame) if column != view.target]
    return [group for groups in found for group in groups]


def _words(view: View, column: str) -> list[Group]:
    counts = view.values(column)
    found = [str(value) for value in counts.index if str(value).strip().lower() in WORDS]
    if not found or len(found) == len(counts):
        return []
    rows = int(counts[found].sum())
    operation = ReplaceValues(column=column, mapping=dict.fromkeys(found))
    words = ", ".join(map(repr, found))
    # Among words a placeholder may be an answer; among numbers it is none.
    sure = all(value.strip().lower() in SURE for value in found) and bool(
        pd.to_numeric(pd.Series(counts.index.drop(found)), errors="coerce").notna().all()
    )
    return _group(view, operation, column, f"{words} stands in {rows:,} cells.", recommended=sure)


def _codes(view: View, column: str) -> list[Group]:
    numbers = _numbers(view, column)
    if numbers is None:
        return []
    values = numbers.dropna().to_numpy(dtype="float64")
    codes = [code for code in CODES if stands_out(values, code)]
    if not codes:
        return []
    rows = int(np.isin(values, codes).sum())
    rest = values[~np.isin(values, codes)]
    evidence = (
        f"{', '.join(map(str, codes))} stands in {rows:,} cells; all other values lie between "
        f"{rest.min():g} and {rest.max():g}."
    )
    operation: Operation = MissNumbers(column=column, values=[float(code) for code in codes])
    sure = bool((rest >= 0).all()) and not any(_alone_negative(rest, code) for code in codes)
    if types.is_string_dtype(view.frame[column].dtype):
        texts = view.frame[column][numbers.isin(codes)].unique()
        operation = ReplaceValues(column=column, mapping={str(text): None for text in texts})
        sure = False  # something else keeps the column from being numbers
    return _group(view, operation, column, evidence, recommended=sure)


def _numbers(view: View, column: str) -> pd.Series | None:
    """Return the numbers of a column, of a text column if nearly all of it reads as numbers."""
    cells = view.frame[column]
    if types.is_numeric_dtype(cells.dtype):
        return cells
    if column not in view.texts() or not _numeric(view.values(column).head(HEAD)):
        return None
    numbers = pd.to_numeric(cells, errors="coerce")
    return numbers if numbers.notna().sum() >= NUMERIC * cells.notna().sum() else None


def _numeric(counts: pd.Series) -> bool:
    read = pd.to_numeric(pd.Series(counts.index, dtype="str"), errors="coerce").notna()
    return bool(counts.to_numpy()[read.to_numpy()].sum() >= NUMERIC * counts.sum())


def stands_out(values: "np.ndarray[tuple[int], np.dtype[np.float64]]", code: int) -> bool:
    """Tell whether a code repeats and lies far from all that is no code."""
    rest = values[~np.isin(values, CODES)]
    if np.count_nonzero(values == code) < REPEATED or len(rest) < REPEATED:
        return False
    spread = float(np.subtract(*np.quantile(rest, [0.75, 0.25]))) or float(np.ptp(rest)) or 1.0
    gap = max(rest.min() - code, code - rest.max())
    return bool(gap > FAR * spread) or _alone_negative(rest, code)


def _alone_negative(rest: "np.ndarray[tuple[int], np.dtype[np.float64]]", code: int) -> bool:
    """Tell whether a code is the one negative value of a column of various larger numbers."""
    return bool(code < 0 and rest.min() >= FAR and len(np.unique(rest)) >= VARIOUS)


def _group(
    view: View, operation: Operation, column: str, evidence: str, *, recommended: bool
) -> list[Group]:
    return fault(
        view,
        [operation],
        group_id=f"disguised:{column}",
        title=f"Take placeholders in {column} as missing",
        rule="A placeholder for 'not known' is a missing value, not a value of its own.",
        evidence=evidence,
        recommended=recommended,
    )
