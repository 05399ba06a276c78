"""Columns that tell nothing: constants and identifiers."""

import numpy as np
import pandas as pd
from pandas.api import types

from ..operations.columns import DropColumn
from ..proposals import Group, propose_group
from .base import View

FEWEST_ROWS = 20
LONGEST_CODE = 40


def constant_columns(view: View) -> list[Group]:
    """Find columns with one value or none."""
    groups = []
    for column in map(str, view.frame.columns):
        values = view.frame[column]
        if column != view.target and len(values) > 1 and values.nunique() <= 1:
            full = values.nunique() == 1 and bool(values.notna().all())
            evidence = "Every row has the same value." if full else "No more than one value."
            groups.append(_drop(view, column, "constant", evidence, recommended=full))
    return [group for group in groups if group is not None]


def identifier_columns(view: View) -> list[Group]:
    """Find columns that number or name the rows: a learner can only remember them."""
    groups = []
    for column in map(str, view.frame.columns):
        values = view.frame[column].dropna()
        if column == view.target or len(values) <= FEWEST_ROWS or not _names_rows(values):
            continue
        evidence = f"All {len(values):,} values are different codes without an order of size."
        if types.is_numeric_dtype(values.dtype):
            evidence = f"Counts the rows from {values.iloc[0]} to {values.iloc[-1]}."
        wanted = view.target is not None
        groups.append(_drop(view, column, "identifier", evidence, recommended=wanted))
    return [group for group in groups if group is not None]


def _names_rows(values: pd.Series) -> bool:
    if not values.is_unique:
        return False
    if types.is_integer_dtype(values.dtype):
        return bool(np.all(np.diff(values.to_numpy(dtype="int64")) == 1))
    if not types.is_string_dtype(values.dtype):
        return False
    # A code has a digit and no spaces; names and sentences may tell something.
    return bool(values.str.fullmatch(rf"(?=\S*\d)\S{{1,{LONGEST_CODE}}}").all())


def _drop(view: View, column: str, kind: str, evidence: str, *, recommended: bool) -> Group | None:
    rules = {
        "constant": "A column with one value tells nothing about any row.",
        "identifier": "An identifier tells rows apart and teaches nothing about new ones.",
    }
    return propose_group(
        view.frame,
        [DropColumn(column=column)],
        group_id=f"{kind}:{column}",
        title=f"Drop the {kind} {column}",
        rule=rules[kind],
        evidence=evidence,
        recommended=recommended,
    )
