"""Family of categories: how frequent a value is, and the mean target of it and of pairs."""

from itertools import combinations

import pandas as pd

from ..operations.feature_base import AddFeature, keys
from ..operations.feature_categories import AddCategoryCount, AddTargetMean, Part, part_keys
from .base import Candidate, Columns, Family, Training

MIN_LEVELS = 3
MAX_PAIRS = 30
MAX_PAIR_LEVELS = 40
MIN_PART_LEVELS = 20
PARTS: tuple[Part, ...] = ("first_word", "last_word", "letters", "digits")
SMOOTHING = 20.0
"""Rows' worth of the overall mean that is mixed into each category's mean (Micci-Barreca, 2001)."""


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return count and target mean of categories and codes, of their parts, and of pairs.

    Codes are whole numbers that repeat; parts are the first word, the letters a value begins
    with, and so on, which bring together values that are written in several ways.
    """
    names = columns.categories + columns.codes
    levels = {name: int(training.frame[name].nunique()) for name in names}
    many = [name for name in names if levels[name] >= MIN_LEVELS]
    found = [_count([column]) for column in many] + [_mean([column]) for column in many]
    few = sorted((name for name in names if levels[name] <= MAX_PAIR_LEVELS), key=names.index)
    pairs = list(combinations(few, 2))[:MAX_PAIRS]
    found += [_mean([left, right]) for left, right in pairs]
    words = [c for c in columns.categories if levels[c] >= MIN_PART_LEVELS] + columns.texts
    return found + [c for column in words for c in _parts(training, column)]


def fit_count(training: Training, columns: list[str], name: str) -> AddCategoryCount:
    """Count each category among the training rows."""
    counts = keys(training.frame, columns).value_counts()
    table = {str(key): float(count) for key, count in sorted(counts.items()) if key != ""}
    return AddCategoryCount(name=name, columns=columns, counts=table)


def fit_mean(
    training: Training, columns: list[str], name: str, part: Part = "whole"
) -> AddTargetMean:
    """Take the smoothed mean target of each category among the training rows."""
    overall = float(training.values.mean())
    found = part_keys(training.frame, columns, part).to_numpy()
    grouped = pd.Series(training.values).groupby(found)
    total, count = grouped.sum(), grouped.count()
    means = (total + SMOOTHING * overall) / (count + SMOOTHING)
    table = {str(key): float(mean) for key, mean in means.items() if key != ""}
    return AddTargetMean(
        name=name,
        columns=columns,
        target=training.target,
        outcome=training.outcome,
        part=part,
        means=table,
        default=overall,
    )


def _parts(training: Training, column: str) -> list[Candidate]:
    """Return target means of the parts that bring values together."""
    whole = training.frame[column].nunique()
    return [
        _mean([column], part)
        for part in PARTS
        if 1 < part_keys(training.frame, [column], part).nunique() < whole
    ]


def _count(columns: list[str]) -> Candidate:
    name = f"count_of_{'_'.join(columns)}"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_count(training, columns, name)]

    return Candidate(id=f"categories:{name}", family="categories", title=name, fit=fit)


def _mean(columns: list[str], part: Part = "whole") -> Candidate:
    what = "" if part == "whole" else f"{part}_of_"
    name = f"target_mean_of_{what}{'_'.join(columns)}"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_mean(training, columns, name, part)]

    return Candidate(id=f"categories:{name}", family="categories", title=name, fit=fit, learns=True)


FAMILY = Family("categories", "Count and smoothed target mean of categories.", candidates)
