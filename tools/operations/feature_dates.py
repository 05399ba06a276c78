"""Operations that add what a date holds: calendar parts, cycles and distances."""

from typing import Literal

import numpy as np
import pandas as pd

from .feature_base import AddFeature, Floats, days, moments

Part = Literal[
    "days",
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "weekday",
    "hour",
    "minute",
    "day_of_year",
    "is_weekend",
    "is_month_end",
]

CYCLES: dict[str, float] = {"month": 12, "weekday": 7, "hour": 24, "day_of_year": 365.25}


class AddDatePart(AddFeature):
    """Add a calendar part of a date, as a number or as a point on its circle (sine, cosine)."""

    column: str
    part: Part
    cycle: bool = False

    def inputs(self) -> list[str]:
        """Return the date's column."""
        return [self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the part; missing where the date is."""
        values = _part(frame, self.column, self.part)
        if not self.cycle:
            return {self.name: values}
        angle = 2 * np.pi * values / CYCLES[self.part]
        return {f"{self.name}_sin": np.sin(angle), f"{self.name}_cos": np.cos(angle)}

    def formula(self) -> str:
        """Say which part of which column."""
        if self.part == "days":
            return f"days from 1970-01-01 to {self.column!r}"
        words = f"the {self.part.replace('_', ' ')} of {self.column!r}"
        return f"sine and cosine of {words} on its cycle" if self.cycle else words


class AddDaysBetween(AddFeature):
    """Add the days from one date to another."""

    start: str
    end: str

    def inputs(self) -> list[str]:
        """Return both dates' columns."""
        return [self.start, self.end]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return days, with fractions; missing where a date is."""
        return {self.name: days(frame, self.end) - days(frame, self.start)}

    def formula(self) -> str:
        """Say which dates."""
        return f"days from {self.start!r} to {self.end!r}"


def _part(frame: pd.DataFrame, column: str, part: Part) -> Floats:
    if part == "days":
        return days(frame, column)
    found = moments(frame, column)
    if part == "is_weekend":
        values = (found.dt.day_of_week >= 5).astype("float64")
    elif part == "week":
        values = found.dt.isocalendar().week.astype("float64")
    else:
        name = "day_of_week" if part == "weekday" else part
        values = getattr(found.dt, name).astype("float64")
    return np.asarray(values.where(found.notna()).to_numpy(dtype="float64", na_value=np.nan))
