"""Dates that can be read in several ways."""

import re
from datetime import date

import pandas as pd

from ..operations.values import ReplaceValues
from ..proposals import Group
from .base import View, fault

PARTS = re.compile(r"\s*(\d{1,4})([/.\-])(\d{1,2})\2(\d{1,4})\s*")
ORDERS = ((2, 0, 1), (2, 1, 0), (0, 1, 2))
"""Places of year, month and day: month first, day first, year first."""

MOST = 0.95
FEWEST = 20
PIVOT = 69
"""Two-digit years from here on belong to the last century, as POSIX has it."""


def readings(text: str) -> set[date]:
    """Return the dates that a text of three numbers may mean; a year has two or four digits."""
    found = PARTS.fullmatch(text)
    if found is None:
        return set()
    parts = found[1], found[3], found[4]
    return {
        read
        for year, month, day in ORDERS
        if (read := _date(parts[year], parts[month], parts[day])) is not None
    }


def _date(year: str, month: str, day: str) -> date | None:
    if len(month) > 2 or len(day) > 2 or len(year) == 3:
        return None
    century = 0 if len(year) == 4 else 1900 if int(year) >= PIVOT else 2000
    try:
        return date(int(year) + century, int(month), int(day))
    except ValueError:
        return None


def open_dates(view: View) -> list[Group]:
    """Find dates with years of two digits that mean another day in another order of their parts.

    With years of four digits the order of a whole column can be told, or is asked for when its
    type is proposed; with two digits any of three orders may be meant, cell by cell.
    """
    groups = []
    for column in view.texts():
        counts = view.values(column)
        if column == view.target or counts.sum() < FEWEST:
            continue
        meant = pd.Series([readings(str(value)) for value in counts.index], index=counts.index)
        dates = counts[meant.map(len).to_numpy() > 0]
        several = [
            str(value)
            for value, read in meant.items()
            if len(read) > 1 and not re.search(r"\d{4}", str(value))
        ]
        if dates.sum() < MOST * counts.sum() or not several:
            continue
        cells = int(counts[several].sum())
        groups += fault(
            view,
            [ReplaceValues(column=column, mapping=dict.fromkeys(several))],
            group_id=f"open-dates:{column}",
            title=f"Take dates of {column} that read in several ways as missing",
            rule=(
                "A date of three numbers below 32 with a year of two digits may mean month, day or "
                "year first; which one cannot be told from the cell."
            ),
            evidence=f"{cells:,} of {counts.sum():,} dates read as more than one day.",
            recommended=False,
        )
    return groups
