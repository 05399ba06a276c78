"""Dates that can be read in several ways, and columns that write them in several."""

import re
from datetime import date

import numpy as np
import pandas as pd

from ..operations.values import ReplaceValues
from ..operations.writing import WriteDates, read_dates
from ..proposals import Group
from .base import View, fault
from .dependencies import Flags
from .types import DAYS

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


HEAD = 200
"""Values by which a column is first told to be dates."""

USUAL = 0.5


def mixed_dates(view: View) -> list[Group]:
    """Find columns of dates in which some are written in another format than most.

    A format whose day and month could as well be swapped is left out: no cell tells which is
    meant.
    """
    groups = []
    for column in view.texts():
        counts = view.values(column)
        found = _formats(counts) if column != view.target and counts.sum() >= FEWEST else None
        if found is None:
            continue
        usual, others, share = found
        groups += fault(
            view,
            [WriteDates(column=column, format=usual, others=others, padded=_padded(counts))],
            group_id=f"dates:{column}",
            title=f"Write dates of {column} in one format",
            rule="Dates are written in the format that most of their column have.",
            evidence=f"{share:.0%} of the dates are written {usual}, others {', '.join(others)}.",
            recommended=False,
        )
    return groups


def _formats(counts: pd.Series) -> tuple[str, list[str], float] | None:
    """Return the usual format, other formats that are sure, and the share of the usual one."""
    texts, rows = pd.Series(counts.index, dtype="str"), counts.to_numpy()
    if not texts.head(HEAD).str.contains(r"\d").all():
        return None
    read = _readings(texts)
    weight = {form: int(rows[fits].sum()) for form, fits in read.items()}
    usual = max(weight, key=lambda form: weight[form], default="")
    total = int(counts.sum())
    if not usual or not USUAL * total <= weight[usual] < total or _open(usual, weight):
        return None
    left = ~read[usual]
    others = {form: fits & left for form, fits in _readings(texts, left).items()}
    weight_left = {form: int(rows[fits].sum()) for form, fits in others.items()}
    sure = [form for form, count in weight_left.items() if count and not _open(form, weight_left)]
    sure.sort(key=lambda form: -weight_left[form])
    known = np.logical_or.reduce([read[usual], *(others[form] for form in sure)])
    covered = rows[known].sum() >= MOST * total
    return (usual, sure, weight[usual] / total) if sure and covered else None


def _readings(texts: pd.Series, where: Flags | None = None) -> dict[str, Flags]:
    """Return which texts read in each format that reads one of some texts spread over them."""
    chosen = texts if where is None else texts[where]
    some = chosen.iloc[np.unique(np.linspace(0, len(chosen) - 1, HEAD).astype(int))]
    likely = [form for form in DAYS if read_dates(some, form).notna().any()]
    return {form: read_dates(texts, form).notna().to_numpy() for form in likely}


def _open(form: str, rows: dict[str, int]) -> bool:
    """Tell whether the format with day and month swapped fits as many rows."""
    swapped = form.translate(str.maketrans("dm", "md")) if "%m" in form else form
    return swapped != form and rows.get(swapped, 0) >= rows[form]


def _padded(counts: pd.Series) -> bool:
    """Tell whether days and months below ten are written with a zero in front."""
    texts = pd.Series(counts.index, dtype="str")
    zero, bare = texts.str.contains(r"\b0\d\b"), texts.str.contains(r"\b\d\b")
    return int(zero.sum()) >= int(bare.sum())
