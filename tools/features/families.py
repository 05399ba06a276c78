"""The feature families, as visible lists. To add one: write its file, add its line, its test."""

from . import (
    aggregates,
    arithmetic,
    categories,
    dates,
    interactions,
    linear,
    missing,
    names,
    numeric,
    texts,
)
from .base import Candidate, Columns, Family, Training

SUMS: tuple[Family, ...] = (linear.FAMILY, linear.EFFECTS)
"""Families of few candidates, which need a long run to show what they are worth: all are tried."""
SCREENED: tuple[Family, ...] = (
    dates.FAMILY,
    categories.FAMILY,
    numeric.FAMILY,
    numeric.ROW_FAMILY,
    arithmetic.FAMILY,
    interactions.FAMILY,
    names.FAMILY,
    aggregates.FAMILY,
    missing.FAMILY,
    texts.FAMILY,
)
FAMILIES = SCREENED + SUMS


def all_candidates(
    training: Training, columns: Columns, families: tuple[Family, ...] = FAMILIES
) -> list[Candidate]:
    """Return the candidates of the families whose new columns the frame does not have yet."""
    taken = {str(column) for column in training.frame.columns}
    found: dict[str, Candidate] = {}
    for family in families:
        for candidate in family.candidates(training, columns):
            if candidate.title not in taken:
                found.setdefault(candidate.title, candidate)
    return list(found.values())
