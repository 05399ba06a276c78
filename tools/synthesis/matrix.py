"""Rows as numbers, for the models and the distances that judge synthetic rows."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .columns import Column, as_numbers, texts

Array = NDArray[Any]

MAX_LEVELS = 30
"""Categories beyond this many most frequent ones count as one."""


def measured_columns(columns: list[Column]) -> list[Column]:
    """Return the columns that say something of a row: no ids, constants or sentences."""
    return [c for c in columns if c.kind in ("number", "date", "category") and not c.free_text]


def model_matrix(
    frames: list[pd.DataFrame], columns: list[Column]
) -> tuple[list[Array], list[bool]]:
    """Return a matrix per frame (rows by columns, NaN for missing) and which are categories."""
    parts = [_codes(frames, c) if c.kind == "category" else _numbers(frames, c) for c in columns]
    stacked = [np.column_stack([part[i] for part in parts]) for i in range(len(frames))]
    return stacked, [c.kind == "category" for c in columns]


def distance_matrix(frames: list[pd.DataFrame], columns: list[Column]) -> list[Array]:
    """Return a matrix per frame whose Manhattan distances are Gower's, summed over columns.

    Numbers become their rank in the first frame, from 0 to 1; two categories are 0 or 1 apart; a
    missing value is half a column away from any number (Gower 1971, with ranks for ranges).
    """
    parts: list[list[Array]] = []
    for column in columns:
        if column.kind == "category":
            codes = _codes(frames, column)
            parts.append([_one_hot(code) for code in codes])
        else:
            parts.append(_ranks(_numbers(frames, column)))
    return [np.hstack([part[i] for part in parts]).astype("float32") for i in range(len(frames))]


def _numbers(frames: list[pd.DataFrame], column: Column) -> list[Array]:
    return [as_numbers(frame[column.name]) for frame in frames]


def _codes(frames: list[pd.DataFrame], column: Column) -> list[Array]:
    """Return category codes shared by all frames; missing is NaN, rare ones share the last."""
    shown = [as_texts(frame[column.name]) for frame in frames]
    frequent = pd.concat(shown).value_counts().sort_index(kind="stable")
    levels = list(frequent.sort_values(ascending=False, kind="stable").index[:MAX_LEVELS])
    index = pd.Index(levels)
    codes = []
    for text in shown:
        code = index.get_indexer(pd.Index(text)).astype(float)
        code[code < 0] = len(levels)
        codes.append(np.where(text.isna().to_numpy(), np.nan, code))
    return codes


def as_texts(series: pd.Series) -> pd.Series:
    """Return the values as text, missing ones as None."""
    return texts(series).astype(object).map(str, na_action="ignore")


def _one_hot(code: Array) -> Array:
    filled = np.where(np.isnan(code), MAX_LEVELS + 1, code).astype(int)
    hot: Array = np.eye(MAX_LEVELS + 2)[filled] / 2
    return hot


def _ranks(numbers: list[Array]) -> list[Array]:
    reference = np.sort(numbers[0][~np.isnan(numbers[0])])
    ranked = []
    for values in numbers:
        below = np.searchsorted(reference, values, side="left")
        upto = np.searchsorted(reference, values, side="right")
        rank = (below + upto) / 2 / max(len(reference), 1)
        gap = np.isnan(values)
        ranked.append(np.column_stack([np.where(gap, 0.5, rank), gap / 2]))
    return ranked
