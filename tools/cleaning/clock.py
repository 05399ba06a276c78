"""Times of day: how they are read, and columns in which they are written in several ways."""

import re

import numpy as np
import pandas as pd

from ..operations.times import ReadTimes, Style, read_time
from ..proposals import Group
from .base import View, fault

STYLES: dict[Style, re.Pattern[str]] = {
    "h:mm a.m.": re.compile(r"\d{1,2}:\d\d [ap]\.m\."),
    "h:mm am": re.compile(r"\d{1,2}:\d\d [ap]m"),
    "h:mm AM": re.compile(r"\d{1,2}:\d\d [AP]M"),
    "hh:mm": re.compile(r"\d\d:\d\d"),
}
MOST = 0.6
READABLE = 0.9


def time_style(values: pd.Series) -> Style | None:
    """Return the way in which most of a column's times of day are written, if most of it is such.

    Args:
        values: how often each value occurs.
    """
    texts = pd.Series(values.index, dtype="str")
    counts = values.to_numpy()
    for style, pattern in STYLES.items():
        if counts[texts.str.fullmatch(pattern).to_numpy(dtype=bool)].sum() >= MOST * counts.sum():
            readable = np.array([read_time(text, style) is not None for text in texts], dtype=bool)
            return style if counts[readable].sum() >= READABLE * counts.sum() else None
    return None


def mixed_times(view: View) -> list[Group]:
    """Find columns of times of day in which some are written in another way than most."""
    groups = []
    for column in view.texts():
        counts = view.values(column)
        style = time_style(counts)
        if style is None or column == view.target:
            continue
        groups += fault(
            view,
            [ReadTimes(column=column, style=style)],
            group_id=f"times:{column}",
            title=f"Write times of {column} in one way",
            rule="Times of day in a column are written as most are, without a date or note.",
            evidence=f"Most of the {len(counts):,} different values are written {style}.",
            recommended=False,
        )
    return groups
