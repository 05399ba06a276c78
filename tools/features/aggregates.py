"""Family of aggregates: a number against the others of its row's group."""

from typing import Any

import numpy as np
import pandas as pd

from ..operations.feature_aggregates import AddGroupAggregate, AddGroupPlace, Relation, Statistic
from ..operations.feature_base import AddFeature, keys, numbers
from .base import Candidate, Columns, Family, Training

MAX_GROUPS = 8
MAX_NUMBERS = 10
MAX_CODES = 3
SMALL_LEVELS = 12
STATISTICS: tuple[Statistic, ...] = ("spread", "largest", "smallest")
RELATIONS: dict[Relation, str] = {
    "value": "mean_{column}_by_{by}",
    "difference": "{column}_less_mean_by_{by}",
    "ratio": "{column}_per_mean_by_{by}",
}

_PANDAS: dict[Statistic, str] = {
    "mean": "mean",
    "median": "median",
    "spread": "std",
    "largest": "max",
    "smallest": "min",
}


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return statistics of each number in its row's group, and how the number stands to them."""
    small = [c for c in columns.codes if training.frame[c].nunique() <= SMALL_LEVELS]
    large = [c for c in columns.codes if c not in small]
    found = []
    for by in [*columns.categories[:MAX_GROUPS], *small[:MAX_CODES], *large[:MAX_CODES]]:
        for column in columns.numbers[:MAX_NUMBERS]:
            if by != column and column not in small:
                found += [_aggregate(by, column, relation) for relation in RELATIONS]
                found += [_statistic(by, column, statistic) for statistic in STATISTICS]
                found.append(_place(by, column))
    return found


def fit_statistic(
    training: Training,
    by: list[str],
    column: str,
    name: str,
    statistic: Statistic = "mean",
    relation: Relation = "value",
) -> AddGroupAggregate:
    """Take a statistic of each group among the training rows."""
    return AddGroupAggregate(
        name=name,
        by=by,
        column=column,
        statistic=statistic,
        relation=relation,
        **_of_groups(training, by, column, statistic),
    )


def fit_place(training: Training, by: list[str], column: str, name: str) -> AddGroupPlace:
    """Take mean and spread of each group among the training rows."""
    means, spreads = (_of_groups(training, by, column, s) for s in ("mean", "spread"))
    return AddGroupPlace(
        name=name,
        by=by,
        column=column,
        means={**means["values"], "": means["default"]},
        spreads={**spreads["values"], "": spreads["default"]},
    )


def _of_groups(
    training: Training, by: list[str], column: str, statistic: Statistic
) -> dict[str, Any]:
    values = numbers(training.frame, column)
    known = ~np.isnan(values)
    grouped = pd.Series(values[known]).groupby(keys(training.frame, by).to_numpy()[known])
    how = _PANDAS[statistic]
    found = grouped.agg(how)
    table = {str(k): float(v) for k, v in found.items() if k != "" and np.isfinite(v)}
    overall = float(pd.Series(values[known]).agg(how)) if known.sum() > 1 else 0.0
    return {"values": table, "default": overall}


def _aggregate(by: str, column: str, relation: Relation) -> Candidate:
    name = RELATIONS[relation].format(column=column, by=by)

    def fit(training: Training) -> list[AddFeature]:
        return [fit_statistic(training, [by], column, name, relation=relation)]

    return Candidate(id=f"aggregates:{name}", family="aggregates", title=name, fit=fit)


def _statistic(by: str, column: str, statistic: Statistic) -> Candidate:
    name = f"{statistic}_{column}_by_{by}"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_statistic(training, [by], column, name, statistic)]

    return Candidate(id=f"aggregates:{name}", family="aggregates", title=name, fit=fit)


def _place(by: str, column: str) -> Candidate:
    name = f"place_of_{column}_by_{by}"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_place(training, [by], column, name)]

    return Candidate(id=f"aggregates:{name}", family="aggregates", title=name, fit=fit)


FAMILY = Family("aggregates", "A number against the others of its row's group.", candidates)
