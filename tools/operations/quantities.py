"""Operation that reads numbers out of text with units written in several ways."""

import re

import numpy as np
import pandas as pd

from .base import Operation
from .texts import change_text
from .types import whole_if_all_are

NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*", re.DOTALL)
DIGITS = 12


class ReadQuantities(Operation):
    """Turn text of a number and its unit into numbers; the unit is taken out.

    Only the units listed (in lower case) are taken out: a cell of another form becomes missing.
    Numbers are rounded to 12 significant digits, which takes out the noise of binary fractions.
    """

    column: str
    units: list[str]

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with numbers in the column; a column that is no text stays."""
        return change_text(frame, self.column, self._numbers)

    def _numbers(self, texts: pd.Series) -> pd.Series:
        read = {text: self._read(str(text)) for text in texts.dropna().unique()}
        return whole_if_all_are(texts.map(read).astype("float64"))

    def _read(self, text: str) -> float:
        number, unit = split_quantity(text)
        if number is None or unit.lower() not in self.units:
            return np.nan
        return float(f"{number:.{DIGITS}g}")

    def sentence(self) -> str:
        """Say which units are taken out."""
        units = ", ".join(repr(unit) for unit in self.units if unit)
        return f"Read {self.column!r} as numbers without the units {units}."


def split_quantity(text: str) -> tuple[float | None, str]:
    """Return the number a text begins with and what follows; no number where it has none."""
    found = NUMBER.fullmatch(text)
    return (float(found[1]), found[2]) if found else (None, text)
