"""Cleaners: each finds one kind of fault and proposes its repair.

To add one: write its file, add its line here in the order in which they look, add its test.
"""

from .base import Cleaner
from .columns import constant_columns, identifier_columns
from .disguised import disguised_missing_values
from .duplicates import duplicate_rows
from .missing import missing_target, missing_values
from .text import case_variants, stray_spaces
from .types import dates_as_text, numbers_as_text, truth_values_as_text

CLEANERS: tuple[Cleaner, ...] = (
    stray_spaces,
    disguised_missing_values,
    case_variants,
    numbers_as_text,
    dates_as_text,
    truth_values_as_text,
    duplicate_rows,  # before identifiers go, which tell rows apart
    missing_values,
    constant_columns,
    identifier_columns,
    missing_target,
)
