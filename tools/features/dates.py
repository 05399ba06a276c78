"""Family of dates: calendar parts, cycles, and days between two dates."""

from itertools import combinations
from typing import get_args

import numpy as np

from ..operations.feature_dates import CYCLES, AddDatePart, AddDaysBetween, Part
from .base import Candidate, Columns, Family, Training, fixed

PARTS: tuple[Part, ...] = get_args(Part)


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return the parts that vary, each cycle, and the distance of every two dates."""
    found = []
    for column in columns.dates:
        for part in PARTS:
            plain = AddDatePart(name=f"{column}_{part}", column=column, part=part)
            values = plain.compute(training.frame)[plain.name]
            if len(np.unique(values[~np.isnan(values)])) < 2:
                continue
            found.append(fixed(plain, "dates"))
            if part in CYCLES:
                name = f"{column}_{part}_cycle"
                cycle = AddDatePart(name=name, column=column, part=part, cycle=True)
                found.append(fixed(cycle, "dates"))
    for start, end in combinations(columns.dates, 2):
        between = AddDaysBetween(name=f"days_{start}_to_{end}", start=start, end=end)
        found.append(fixed(between, "dates"))
    return found


FAMILY = Family("dates", "Calendar parts, cycles, and days between dates.", candidates)
