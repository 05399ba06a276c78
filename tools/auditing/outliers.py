"""Outliers: numbers far off their column, and rows far off the table.

Columns: the modified z-score over the median and the median absolute deviation (Iglewicz and
Hoaglin, 1993). Rows: isolation forest (Liu, Ting and Zhou, 2008).
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ..proposals import Group
from .base import Audited, drop_group

Floats = npt.NDArray[np.float64]

FAR = 10.0
MOST = 0.01
FEWEST_ROWS = 50
MOST_ROWS = 100_000
BEYOND = 6.0
TREES = 200
SKEWED = float(np.log(2))
"""From where the upper tenth lies twice as far from the median as the lower one."""


def far_numbers(audited: Audited) -> list[Group]:
    """Find numbers far off the rest of their column."""
    groups = []
    for name in audited.frame.columns:
        column = audited.frame[name]
        if name == audited.target or types.is_bool_dtype(column.dtype):
            continue
        if types.is_numeric_dtype(column.dtype):
            groups += _far(audited, str(name), column)
    return groups


def _far(audited: Audited, name: str, column: pd.Series) -> list[Group]:
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    scores = robust_scores(values)
    rows = np.flatnonzero(scores > FAR)
    if not 0 < len(rows) <= MOST * len(values):
        return []
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    middle = float(np.nanmedian(values))
    return drop_group(
        audited,
        rows.tolist(),
        group_id=f"outliers:{name}",
        title=f"Drop rows with an extreme {name}",
        rule="A number more than ten robust standard deviations off its column's median is likely "
        "to be an error, or to mislead a model.",
        evidence=f"{len(rows):,} of {len(values):,} values lie that far from the median "
        f"{middle:g}; the farthest is {values[rows[0]]:g}.",
        reason=f"an extreme {name}",
        column=name,
        facts={"median": middle, "farthest": float(values[rows[0]])},
    )


def robust_scores(
    values: Floats,
) -> Floats:
    """Return how many robust standard deviations each value is off the median, 0 where missing.

    Columns of a long tail are judged by their logarithms. A column of which half the values are
    equal has no robust spread, and no outliers.
    """
    known = values[~np.isnan(values)]
    if len(known) < FEWEST_ROWS:
        return np.zeros(len(values))
    if known.min() > 0 and _skew(known) > SKEWED:
        values, known = np.log(values), np.log(known)
    middle = np.median(known)
    spread = 1.4826 * float(np.median(np.abs(known - middle)))
    if spread == 0:
        return np.zeros(len(values))
    return np.asarray(np.nan_to_num(np.abs(values - middle) / spread))


def _skew(values: Floats) -> float:
    """Return the log of how much farther the upper decile is from the median than the lower."""
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return float(np.log((high - middle + 1e-12) / (middle - low + 1e-12)))


def strange_rows(audited: Audited) -> list[Group]:
    """Find rows that are far off the others in several columns at once."""
    frame = audited.frame
    numeric = sum(types.is_numeric_dtype(frame[n].dtype) for n in frame if n != audited.target)
    if not FEWEST_ROWS <= len(frame) <= MOST_ROWS or numeric < 2:
        return []
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=TREES, random_state=audited.settings.seed)
    forest.fit(audited.numbers)
    scores = -forest.score_samples(audited.numbers)
    middle = np.median(scores)
    spread = 1.4826 * float(np.median(np.abs(scores - middle))) or np.inf
    rows = np.flatnonzero((scores - middle) / spread > BEYOND)
    rows = rows[np.argsort(-scores[rows], kind="stable")]
    if len(rows) > MOST * len(frame):
        return []
    return drop_group(
        audited,
        rows.tolist(),
        group_id="outliers:rows",
        title="Drop rows unlike all others",
        rule="A row that random cuts set apart far sooner than the rest (isolation forest) is "
        "likely to be an error, or of another population.",
        evidence=f"{len(rows):,} of {len(frame):,} rows score more than {BEYOND:g} robust standard "
        "deviations above the median.",
        reason="unlike all other rows",
    )
