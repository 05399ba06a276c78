"""Values whose form no other value of the column has."""

import re

import pandas as pd

from ..operations.values import ReplaceValues
from ..proposals import Group
from .base import View, fault

FEWEST_ROWS = 50
USUAL = 0.02
"""Share of rows from which a form is one of the column's own."""

COVERED = 0.95
HEAD = 200
MOST_FORMS = 6
SLIPS, SLIP_SHARE = 3, 0.005
WORD = r"[^\W\d_]+"


def shape(text: str) -> str:
    """Return the form of a text: numbers as 9, runs of letters as a, all else as it is."""
    if re.fullmatch(r"[-+]?\d*[.,]?\d+(?:[eE][-+]?\d+)?", text):
        return "9"
    return re.sub(r"\d+(?:[.,]\d+)*", "9", re.sub(WORD, "a", text))


def odd_forms(view: View) -> list[Group]:
    """Find values of a form that is not among the few which the column is made of.

    Only columns in which digits or signs tell the form are looked at: words have none.
    """
    groups = []
    for column in view.texts():
        counts = view.values(column)
        if column == view.target or counts.sum() < FEWEST_ROWS or not _has_forms(counts):
            continue
        odd = _odd(counts)
        if not odd:
            continue
        cells = int(counts[odd].sum())
        usual = counts.drop(odd).index[0]
        groups += fault(
            view,
            [ReplaceValues(column=column, mapping=dict.fromkeys(odd))],
            group_id=f"form:{column}",
            title=f"Take values of {column} in an odd form as missing",
            rule=(
                "Where nearly all values have one of a few forms, one in another form was damaged. "
                "What it should be cannot be told, so it is taken as missing."
            ),
            evidence=f"{cells:,} of {counts.sum():,} cells have another form than {usual!r}.",
            recommended=False,
        )
    return groups


def _has_forms(counts: pd.Series) -> bool:
    """Tell from some values whether digits or signs can tell the form of most."""
    some = counts.index[:HEAD]
    return sum(bool(re.search(r"[^a ]", shape(str(value)))) for value in some) >= 0.5 * len(some)


def _odd(counts: pd.Series) -> list[str] | None:
    """Return the values of rare forms, None where the column has no few forms of its own."""
    texts = [str(value) for value in counts.index]
    forms = pd.Series([shape(text) for text in texts])
    rows = pd.Series(counts.to_numpy()).groupby(forms).sum() / counts.sum()
    usual = rows[rows >= USUAL]
    fixed = usual[[bool(re.search(r"[^a ]", form)) for form in usual.index]].sum()
    if not len(usual) or len(usual) > MOST_FORMS or usual.sum() < COVERED or fixed < 0.5:
        return None
    # A value that many rows hold is no slip, whatever its form.
    often = counts.to_numpy() > max(SLIPS, counts.sum() * SLIP_SHARE)
    rare = ~forms.isin(usual.index).to_numpy() & ~often
    return [text for text, is_rare in zip(texts, rare, strict=True) if is_rare]
