"""Operation that writes times of day in one way."""

import re
from typing import Literal

import pandas as pd

from .base import Operation
from .texts import change_values

Style = Literal["h:mm a.m.", "h:mm am", "h:mm AM", "hh:mm"]

TIME = re.compile(
    r"(?<![\d:+\-])(\d{1,2}):(\d\d)(?::\d\d)?(?!\d)\s*(?:([ap])(?:\.?m\b\.?)?|(noon))?", re.I
)


def read_time(text: str, style: Style) -> str | None:
    """Return the one time of day a text holds, in a style; None if there is none or it is open.

    A time without "am" or "pm" is open between the two unless its hour exceeds 12, or the style
    is that of 24 hours.
    """
    found = TIME.search(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    hour, minute, half = int(found[1]), found[2], (found[3] or "").lower()
    if found[4] or (half == "p" and hour < 12):
        hour = hour % 12 + 12
    elif half == "a":
        hour %= 12
    elif not half and style != "hh:mm" and 0 < hour <= 12:
        return None
    if style == "hh:mm":
        return f"{hour:02d}:{minute}"
    words = {"h:mm a.m.": ("a.m.", "p.m."), "h:mm am": ("am", "pm"), "h:mm AM": ("AM", "PM")}
    return f"{hour % 12 or 12}:{minute} {words[style][hour >= 12]}"


class ReadTimes(Operation):
    """Write the times of day of a text column in one style; text without a time stays."""

    column: str
    style: Style

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the times rewritten; a column that is no text stays."""
        return change_values(frame, self.column, lambda text: read_time(text, self.style) or text)

    def sentence(self) -> str:
        """Say how times are written."""
        return f"Write the times of {self.column!r} as {self.style!r}."
