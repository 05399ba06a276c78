"""The feature families, as a visible list. To add one: write its file, add its line, its test."""

from . import aggregates, arithmetic, categories, dates, linear, missing, numeric
from .base import Candidate, Columns, Family, Training

FAMILIES: tuple[Family, ...] = (
    dates.FAMILY,
    categories.FAMILY,
    numeric.FAMILY,
    numeric.ROW_FAMILY,
    arithmetic.FAMILY,
    aggregates.FAMILY,
    missing.FAMILY,
    missing.TEXT_FAMILY,
    linear.FAMILY,
)


def all_candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return the candidates of every family whose new columns the frame does not have yet."""
    taken = {str(column) for column in training.frame.columns}
    found = [c for family in FAMILIES for c in family.candidates(training, columns)]
    return [candidate for candidate in found if candidate.title not in taken]
