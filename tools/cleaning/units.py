"""Numbers whose unit is written in several ways, or in some cells only."""

import re

import numpy as np
import pandas as pd

from ..operations.quantities import ReadQuantities, split_quantity
from ..proposals import Group
from .base import View, fault

UNITS = (
    ("oz", "ounce", "ounces", "fl oz", "fluid ounces"),
    ("g", "gr", "gram", "grams"),
    ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"),
    ("lb", "lbs", "pound", "pounds"),
    ("ml", "milliliter", "milliliters", "millilitre"),
    ("l", "liter", "liters", "litre", "litres"),
    ("mm", "millimeter", "millimeters"),
    ("cm", "centimeter", "centimeters"),
    ("m", "meter", "meters", "metre", "metres"),
    ("km", "kilometer", "kilometers", "kilometre", "kilometres"),
    ("in", "inch", "inches", '"'),
    ("ft", "foot", "feet", "'"),
    ("mi", "mile", "miles"),
    ("s", "sec", "secs", "second", "seconds"),
    ("min", "mins", "minute", "minutes"),
    ("h", "hr", "hrs", "hour", "hours"),
    ("d", "day", "days"),
    ("mo", "month", "months"),
    ("y", "yr", "yrs", "year", "years"),
    ("%", "percent", "pct", "per cent"),
    ("$", "usd", "us$", "dollar", "dollars"),
    ("€", "eur", "euro", "euros"),
)
SAME = {word: forms[0] for forms in UNITS for word in forms}

READ = 0.98
ONE_WAY = 0.85
FEWEST = 20
FACTOR = 5.0


def mixed_units(view: View) -> list[Group]:
    """Find numbers with one unit that is written in several ways or left out in some cells.

    A unit that is written in one way throughout is no fault: it is left to the column's type.
    """
    groups = []
    for column in view.texts():
        counts = view.values(column)
        if column == view.target or counts.sum() < FEWEST:
            continue
        cells = _split(counts)
        evidence = _mixed(cells, int(counts.sum()))
        if evidence is None:
            continue
        units = sorted({unit.lower() for unit in cells["written"]})
        groups += fault(
            view,
            [ReadQuantities(column=column, units=units)],
            group_id=f"units:{column}",
            title=f"Read {column} as numbers without units",
            rule="Where one unit is written in several ways, the number alone is kept.",
            evidence=evidence,
            recommended=False,
        )
    return groups


def _split(counts: pd.Series) -> pd.DataFrame:
    """Return number, unit as written, unit as known and count of each value that is a quantity."""
    rows = []
    for value, count in counts.items():
        number, written = split_quantity(str(value))
        if number is not None:
            rows.append((number, written, unit_of(written), int(count)))
    return pd.DataFrame(rows, columns=["number", "written", "unit", "count"])


def unit_of(written: str) -> str:
    """Return the unit's usual short form; words after it are left out."""
    bare = written.strip().lower().rstrip(".")
    first = re.split(r"[\s.]", bare, maxsplit=1)[0]
    return SAME.get(bare, SAME.get(first, bare))


def _mixed(cells: pd.DataFrame, total: int) -> str | None:
    """Return in words how one unit is written in several ways; None where that is not so."""
    units = {unit for unit in cells["unit"] if unit}
    if len(units) != 1 or cells["count"].sum() < READ * total:
        return None
    ways = cells.groupby("written")["count"].sum().sort_values(ascending=False)
    if ways.iloc[0] >= ONE_WAY * ways.sum():
        return None
    bare = cells["unit"] == ""
    if bare.any() and not same_size(cells[bare], cells[~bare]):
        return None
    shown = ", ".join(repr(way) if way else "nothing" for way in ways.index[:4])
    return f"After the number stand {shown}{' and others' if len(ways) > 4 else ''}: one unit."


def same_size(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Tell whether numbers with and without the unit are of one size, so that it means nothing."""
    first, second = (
        float(np.median(np.repeat(cells["number"].abs(), cells["count"]))) for cells in (one, other)
    )
    low, high = sorted((first, second))
    return low > 0 and high / low < FACTOR
