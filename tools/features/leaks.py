"""Leak detector: columns that are known only after the target, and aggregates that look ahead."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api import types

from ..operations.feature_base import numbers
from ..scoring import Task, metric_value
from .base import Floats, training_rows

MIN_MISSING_ROWS = 20
MISSING_WITH_TARGET = 0.8
MISSING_OTHERWISE = 0.01
TELLS_ALL = 0.97
TELLS_MUCH = 0.85
TRACKS = 0.97
MAX_ROWS = 50_000
_PLANNED = re.compile(r"(^|_)(sched|scheduled|plan|planned|expected|due|estimated)", re.IGNORECASE)


@dataclass(frozen=True)
class Leak:
    """A column that tells what cannot be known yet. `refuse`: it must not be used."""

    column: str
    verdict: Literal["refuse", "flag"]
    reason: str


def find_leaks(frame: pd.DataFrame, target: str, task: Task) -> list[Leak]:
    """Return the columns that look as if they were recorded with or after the target.

    Three signs: a column is missing where the target is and hardly elsewhere, so both are
    recorded together; it alone tells the target almost surely; or it tracks a planned value and
    the difference of the two tells the target. Rows without a target are needed for the first.
    """
    leaks: dict[str, Leak] = {}
    known = frame[target].notna()
    for column in map(str, frame.columns.drop(target)):
        reason = _recorded_together(frame[column].isna(), ~known)
        if reason:
            leaks[column] = Leak(column, "refuse", reason)
    rows = frame[known]
    sample = rows.sample(min(len(rows), MAX_ROWS), random_state=0)
    outcome = training_rows(sample, target, task).values
    columns = {
        str(c): numbers(sample, str(c))
        for c in frame.columns.drop(target)
        if types.is_numeric_dtype(frame[c].dtype)
    }
    for column, values in columns.items():
        if column not in leaks and (leak := _tells(column, values, outcome, task)):
            leaks[column] = leak
    for leak in _later_readings(columns, outcome, task):
        leaks.setdefault(leak.column, leak)
    return sorted(leaks.values(), key=lambda leak: (leak.verdict != "refuse", leak.column))


def looks_ahead(name: str, cutoff: pd.Series, latest: pd.Series) -> Leak | None:
    """Return a leak where an aggregate uses sources later than a row's cut-off.

    Args:
        name: name of the aggregate.
        cutoff: the moment at which each row's prediction is due.
        latest: the moment of the latest source each row's value is made of.
    """
    ahead = float((latest > cutoff).mean())
    if ahead == 0:
        return None
    return Leak(name, "flag", f"it uses rows later than the cut-off in {ahead:.0%} of the rows")


def strength(values: Floats, outcome: Floats, task: Task) -> float:
    """Return how well a number alone tells the target, from 0 (regression) or .5 to 1.

    For classes it is the area under the ROC curve in the better direction, for quantities the
    squared rank correlation.
    """
    known = ~np.isnan(values)
    if known.sum() < MIN_MISSING_ROWS or len(np.unique(outcome[known])) < 2:
        return 0.0
    if task == "regression":
        ranks = pd.Series(values[known]).rank().corr(pd.Series(outcome[known]).rank())
        return float(np.nan_to_num(ranks) ** 2)
    both = np.column_stack([-values[known], values[known]])
    area = metric_value(task, outcome[known].astype(int).astype(str), both, ("0", "1"))
    return max(area, 1 - area)


def _recorded_together(missing: pd.Series, no_target: pd.Series) -> str | None:
    if int(no_target.sum()) < MIN_MISSING_ROWS:
        return None
    together, otherwise = float(missing[no_target].mean()), float(missing[~no_target].mean())
    if together < MISSING_WITH_TARGET or otherwise > MISSING_OTHERWISE:
        return None
    return (
        f"missing in {together:.0%} of the rows without a target and in {otherwise:.1%} of the "
        "others: it is recorded with the outcome"
    )


def _tells(column: str, values: Floats, outcome: Floats, task: Task) -> Leak | None:
    found = strength(values, outcome, task)
    if found < TELLS_MUCH:
        return None
    measure = "area under the ROC curve" if task == "classification" else "squared correlation"
    verdict: Literal["refuse", "flag"] = "refuse" if found >= TELLS_ALL else "flag"
    return Leak(column, verdict, f"alone it tells the target ({measure} {found:.2f})")


def _later_readings(columns: dict[str, Floats], outcome: Floats, task: Task) -> list[Leak]:
    """Return actual values that follow a planned one, where their difference tells the target."""
    leaks = []
    for plan in filter(_PLANNED.search, columns):
        for column, values in columns.items():
            if _PLANNED.search(column) or not _tracks(values, columns[plan]):
                continue
            if strength(values - columns[plan], outcome, task) >= TELLS_MUCH:
                reason = f"it follows {plan!r}, and the difference of the two tells the target"
                leaks.append(Leak(column, "refuse", reason))
    return leaks


def _tracks(values: Floats, plan: Floats) -> bool:
    both = ~np.isnan(values) & ~np.isnan(plan)
    if both.sum() < MIN_MISSING_ROWS or np.std(values[both]) == 0 or np.std(plan[both]) == 0:
        return False
    return float(np.median(np.abs(values[both] - plan[both]))) < (1 - TRACKS) * float(
        np.ptp(plan[both])
    )
