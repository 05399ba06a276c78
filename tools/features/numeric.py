"""Families of single numbers, and of statistics over all numbers of a row."""

import numpy as np

from ..operations.feature_base import AddFeature, Floats, numbers
from ..operations.feature_numeric import (
    AddBin,
    AddCurve,
    AddRemainder,
    AddRowStatistic,
    RowStatistic,
)
from .base import Candidate, Columns, Family, Training, fixed

BINS = 10
MAX_ROW_COLUMNS = 40
DIVISORS = (2.0, 3.0, 5.0, 7.0, 10.0, 12.0, 24.0, 60.0, 100.0)
"""What whole numbers are counted in: parity, days of a week, tens, months, hours, minutes."""
STATISTICS: tuple[RowStatistic, ...] = ("sum", "mean", "spread", "smallest", "largest", "zeros")


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return a logarithm, ten intervals and remainders of each number."""
    found = []
    for column in columns.numbers:
        values = numbers(training.frame, column)
        if len(np.unique(values[~np.isnan(values)])) > BINS:
            found += [
                fixed(AddCurve(name=f"log_{column}", column=column, curve="log"), "numeric"),
                _bins(column),
            ]
            found += _remainders(column, values)
    return found


def _remainders(column: str, values: Floats) -> list[Candidate]:
    """Return remainders of whole numbers, and what stands behind the point of others."""
    known = values[~np.isnan(values)]
    whole = bool(np.all(np.mod(known, 1) == 0))
    span = float(np.ptp(known))
    return [
        fixed(
            AddRemainder(name=f"{column}_modulo_{divisor:g}", columns=[column], divisor=divisor),
            "numeric",
        )
        for divisor in (DIVISORS if whole else (1.0,))
        if span >= 2 * divisor
    ]


def row_candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return statistics over all numbers of a row, where there are three or more."""
    names = columns.numbers[:MAX_ROW_COLUMNS]
    if len(names) < 3:
        return []
    return [
        fixed(AddRowStatistic(name=f"row_{how}", columns=names, statistic=how), "rows")
        for how in STATISTICS
    ]


def fit_bins(training: Training, column: str, name: str) -> AddBin:
    """Take the edges of intervals that hold equally many training rows."""
    values = numbers(training.frame, column)
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return AddBin(name=name, column=column, edges=[])
    edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS))
    return AddBin(name=name, column=column, edges=[float(edge) for edge in edges])


def _bins(column: str) -> Candidate:
    name = f"{column}_interval"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_bins(training, column, name)]

    return Candidate(id=f"numeric:{name}", family="numeric", title=name, fit=fit)


FAMILY = Family("numeric", "Logarithm, intervals and remainders of a number.", candidates)
ROW_FAMILY = Family("rows", "Statistics over all numbers of a row.", row_candidates)
