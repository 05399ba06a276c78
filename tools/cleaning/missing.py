"""Missing values: what filling them would cost, and rows without a target."""

import numpy as np
import pandas as pd
from pandas.api import types

from ..operations.rows import DropRowsMissing
from ..operations.values import FillMissing
from ..proposals import Group, propose_group
from .base import View

MOST_MISSING = 0.6
MOST_VALUES = 50


def missing_values(view: View) -> list[Group]:
    """Propose to fill with the median or the most frequent value, with the error of doing so.

    Not recommended: most learners take missing values as they are, and a filled one says less.
    """
    groups = []
    for column in map(str, view.frame.columns):
        share = float(view.frame[column].isna().mean())
        fill = _fill(view.frame[column]) if 0 < share <= MOST_MISSING else None
        if column == view.target or fill is None:
            continue
        value, error = fill
        group = propose_group(
            view.frame,
            [FillMissing(column=column, value=value)],
            group_id=f"missing:{column}",
            title=f"Fill missing {column} with {value if isinstance(value, str) else f'{value:g}'}",
            rule="A missing value is filled with the median, or the most frequent value.",
            evidence=f"{share:.1%} are missing. {error}",
            facts={"share": share},
            recommended=False,
        )
        groups += [group] if group else []
    return groups


def _fill(column: pd.Series) -> tuple[float | str, str] | None:
    """Return the value to fill with and the error it makes on the known cells, in words."""
    known = column.dropna()
    if len(known) == 0:
        return None
    if types.is_numeric_dtype(known.dtype) and not types.is_bool_dtype(known.dtype):
        values = known.to_numpy(dtype="float64")
        median = float(np.median(values))
        off, spread = float(np.mean(np.abs(values - median))), float(values.std())
        return median, f"On known cells the median is off by {off:.3g} (deviation {spread:.3g})."
    if not types.is_string_dtype(known.dtype):
        return None
    counts = known.value_counts(normalize=True)
    if len(counts) > MOST_VALUES:
        return None
    right = float(counts.iloc[0])
    return str(counts.index[0]), f"On known cells the most frequent value is right in {right:.0%}."


def missing_target(view: View) -> list[Group]:
    """Propose to drop rows that do not say what is to be predicted."""
    if view.target not in view.frame.columns:
        return []
    target = str(view.target)
    group = propose_group(
        view.frame,
        [DropRowsMissing(column=target)],
        group_id=f"target:{target}",
        title=f"Drop rows without {target}",
        rule="A row that lacks what is to be predicted teaches and tests nothing.",
        evidence=f"{int(view.frame[target].isna().sum()):,} rows lack {target}.",
        recommended=True,
    )
    return [group] if group else []
