"""Family of single numbers: logarithm and intervals; and statistics over a row's numbers."""

import numpy as np

from ..operations.feature_base import AddFeature, numbers
from ..operations.feature_numeric import AddBin, AddCurve, AddRowStatistic, RowStatistic
from .base import Candidate, Columns, Family, Training, fixed

BINS = 10
MAX_ROW_COLUMNS = 40
STATISTICS: tuple[RowStatistic, ...] = ("sum", "mean", "spread", "smallest", "largest", "zeros")


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return a logarithm and ten intervals of each number."""
    found = []
    for column in columns.numbers:
        values = numbers(training.frame, column)
        if len(np.unique(values[~np.isnan(values)])) > BINS:
            found += [
                fixed(AddCurve(name=f"log_{column}", column=column, curve="log"), "numeric"),
                _bins(column),
            ]
    return found


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


FAMILY = Family("numeric", "Logarithm and intervals of a number.", candidates)
ROW_FAMILY = Family("rows", "Statistics over all numbers of a row.", row_candidates)
