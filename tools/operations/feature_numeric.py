"""Operations that add a number computed from numbers of the same row."""

from typing import Literal

import numpy as np
import pandas as pd

from ...errors import ToolError
from .feature_base import AddFeature, Floats, numbers

Curve = Literal["log", "sqrt", "square"]
Pairing = Literal["ratio", "difference", "product", "sum", "smaller", "larger"]
Tripling = Literal["product", "sum", "rate", "margin", "share", "density"]
RowStatistic = Literal["sum", "mean", "spread", "smallest", "largest", "zeros"]

_PAIR_WORDS: dict[Pairing, str] = {
    "ratio": "{} divided by {}",
    "difference": "{} less {}",
    "product": "{} times {}",
    "sum": "{} plus {}",
    "smaller": "the smaller of {} and {}",
    "larger": "the larger of {} and {}",
}

_TRIPLE_WORDS: dict[Tripling, str] = {
    "product": "{} times {} times {}",
    "sum": "{} plus {} plus {}",
    "rate": "{} times {}, divided by {}",
    "margin": "{} less {}, divided by {}",
    "share": "{} plus {}, divided by {}",
    "density": "{} divided by {}, divided by {}",
}


class AddCurve(AddFeature):
    """Add a number bent by a curve that keeps its sign."""

    column: str
    curve: Curve

    def inputs(self) -> list[str]:
        """Return the number's column."""
        return [self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the bent number; missing stays missing."""
        found = numbers(frame, self.column)
        size = np.abs(found)
        bent = {"log": np.log1p, "sqrt": np.sqrt, "square": np.square}[self.curve](size)
        return {self.name: np.sign(found) * bent}

    def formula(self) -> str:
        """Say which curve of which column."""
        words = {"log": "logarithm of 1 plus", "sqrt": "square root of", "square": "square of"}
        return f"{words[self.curve]} {self.column!r}, keeping the sign"


class AddBin(AddFeature):
    """Add the number of the interval that a value falls into; the edges were fitted once."""

    column: str
    edges: list[float]

    def inputs(self) -> list[str]:
        """Return the number's column."""
        return [self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the interval from 0; missing stays missing."""
        found = numbers(frame, self.column)
        place = np.searchsorted(np.array(self.edges), found, side="right").astype("float64")
        return {self.name: np.where(np.isnan(found), np.nan, place)}

    def formula(self) -> str:
        """Say how many intervals."""
        return f"{self.column!r} in {len(self.edges) + 1} intervals of equally many training rows"


class AddPair(AddFeature):
    """Add a ratio, difference, product or sum of two numbers."""

    left: str
    right: str
    how: Pairing

    def inputs(self) -> list[str]:
        """Return both columns."""
        return [self.left, self.right]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the result; missing where a number is, or where it would divide by zero."""
        left, right = numbers(frame, self.left), numbers(frame, self.right)
        return {self.name: combine(left, right, self.how)}

    def formula(self) -> str:
        """Say what is done with which columns."""
        return _PAIR_WORDS[self.how].format(repr(self.left), repr(self.right))


class AddTriple(AddFeature):
    """Add a number computed from three others, such as a volume or a rate."""

    first: str
    second: str
    third: str
    how: Tripling

    def inputs(self) -> list[str]:
        """Return the three columns."""
        return [self.first, self.second, self.third]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the result; missing where a number is, or where it would divide by zero."""
        first, second, third = (numbers(frame, column) for column in self.inputs())
        inner: dict[Tripling, Pairing] = {
            "margin": "difference",
            "share": "sum",
            "sum": "sum",
            "density": "ratio",
        }
        outer: dict[Tripling, Pairing] = {"product": "product", "sum": "sum"}
        pair = combine(first, second, inner.get(self.how, "product"))
        return {self.name: combine(pair, third, outer.get(self.how, "ratio"))}

    def formula(self) -> str:
        """Say what is done with which columns."""
        return _TRIPLE_WORDS[self.how].format(*map(repr, self.inputs()))


class AddCenteredProduct(AddFeature):
    """Add the product of two numbers less their middles: its sign says whether they agree."""

    left: str
    right: str
    left_middle: float
    right_middle: float

    def inputs(self) -> list[str]:
        """Return both columns."""
        return [self.left, self.right]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the product; missing where a number is."""
        left = numbers(frame, self.left) - self.left_middle
        right = numbers(frame, self.right) - self.right_middle
        return {self.name: combine(left, right, "product")}

    def formula(self) -> str:
        """Say what is multiplied."""
        return (
            f"({self.left!r} less {self.left_middle:g}) times "
            f"({self.right!r} less {self.right_middle:g})"
        )


class AddRemainder(AddFeature):
    """Add what is left of a number, or of the sum of two, after division by a whole number."""

    columns: list[str]
    divisor: float

    def inputs(self) -> list[str]:
        """Return the columns that are summed."""
        return self.columns

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the remainder, from 0 to below the divisor; missing where a number is."""
        total = sum((numbers(frame, column) for column in self.columns), start=np.zeros(len(frame)))
        with np.errstate(invalid="ignore"):
            # Rounded, so that 0.1 + 0.2 leaves what 0.3 does.
            left: Floats = np.mod(total, self.divisor)
            return {self.name: np.round(left, 9)}

    def formula(self) -> str:
        """Say what is divided by what."""
        total = " plus ".join(repr(column) for column in self.columns)
        return f"what is left of {total} after division by {self.divisor:g}"


class AddRowStatistic(AddFeature):
    """Add a statistic over several numbers of the same row."""

    columns: list[str]
    statistic: RowStatistic

    def inputs(self) -> list[str]:
        """Return the columns."""
        return self.columns

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the statistic of the numbers that are there; missing where none is."""
        values = np.column_stack([numbers(frame, column) for column in self.columns])
        there = ~np.isnan(values)
        count = there.sum(axis=1)
        filled = np.where(there, values, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = filled.sum(axis=1) / count
            spread = np.sqrt(
                (np.where(there, values - mean[:, None], 0.0) ** 2).sum(axis=1) / count
            )
        found = {
            "sum": filled.sum(axis=1),
            "mean": mean,
            "spread": spread,
            "smallest": np.where(there, values, np.inf).min(axis=1),
            "largest": np.where(there, values, -np.inf).max(axis=1),
            "zeros": (there & (values == 0)).sum(axis=1).astype("float64"),
        }[self.statistic]
        return {self.name: np.where(count == 0, np.nan, found)}

    def formula(self) -> str:
        """Say which statistic of which columns."""
        words = "number of zeros" if self.statistic == "zeros" else self.statistic
        return f"{words} over {', '.join(repr(column) for column in self.columns)}"


def combine(left: Floats, right: Floats, how: Pairing) -> Floats:
    """Return two columns combined, row by row; what is not finite is missing."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if how == "ratio":
            found = left / right
        elif how == "difference":
            found = left - right
        elif how == "product":
            found = left * right
        elif how == "sum":
            found = left + right
        elif how in ("smaller", "larger"):
            found = np.minimum(left, right) if how == "smaller" else np.maximum(left, right)
        else:
            raise ToolError(f"No way {how!r} of combining two numbers.")
    return np.where(np.isfinite(found), found, np.nan)
