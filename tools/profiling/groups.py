"""Warnings about groups: parts of a split that overlap, groups that are rare or fare otherwise.

The gap of outcome rates between groups is what fairness tools call the demographic parity
difference (Hardt, Price and Srebro, 2016, discuss its limits): a reason to look, not a verdict.
"""

import numpy as np
import pandas as pd
from pandas.api import types

from ..auditing.base import is_text

PARTS = {"train", "training", "test", "testing", "val", "valid", "validation", "dev", "holdout"}
MOST_GROUPS = 12
FEWEST_ROWS = 30
RARE = 0.05
GAP = 0.2
SAMPLE = 20_000
SURE = 4.0


def overlap_warnings(frame: pd.DataFrame) -> list[str]:
    """Tell how many rows stand in more than one part of a table that says how it is split."""
    warnings = []
    for name in frame.columns:
        parts = frame[name]
        if not is_text(parts) or not 2 <= parts.nunique() <= 4:
            continue
        if not {str(value).lower() for value in parts.dropna().unique()} <= PARTS:
            continue
        rest = frame.drop(columns=name).dropna(how="all")
        rest = rest[[c for c in rest if not types.is_object_dtype(rest[c].dtype)]]
        if rest.shape[1] == 0:
            continue
        rows = pd.util.hash_pandas_object(rest, index=False)
        shared = int((parts[rest.index].groupby(rows).nunique() > 1).sum())
        if shared:
            warnings.append(f"{shared:,} distinct rows stand in more than one part of {name}")
    return warnings


def group_warnings(frame: pd.DataFrame, target: str) -> list[str]:
    """Tell which columns have groups that are rare, or whose outcomes differ much.

    Outcomes are told of a target of two classes, by the share of its rarer class. A gap counts
    when it is a fifth or more, and four times what chance would make of it.
    """
    rows = frame if len(frame) <= SAMPLE else frame.sample(SAMPLE, random_state=0)
    rows = rows[rows[target].notna()]
    if types.is_object_dtype(rows[target].dtype):
        return []
    counts = rows[target].value_counts()
    if len(counts) != 2:
        return []
    outcome = (rows[target] == counts.index[-1]).to_numpy(dtype=float)
    warnings = []
    for name in frame.columns:
        column = rows[name]
        if name == target or types.is_float_dtype(column.dtype) or not _is_group(column):
            continue
        warnings += _rare(str(name), column)
        warnings += _gap(str(name), column, outcome, str(counts.index[-1]))
    return warnings


def _is_group(column: pd.Series) -> bool:
    if not (is_text(column) or types.is_bool_dtype(column.dtype)):
        return False
    return 2 <= column.nunique() <= MOST_GROUPS


def _rare(name: str, column: pd.Series) -> list[str]:
    shares = column.value_counts(normalize=True)
    rare = shares[shares < RARE]
    if rare.empty or int((column == rare.index[0]).sum()) < 2:
        return []
    return [f"group {rare.index[0]!s} of {name} has {rare.iloc[0]:.1%} of the rows"]


def _gap(
    name: str, column: pd.Series, outcome: "np.ndarray[tuple[int], np.dtype[np.float64]]", of: str
) -> list[str]:
    found = pd.Series(outcome).groupby(column.to_numpy()).agg(["mean", "size"])
    found = found[found["size"] >= FEWEST_ROWS].sort_values("mean", kind="stable")
    if len(found) < 2:
        return []
    low, high = (float(found["mean"].iloc[place]) for place in (0, -1))
    rate = float(outcome.mean())
    inverse = sum(1 / int(found["size"].iloc[place]) for place in (0, -1))
    if high - low < max(GAP, SURE * float(np.sqrt(rate * (1 - rate) * inverse))):
        return []
    return [
        f"{of} is the outcome of {high:.0%} where {name} is {found.index[-1]!s} and of "
        f"{low:.0%} where it is {found.index[0]!s}"
    ]
