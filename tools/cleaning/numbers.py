"""Numbers that some cells write in another way than most of their column."""

from collections import Counter

import pandas as pd

from ..operations.writing import WriteNumbers, number_parts
from ..proposals import Group
from .base import View, fault
from .units import SAME, same_size, unit_of

FEWEST_ROWS = 30
READ = 0.97
MOST = 0.6
ONE_WAY = 0.85
"""Share of rows with the usual signs; below it a unit is taken out, see `units`."""

TWICE = 0.5
RARE = 0.4


def mixed_numbers(view: View) -> list[Group]:
    """Find numbers with signs, separators or trailing zeros that most of the column do without."""
    groups = []
    for column in view.texts():
        counts = view.values(column)
        if column == view.target or counts.sum() < FEWEST_ROWS or not _like_number(counts):
            continue
        cells = _parts(counts)
        if cells["rows"].sum() < READ * counts.sum():
            continue
        found = _writing(column, cells)
        if found is None:
            continue
        operation, evidence = found
        groups += fault(
            view,
            [operation],
            group_id=f"numbers:{column}",
            title=f"Write numbers of {column} in one way",
            rule="A number is written with the signs and separators that most of its column have.",
            evidence=evidence,
            recommended=False,
        )
    return groups


def _like_number(counts: pd.Series) -> bool:
    return any(number_parts(str(value)) for value in counts.index[:3])


def _parts(counts: pd.Series) -> pd.DataFrame:
    """Return before, digits, after and rows of each value that holds one number."""
    found = [(number_parts(str(value)), int(rows)) for value, rows in counts.items()]
    return pd.DataFrame(
        [(*parts, rows) for parts, rows in found if parts is not None],
        columns=["before", "digits", "after", "rows"],
    )


def _writing(column: str, cells: pd.DataFrame) -> tuple[WriteNumbers, str] | None:
    """Return how to write the numbers and why, None where all are written in one way."""
    signs = _signs(cells)
    if signs is None:
        return None
    before, after, units = signs
    comma = _decimal_comma(cells)
    thousands = None if comma else _thousands(cells)
    trim = _trailing_zeros(cells)
    reasons = [
        f"{len(units)} signs around some numbers mean what the others' mean" if units else "",
        "some have a comma for the decimal point" if comma else "",
        "some have separators of thousands, some have none" if thousands is not None else "",
        "some have zeros after the point that the same numbers lack elsewhere" if trim else "",
    ]
    if not any(reasons):
        return None
    separated = bool(cells["digits"].str.contains(",").mean() > 0.5) if not comma else False
    operation = WriteNumbers(
        column=column,
        units=sorted({*units, before.lower(), after.strip().lower()} - {""}),
        before=before,
        after=after,
        thousands=separated if thousands is None else thousands,
        comma=comma,
        trim=trim,
    )
    return operation, f"Of {len(cells):,} different values, " + "; ".join(
        filter(None, reasons)
    ) + "."


def _signs(cells: pd.DataFrame) -> tuple[str, str, list[str]] | None:
    """Return the usual signs before and after, and others of one meaning; None if none is usual."""
    ways: Counter[tuple[str, str]] = Counter()
    for before, after, rows in zip(cells["before"], cells["after"], cells["rows"], strict=True):
        ways[before, after] += rows
    (before, after), rows = ways.most_common(1)[0]
    if rows < ONE_WAY * sum(ways.values()):
        return None
    others = [way for way in ways if way != (before, after)]
    meaning = _meaning(before, after)
    meanings = {_meaning(*way) for way in others} - {"", meaning}
    if meanings and (meaning or len(meanings) > 1 or not all(map(_stands_apart, others))):
        return before, after, []  # what other signs mean is open; their cells stay as they are
    plain = (cells["before"] == before) & (cells["after"] == after)
    if (meanings or not meaning or ("", "") in others) and not _alike(cells, plain):
        return before, after, []
    units = {part.strip().lower() for way in others for part in way if part}
    return before, after, sorted(units)


def _stands_apart(way: tuple[str, str]) -> bool:
    """Tell whether signs are a known unit or stand apart from the number, as no code does."""
    return unit_of(way[1] or way[0]) in SAME.values() or way[1][:1] in (" ", "/")


def _meaning(before: str, after: str) -> str:
    return unit_of(after or before)


def _alike(cells: pd.DataFrame, plain: pd.Series) -> bool:
    """Tell whether numbers with other signs are of the size of the rest: the sign adds nothing."""
    digits = cells["digits"].str.replace(",", "")
    sizes = pd.DataFrame({"number": pd.to_numeric(digits, "coerce"), "count": cells["rows"]})
    sizes = sizes.dropna()
    return bool(plain.all()) or same_size(sizes[plain], sizes[~plain])


def _decimal_comma(cells: pd.DataFrame) -> bool:
    """Tell whether some cells have a comma where most have the point, with as many digits after."""
    digits = cells["digits"]
    point = digits.str.extract(r"^[-+]?\d+\.(\d+)$")[0].dropna()
    comma = digits.str.extract(r"^[-+]?\d+,(\d+)$")[0].dropna()
    if len(comma) == 0 or len(point) < MOST * len(digits):
        return False
    if not (comma.str.len() == 3).all():
        return True
    largest = digits[point.index].str.replace(",", "").astype(float).abs().max()
    read = digits[comma.index].str.replace(",", "").astype(float).abs().min()
    return bool(read > largest)


def _thousands(cells: pd.DataFrame) -> bool | None:
    """Return whether to write separators of thousands; None where it is one way throughout."""
    whole = cells["digits"].str.extract(r"^[-+]?([\d,]*\d)(?:\.\d*)?$")[0].dropna()
    large = whole[whole.str.replace(",", "").str.len() >= 4]
    rows = cells["rows"].reindex(large.index)
    good = large.str.fullmatch(r"\d{1,3}(?:,\d{3})+")
    bare = large.str.fullmatch(r"\d+")
    if not good.any() or not bare.any() or not (good | bare).all():
        return None
    return bool(rows[good].sum() > rows[bare].sum())


def _trailing_zeros(cells: pd.DataFrame) -> bool:
    """Tell whether numbers with zeros at the end are few and most stand without them as well."""
    digits = cells["digits"].str.replace(",", "")
    ending = digits.str.fullmatch(r"[-+]?\d*\.\d*0")
    if not ending.any() or cells["rows"][ending].sum() > RARE * cells["rows"].sum():
        return False
    if not digits[~ending].str.contains(".", regex=False).any():
        return bool(digits[ending].str.fullmatch(r"[-+]?\d+\.0+").all())  # all are whole
    if (cells["rows"] == 1).all():
        return False  # where no value repeats, 27.2 and 27.20 are two codes
    short = digits[ending].str.rstrip("0").str.rstrip(".")
    return bool(short.isin(set(digits[~ending])).mean() >= TWICE)
