"""Cleaners: each finds one kind of fault and proposes its repair.

To add one: write its file, add its line here in the order in which they look, add its test.
"""

from .abbreviations import abbreviated_values
from .base import Cleaner
from .clock import mixed_times
from .codes import letter_codes, lost_zeros
from .columns import constant_columns, identifier_columns
from .dates import mixed_dates, open_dates
from .disguised import disguised_missing_values
from .duplicates import duplicate_rows
from .durations import mixed_durations
from .encoding import damaged_text
from .fusion import conflicting_sources
from .known import known_elsewhere
from .masks import mixed_codes
from .merged import swallowed_values
from .missing import missing_target, missing_values
from .numbers import mixed_numbers
from .personal import personal_data
from .shapes import odd_forms
from .spellings import misspelled_words
from .swapped import swapped_values
from .text import case_variants, stray_spaces
from .truth import mixed_truth_values
from .types import dates_as_text, numbers_as_text, truth_values_as_text
from .typos import misspelled_values
from .units import mixed_units

CLEANERS: tuple[Cleaner, ...] = (
    stray_spaces,
    damaged_text,
    disguised_missing_values,
    case_variants,
    swallowed_values,
    swapped_values,
    conflicting_sources,
    misspelled_values,
    known_elsewhere,
    mixed_times,
    mixed_durations,
    mixed_units,
    mixed_numbers,
    mixed_truth_values,
    mixed_codes,
    lost_zeros,
    abbreviated_values,
    letter_codes,
    mixed_dates,
    open_dates,
    misspelled_words,
    odd_forms,
    numbers_as_text,
    dates_as_text,
    truth_values_as_text,
    duplicate_rows,  # before identifiers go, which tell rows apart
    missing_values,
    constant_columns,
    identifier_columns,
    missing_target,
    personal_data,
)

WHOLE: frozenset[Cleaner] = frozenset(
    {duplicate_rows, missing_values, constant_columns, identifier_columns, missing_target}
)
"""Cleaners to which a sample of the rows says nothing of the table."""
