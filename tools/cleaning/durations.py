"""Durations of hours and minutes that are written in several ways."""

import re

from ..operations.writing import WriteDurations, read_minutes
from ..proposals import Group
from .base import View, fault

FEWEST_ROWS = 20
READ = 0.95
MINUTES = re.compile(r"\s*\d+(\s*m[a-z]*\.?)\s*", re.I)


def mixed_durations(view: View) -> list[Group]:
    """Find columns of durations in which some give hours, others minutes alone."""
    groups = []
    for column in view.texts():
        counts = view.values(column)
        if column == view.target or counts.sum() < FEWEST_ROWS:
            continue
        if read_minutes(str(counts.index[0])) is None:
            continue
        texts = [str(value) for value in counts.index]
        readable = [read_minutes(text) is not None for text in texts]
        ways = [found[1] for text in texts if (found := MINUTES.fullmatch(text))]
        if counts[readable].sum() < READ * counts.sum() or not 0 < len(ways) < sum(readable):
            continue
        groups += fault(
            view,
            [WriteDurations(column=column, after=max(sorted(set(ways)), key=ways.count))],
            group_id=f"durations:{column}",
            title=f"Write durations of {column} in minutes",
            rule="Durations in hours and minutes are written in minutes, as others of the column.",
            evidence=f"{sum(readable) - len(ways):,} of {len(texts):,} values give hours.",
            recommended=False,
        )
    return groups
