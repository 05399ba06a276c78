"""The feature families, as a visible list. To add one: write its file, add its line, its test."""

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

FAMILIES: tuple[Family, ...] = (
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
    linear.FAMILY,
    linear.EFFECTS,
)


def all_candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return the candidates of every family whose new columns the frame does not have yet."""
    taken = {str(column) for column in training.frame.columns}
    found: dict[str, Candidate] = {}
    for family in FAMILIES:
        for candidate in family.candidates(training, columns):
            if candidate.title not in taken:
                found.setdefault(candidate.title, candidate)
    return list(found.values())
