"""Operations that add what a date holds: calendar parts, cycles and distances."""

from typing import Literal

import numpy as np
import pandas as pd

from ...errors import ToolError
from .feature_base import AddFeature, Floats, numbers

Part = Literal["year", "month", "day", "weekday", "hour", "day_of_year", "is_weekend"]

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
        values = _part(frame[self.column], self.part)
        if not self.cycle:
            return {self.name: values}
        angle = 2 * np.pi * values / CYCLES[self.part]
        return {f"{self.name}_sin": np.sin(angle), f"{self.name}_cos": np.cos(angle)}

    def formula(self) -> str:
        """Say which part of which column."""
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
        return {self.name: numbers(frame, self.end) - numbers(frame, self.start)}

    def formula(self) -> str:
        """Say which dates."""
        return f"days from {self.start!r} to {self.end!r}"


def _part(series: pd.Series, part: Part) -> Floats:
    if not pd.api.types.is_datetime64_any_dtype(series.dtype):
        raise ToolError(f"The column {series.name!r} does not hold dates.")
    if part == "is_weekend":
        found = (series.dt.day_of_week >= 5).astype("float64").where(series.notna())
    else:
        name = "day_of_week" if part == "weekday" else part
        found = getattr(series.dt, name)
    return np.asarray(found.to_numpy(dtype="float64", na_value=np.nan))
