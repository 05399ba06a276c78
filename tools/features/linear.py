"""Family of weighted sums: what a linear model sees and trees need many splits for."""

import numpy as np
import pandas as pd

from ..operations.feature_base import AddFeature, Floats, keys, numbers
from ..operations.feature_linear import AddWeightedSum, CategoryTerm, NumberTerm
from .base import Candidate, Columns, Family, Training

MAX_COLUMNS = 100
MIN_LEVEL_ROWS = 5
PENALTIES = (0.1, 1.0, 10.0, 100.0, 1000.0)


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return one weighted sum of all numbers and categories, where there are two or more."""
    names, groups = columns.numbers[:MAX_COLUMNS], columns.categories[:MAX_COLUMNS]
    if len(names) + len(groups) < 2:
        return []

    def fit(training: Training) -> list[AddFeature]:
        return [fit_sum(training, names, groups, "weighted_sum")]

    return [Candidate("linear:weighted_sum", "linear", "weighted_sum", fit, learns=True)]


def fit_sum(training: Training, names: list[str], groups: list[str], name: str) -> AddWeightedSum:
    """Fit the weights by ridge regression; leave-one-out error chooses the penalty."""
    terms = [_number_term(training.frame, column) for column in names]
    levels = {column: _levels(training.frame, column) for column in groups}
    matrix, scales = _matrix(training.frame, terms, levels)
    weights, constant = _ridge(matrix, training.values)
    weights = weights / scales
    place = len(terms)
    categories = []
    for column, known in levels.items():
        part = weights[place : place + len(known)]
        place += len(known)
        table = {key: float(w) for key, w in zip(known, part, strict=True)}
        categories.append(CategoryTerm(column=column, weights=table))
    return AddWeightedSum(
        name=name,
        target=training.target,
        outcome=training.outcome,
        numbers=[
            term.model_copy(update={"weight": float(weight)})
            for term, weight in zip(terms, weights, strict=False)
        ],
        categories=categories,
        constant=constant,
    )


def _number_term(frame: pd.DataFrame, column: str) -> NumberTerm:
    values = numbers(frame, column)
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return NumberTerm(column=column, center=0.0, weight=0.0, low=0.0, high=0.0)
    center, low, high = float(values.mean()), float(values.min()), float(values.max())
    return NumberTerm(column=column, center=center, weight=0.0, low=low, high=high)


def _levels(frame: pd.DataFrame, column: str) -> list[str]:
    counts = keys(frame, [column]).value_counts()
    return sorted(str(k) for k, n in counts.items() if k != "" and n >= MIN_LEVEL_ROWS)


def _matrix(
    frame: pd.DataFrame, terms: list[NumberTerm], levels: dict[str, list[str]]
) -> tuple[Floats, Floats]:
    """Return centered numbers and 0/1 columns of levels, each scaled, and the scales."""
    parts = []
    for term in terms:
        values = numbers(frame, term.column) - term.center
        parts.append(np.where(np.isnan(values), 0.0, values))
    for column, known in levels.items():
        found = keys(frame, [column]).to_numpy()
        parts += [(found == key).astype("float64") for key in known]
    matrix = np.column_stack(parts)
    scales = matrix.std(axis=0)
    scales[scales == 0] = 1.0
    return matrix / scales, scales


def _ridge(matrix: Floats, values: Floats) -> tuple[Floats, float]:
    """Return ridge weights and constant, the penalty chosen by leave-one-out error.

    Closed form over one singular value decomposition (Golub, Heath and Wahba, 1979).
    """
    center, mean = matrix.mean(axis=0), float(values.mean())
    left, singular, right = np.linalg.svd(matrix - center, full_matrices=False)
    projected, residual_of = left.T @ (values - mean), values - mean
    best: tuple[float, Floats] | None = None
    for penalty in PENALTIES:
        shrink = singular**2 / (singular**2 + penalty)
        hat = (left**2 * shrink).sum(axis=1) + 1 / len(values)
        residual = (residual_of - left @ (shrink * projected)) / np.maximum(1 - hat, 1e-6)
        error = float((residual**2).mean())
        if best is None or error < best[0]:
            safe = np.where(singular > 1e-12, singular, 1.0)
            best = error, right.T @ (shrink * projected / safe)
    assert best is not None
    weights = best[1]
    return weights, mean - float(center @ weights)


FAMILY = Family("linear", "A weighted sum of all columns, fitted by ridge regression.", candidates)
