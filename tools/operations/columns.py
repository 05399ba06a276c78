"""Operations on whole columns."""

import pandas as pd

from .base import Operation, need_columns


class DropColumn(Operation):
    """Drop a column."""

    column: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame without the column."""
        need_columns(frame, [self.column])
        return frame.drop(columns=[self.column])

    def sentence(self) -> str:
        """Say which column is dropped."""
        return f"Drop {self.column!r}."
