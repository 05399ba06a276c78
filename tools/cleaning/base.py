"""What a cleaner is given."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from pandas.api import types

from ..proposals import Group


@dataclass(frozen=True)
class View:
    """A frame to look at, and the column to be predicted."""

    frame: pd.DataFrame
    target: str | None = None

    def texts(self) -> list[str]:
        """Return the names of the text columns that hold anything."""
        frame = self.frame
        return [
            str(name)
            for name in frame.columns
            if types.is_string_dtype(frame[name].dtype) and bool(frame[name].notna().any())
        ]

    def values(self, column: str) -> pd.Series:
        """Return how often each value of a column occurs, the most frequent first."""
        return self.frame[column].value_counts()


Cleaner = Callable[[View], list[Group]]
"""Finds one kind of fault; its name in words says which."""
