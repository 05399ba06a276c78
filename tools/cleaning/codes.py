"""Codes that lost zeros in front, or that are written in another case than the others."""

import pandas as pd

from ..operations.base import Operation
from ..operations.values import ReplaceValues
from ..operations.writing import PadZeros, WriteUpper
from ..proposals import Group
from .base import View, fault

FEWEST_ROWS = 50
DIGITS = 0.95
USUAL = 0.8
KNOWN = 0.5
SHORT = 2
"""How many zeros a code may have lost."""

LONGEST = 5
UPPER = 0.95


def lost_zeros(view: View) -> list[Group]:
    """Find codes of digits that are shorter than the others, which have zeros in front.

    Only where most of them, with their zeros, are codes that the column holds: a short code may
    be a code of its own.
    """
    groups = []
    for column in view.texts():
        counts = view.values(column)
        width = _width(counts) if column != view.target else None
        if width is None:
            continue
        groups += fault(
            view,
            [PadZeros(column=column, width=width)],
            group_id=f"zeros:{column}",
            title=f"Write codes of {column} with {width} digits",
            rule="A code of digits that lost the zeros in front is written as long as the others.",
            evidence=f"Most codes have {width} digits, some with zeros in front; with their zeros "
            "most of the shorter ones are codes of the column.",
            recommended=False,
        )
    return groups


def _width(counts: pd.Series) -> int | None:
    """Return the usual number of digits, None where shorter codes have not lost zeros."""
    texts = pd.Series(counts.index, dtype="str")
    digits = texts.str.fullmatch(r"\d+").to_numpy(dtype=bool)
    rows = pd.Series(counts.to_numpy())
    if counts.sum() < FEWEST_ROWS or rows[digits].sum() < DIGITS * counts.sum():
        return None
    lengths = texts.str.len()
    by_length = rows[digits].groupby(lengths[digits]).sum().sort_values(ascending=False)
    width = int(by_length.index[0])
    short = texts[digits & (lengths < width)]
    if by_length.iloc[0] < USUAL * counts.sum() or not len(short) or width <= SHORT:
        return None
    if (short.str.len() < width - SHORT).any() or (lengths[digits] > width).any():
        return None
    return width if short.str.zfill(width).isin(set(texts)).mean() >= KNOWN else None


def letter_codes(view: View) -> list[Group]:
    """Find short codes with lower-case letters in a column of upper-case codes.

    One in lower case throughout, or that is a code of the column in upper case, is written so; one
    of both cases that is none was damaged.
    """
    groups = []
    for column in view.texts():
        counts = view.values(column)
        longest = _longest(counts) if column != view.target else None
        if longest is None:
            continue
        codes = [str(v) for v in counts.index if len(str(v)) <= longest and str(v).isalnum()]
        other = [code for code in codes if code != code.upper()]
        known = {code: code.upper() for code in other if code.upper() in counts.index}
        odd = [code for code in other if not code.islower() and code not in known]
        groups += _upper(view, column, longest, known) + _damaged(view, column, odd)
    return groups


def _upper(view: View, column: str, longest: int, known: dict[str, str]) -> list[Group]:
    operations: list[Operation] = [WriteUpper(column=column, longest=longest)]
    if known:
        operations.append(ReplaceValues(column=column, mapping=dict(known)))
    return fault(
        view,
        operations,
        group_id=f"upper:{column}",
        title=f"Write codes of {column} in upper case",
        rule="Short codes are written in upper case where nearly all of their column are.",
        evidence=f"At least {UPPER:.0%} of the codes have no letter in lower case.",
        recommended=False,
    )


def _damaged(view: View, column: str, odd: list[str]) -> list[Group]:
    return fault(
        view,
        [ReplaceValues(column=column, mapping=dict.fromkeys(odd))] if odd else [],
        group_id=f"form-case:{column}",
        title=f"Take codes of {column} of both cases as missing",
        rule="Among codes in upper case, one with letters of both cases that is no code of the "
        "column was damaged. What it should be cannot be told, so it is taken as missing.",
        evidence=f"At least {UPPER:.0%} of the codes have no letter in lower case; {len(odd)} "
        "values have both.",
        recommended=False,
    )


def _longest(counts: pd.Series) -> int | None:
    """Return the usual length of a column's upper-case codes, None where it is made of others."""
    texts, rows = pd.Series(counts.index, dtype="str"), pd.Series(counts.to_numpy())
    codes = texts.str.fullmatch(rf"[^\W_]{{1,{LONGEST}}}").to_numpy(dtype=bool)
    letters = texts.str.contains(r"[^\W\d_]").to_numpy(dtype=bool) & codes
    if (
        rows.sum() < FEWEST_ROWS
        or rows[codes].sum() < UPPER * rows.sum()
        or rows[letters].sum() < 0.5 * rows.sum()
    ):
        return None
    upper = (texts == texts.str.upper()).to_numpy(dtype=bool)
    share = rows[letters & upper].sum() / rows[letters].sum()
    return int(texts[letters & upper].str.len().max()) if UPPER <= share < 1 else None
