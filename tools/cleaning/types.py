"""Numbers, dates and truth values that are kept as text."""

import re

import pandas as pd

from ..operations.base import Operation
from ..operations.types import ParseBooleans, ParseDates, ParseNumbers
from ..proposals import Group, propose_group
from .base import View

ALL = 1.0
HEAD = 200
"""Values that are tried before all are."""

NEARLY_ALL = 0.95
MOST = 0.5
DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y%m%d"),
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%m/%d/%y", "%d/%m/%y"),
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d-%b-%y"),
)
"""Formats that say the whole day."""

DATE_FORMATS = (
    *DAYS,
    *("%b %Y", "%B %Y", "%Y-%m", "%a, %d %b %Y", "%A, %B %d, %Y", "%d.%m.%y"),
    *("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f"),
    *("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"),
    *("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M:%S"),
    *("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%d-%b-%Y %H:%M:%S"),
)
TRUTH = (
    *(("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off")),
    *(("ja", "nein"), ("oui", "non"), ("sí", "no"), ("si", "no"), ("sim", "não")),
)
UNIT = re.compile(r"^\s*[-+]?[\d.,\s]*\d\s*([^\d\s.,+-][^\d]{0,9}?)\s*$")
CURRENCY = ("$", "€", "£", "¥")
THOUSANDS = ("\u00a0", "\u202f", "\u2009", "'", "\u2019")
"""Spaces and marks between groups of three digits, beside comma, point and space."""

SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "mn": 1e6, "t": 1e12}
SCALED = re.compile(r"\d\s?(k|m|b|bn|mn|t)$", re.I)


def numbers_as_text(view: View) -> list[Group]:
    """Find text that reads as numbers, once a unit or separator common to it is taken out."""
    groups = []
    for column in view.texts():
        values = pd.Series(view.values(column).index, dtype="str").str.strip()
        if column == view.target or _codes(values):
            continue
        operation = _reading(column, values)
        if operation is not None:
            groups.append(_typed(view, column, operation, operation.parse(values), "numbers"))
    return [group for group in groups if group is not None]


def _codes(values: pd.Series) -> bool:
    """Tell whether zeros in front would be lost: such values name things and count nothing."""
    return bool(values.str.match(r"^0\d").any())


def _reading(column: str, values: pd.Series) -> ParseNumbers | None:
    """Return the simplest way to read nearly all values as numbers."""
    units = values.str.extract(UNIT)[0].dropna().value_counts()
    unit = [str(units.index[0])] if len(units) == 1 and units.iloc[0] > len(values) / 2 else []
    money = [sign for sign in CURRENCY if bool(values.str.contains(sign, regex=False).any())]
    marks = [mark for mark in THOUSANDS if bool(values.str.contains(mark, regex=False).any())]
    scales = _scales(values)
    ways: list[tuple[list[str], str]] = [([], "."), ([","], "."), (["."], ","), ([" "], ".")]
    for remove, decimal in (*ways, ([], ","), (marks, "."), (marks, ",")):
        if "," in remove and not bool(values.str.contains(r"\d,\d{3}(?:\D|$)").any()):
            continue
        if "." in remove and not bool(values.str.contains(r"\d\.\d{3}(?:,|$)").any()):
            continue
        for extra in ([], money, unit):
            scale = 0.01 if extra == ["%"] else 1.0
            tried = ParseNumbers(
                column=column,
                remove=[*extra, *remove],
                decimal=decimal,
                scale=scale,
                suffixes=scales,
            )
            if _reads(tried, values):
                return tried
    return None


def _scales(values: pd.Series) -> dict[str, float]:
    """Return what letters after numbers multiply them by; several sizes tell that they do."""
    found = set(values.str.extract(SCALED)[0].dropna().str.lower())
    return {letter: SCALES[letter] for letter in sorted(found)} if len(found) > 1 else {}


def _reads(tried: ParseNumbers, values: pd.Series) -> bool:
    if tried.parse(values.head(HEAD)).notna().mean() < MOST:
        return False
    return bool(tried.parse(values).notna().mean() >= NEARLY_ALL)


def dates_as_text(view: View) -> list[Group]:
    """Find text that fits one format of dates; an order that stays open is not recommended."""
    groups = []
    for column in view.texts():
        values = pd.Series(view.values(column).index, dtype="str").str.strip()
        fits = [form for form in DATE_FORMATS if column != view.target and _fits(values, form)]
        if fits:
            operation = ParseDates(column=column, format=fits[0])
            read = pd.to_datetime(values, format=fits[0], errors="coerce")
            others = [form for form in fits[1:] if not _same(values, fits[0], form)]
            groups.append(_typed(view, column, operation, read, "dates", doubt=others))
    return [group for group in groups if group is not None]


def _fits(values: pd.Series, form: str) -> bool:
    if form == "%Y%m%d" and not bool(values.str.fullmatch(r"(19|20)\d{6}").all()):
        return False
    head = values.head(50)
    if pd.to_datetime(head, format=form, errors="coerce").notna().mean() < NEARLY_ALL:
        return False
    return bool(pd.to_datetime(values, format=form, errors="coerce").notna().mean() >= NEARLY_ALL)


def _same(values: pd.Series, one: str, other: str) -> bool:
    first = pd.to_datetime(values, format=one, errors="coerce")
    return bool(first.equals(pd.to_datetime(values, format=other, errors="coerce")))


def truth_values_as_text(view: View) -> list[Group]:
    """Find columns of two words that mean true and false."""
    groups = []
    for column in view.texts():
        words = {str(value).strip().lower() for value in view.values(column).index}
        pair = next((pair for pair in TRUTH if words == set(pair)), None)
        if pair is not None and column != view.target:
            operation = ParseBooleans(column=column, true=pair[0], false=pair[1])
            read = pd.Series([True])
            groups.append(_typed(view, column, operation, read, "truth values"))
    return [group for group in groups if group is not None]


def _typed(
    view: View,
    column: str,
    operation: Operation,
    read: pd.Series,
    kind: str,
    doubt: list[str] | None = None,
) -> Group | None:
    share = float(read.notna().mean())
    evidence = f"{share:.1%} of the different values read as {kind}."
    if share < ALL:
        evidence += " The others would become missing."
    if doubt:
        evidence += f" Another order of day and month fits as well ({doubt[0]})."
    return propose_group(
        view.frame,
        [operation],
        group_id=f"type:{column}",
        title=f"Read {column} as {kind}",
        rule=f"Text that reads as {kind} is kept as {kind}.",
        evidence=evidence,
        facts={"share": share},
        recommended=share == ALL and not doubt,
    )
