"""Family of categories: how frequent a value is, and the mean target of it and of pairs."""

from itertools import combinations

import pandas as pd

from ..operations.feature_base import AddFeature, keys
from ..operations.feature_categories import AddCategoryCount, AddTargetMean
from .base import Candidate, Columns, Family, Training

MIN_LEVELS = 3
MAX_PAIRS = 15
SMOOTHING = 20.0
"""Rows' worth of the overall mean that is mixed into each category's mean (Micci-Barreca, 2001)."""


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return count and target mean of each category with three values or more, and of pairs."""
    many = [c for c in columns.categories if training.frame[c].nunique() >= MIN_LEVELS]
    found = [_count([column]) for column in many] + [_mean([column]) for column in many]
    pairs = list(combinations(columns.categories, 2))[:MAX_PAIRS]
    return found + [_mean([left, right]) for left, right in pairs]


def fit_count(training: Training, columns: list[str], name: str) -> AddCategoryCount:
    """Count each category among the training rows."""
    counts = keys(training.frame, columns).value_counts()
    table = {str(key): float(count) for key, count in sorted(counts.items()) if key != ""}
    return AddCategoryCount(name=name, columns=columns, counts=table)


def fit_mean(training: Training, columns: list[str], name: str) -> AddTargetMean:
    """Take the smoothed mean target of each category among the training rows."""
    overall = float(training.values.mean())
    grouped = pd.Series(training.values).groupby(keys(training.frame, columns).to_numpy())
    total, count = grouped.sum(), grouped.count()
    means = (total + SMOOTHING * overall) / (count + SMOOTHING)
    table = {str(key): float(mean) for key, mean in means.items() if key != ""}
    return AddTargetMean(
        name=name,
        columns=columns,
        target=training.target,
        outcome=training.outcome,
        means=table,
        default=overall,
    )


def _count(columns: list[str]) -> Candidate:
    name = f"count_of_{'_'.join(columns)}"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_count(training, columns, name)]

    return Candidate(id=f"categories:{name}", family="categories", title=name, fit=fit)


def _mean(columns: list[str]) -> Candidate:
    name = f"target_mean_of_{'_'.join(columns)}"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_mean(training, columns, name)]

    return Candidate(id=f"categories:{name}", family="categories", title=name, fit=fit, learns=True)


FAMILY = Family("categories", "Count and smoothed target mean of categories.", candidates)
