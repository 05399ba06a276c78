"""Operations that drop rows."""

from typing import ClassVar, Literal

import pandas as pd

from .base import Operation, need_columns


class DropDuplicateRows(Operation):
    """Keep the first of the rows that are equal in every column."""

    rows: ClassVar[Literal["keeps", "drops", "adds"]] = "drops"
    whole_table: ClassVar[bool] = True

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame without later copies of a row."""
        return frame.drop_duplicates(ignore_index=True)

    def sentence(self) -> str:
        """Say what is dropped."""
        return "Drop rows that repeat an earlier row in every column."


class DropRowsMissing(Operation):
    """Drop the rows in which a column is missing."""

    rows: ClassVar[Literal["keeps", "drops", "adds"]] = "drops"
    column: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows where the column has a value."""
        need_columns(frame, [self.column])
        return frame[frame[self.column].notna()].reset_index(drop=True)

    def sentence(self) -> str:
        """Say which rows are dropped."""
        return f"Drop rows where {self.column!r} is missing."
