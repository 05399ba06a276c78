"""Family of aggregates: a number against the mean of its row's group."""

import numpy as np
import pandas as pd

from ..operations.feature_aggregates import AddGroupAggregate, Relation
from ..operations.feature_base import AddFeature, keys, numbers
from .base import Candidate, Columns, Family, Training

MAX_GROUPS = 8
MAX_NUMBERS = 15
SMALL_INTEGER_LEVELS = 12
RELATIONS: dict[Relation, str] = {
    "value": "mean_{column}_by_{by}",
    "difference": "{column}_less_mean_by_{by}",
    "ratio": "{column}_per_mean_by_{by}",
}


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return the group's mean of each number, and the number less it and divided by it."""
    groups = columns.categories + [
        c for c in columns.numbers if training.frame[c].nunique() <= SMALL_INTEGER_LEVELS
    ]
    return [
        _aggregate(by, column, relation)
        for by in groups[:MAX_GROUPS]
        for column in columns.numbers[:MAX_NUMBERS]
        if by != column and training.frame[column].nunique() > SMALL_INTEGER_LEVELS
        for relation in RELATIONS
    ]


def fit_mean(
    training: Training, by: list[str], column: str, relation: Relation, name: str
) -> AddGroupAggregate:
    """Take the mean of each group among the training rows."""
    values = numbers(training.frame, column)
    grouped = pd.Series(values).groupby(keys(training.frame, by).to_numpy()).mean()
    table = {str(k): float(v) for k, v in grouped.items() if k != "" and np.isfinite(v)}
    known = values[~np.isnan(values)]
    return AddGroupAggregate(
        name=name,
        by=by,
        column=column,
        statistic="mean",
        relation=relation,
        values=table,
        default=float(known.mean()) if len(known) else 0.0,
    )


def _aggregate(by: str, column: str, relation: Relation) -> Candidate:
    name = RELATIONS[relation].format(column=column, by=by)

    def fit(training: Training) -> list[AddFeature]:
        return [fit_mean(training, [by], column, relation, name)]

    return Candidate(id=f"aggregates:{name}", family="aggregates", title=name, fit=fit)


FAMILY = Family("aggregates", "A number against the mean of its row's group.", candidates)
