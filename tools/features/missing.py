"""Families of missing values and of text lengths."""

from ..operations.feature_missing import AddMissingCount, AddTextLength, Unit
from .base import Candidate, Columns, Family, Training, fixed

UNITS: tuple[Unit, ...] = (
    "characters",
    "words",
    "digits",
    "capitals",
)


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return a flag per column with missing values, and their number in a row."""
    known = columns.numbers + columns.dates + columns.categories + columns.texts
    gaps = [c for c in known if training.frame[c].isna().any()]
    found = [fixed(AddMissingCount(name=f"{c}_is_missing", columns=[c]), "missing") for c in gaps]
    if len(gaps) > 1:
        found.append(fixed(AddMissingCount(name="missing_in_row", columns=gaps), "missing"))
    return found


def text_candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return the length of each text in characters, words, digits and capitals."""
    return [
        fixed(AddTextLength(name=f"{c}_{unit}", column=c, unit=unit), "text")
        for c in columns.texts
        for unit in UNITS
    ]


FAMILY = Family("missing", "Which values are missing, and how many in a row.", candidates)
TEXT_FAMILY = Family("text", "Length of a text in characters, words, digits.", text_candidates)
