"""Codes that are written with other separators or in another case than most of their column."""

import re

import pandas as pd

from ..operations.writing import WriteByMask, kinds
from ..proposals import Group
from .base import View, fault

FEWEST_ROWS = 30
MOST = 0.6
FEWEST_DIGITS = 4
LONGEST = 24


def mask(text: str) -> str:
    """Return the form of a code: 9 for a digit, A and a for letters, all else as it is."""
    return re.sub(r"[^\W\d_]", lambda m: "A" if m[0].isupper() else "a", re.sub(r"\d", "9", text))


def mixed_codes(view: View) -> list[Group]:
    """Find codes of a fixed form, such as phone numbers, that some cells write in another way."""
    groups = []
    for column in view.texts():
        counts = view.values(column)
        form = _usual(counts) if column != view.target else None
        if form is None:
            continue
        share, usual = form
        groups += fault(
            view,
            [WriteByMask(column=column, mask=usual)],
            group_id=f"code:{column}",
            title=f"Write codes of {column} as {usual}",
            rule="Codes of the same kinds of letters and digits are written as most of them are.",
            evidence=f"{share:.0%} of the values are written {usual!r} (9: digit, A, a: letter).",
            recommended=False,
        )
    return groups


def _usual(counts: pd.Series) -> tuple[float, str] | None:
    """Return the form of most of the codes and its share, None where there is no such form."""
    if counts.sum() < FEWEST_ROWS or len(str(counts.index[0])) > LONGEST:
        return None
    forms = pd.Series([mask(str(value)) for value in counts.index])
    rows = pd.Series(counts.to_numpy()).groupby(forms).sum().sort_values(ascending=False)
    usual, share = str(rows.index[0]), float(rows.iloc[0] / rows.sum())
    bare = "".join(sign for sign in usual if sign.isalnum())
    if not MOST <= share < 1 or usual.count("9") < FEWEST_DIGITS or _number_or_date(usual):
        return None
    # One of the letters or digits may never vary; what varies nowhere is no code.
    alike = [form for form in rows.index[1:] if _bare(str(form)) == kinds(bare)]
    return (share, usual) if alike else None


def _bare(form: str) -> str:
    return kinds("".join(sign for sign in form if sign.isalnum()))


def _number_or_date(form: str) -> bool:
    """Tell whether a form may be that of a number, or of a date or time: their parts have sizes."""
    number = re.fullmatch(r"[-+]?9+(?:[.,]9+)*%?", form)
    date = re.fullmatch(r"(?:9999([-/. ])99\1?99|99([-/. ])99\2(?:99)?99)(?:[T ]99:99.*)?", form)
    return bool(number or date or re.search(r"99?:99", form))
