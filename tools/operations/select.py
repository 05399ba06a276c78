"""Operation that keeps chosen rows."""

from collections import Counter
from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from ...errors import ToolError
from .base import Operation


class KeepRows(Operation):
    """Keep the rows whose content has one of these hashes, in their order.

    Rows are known by content and not by number, so that on a part of the table the chosen rows of
    this part are kept.
    """

    rows: ClassVar[Literal["keeps", "drops", "adds"]] = "drops"
    whole_table: ClassVar[bool] = True
    kept: list[int] = Field(min_length=1, description="Hashes of the rows, one for each row.")
    method: str = Field(description="How they were chosen.")

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the chosen rows; of equal ones as many as were chosen.

        Raises:
            ToolError: the table holds none of them.
        """
        from ..synthesis.generate import row_keys

        keys = row_keys(frame)
        wanted = keys.map(Counter(self.kept)).fillna(0)
        chosen = frame[keys.groupby(keys).cumcount() < wanted].reset_index(drop=True)
        if chosen.empty and len(frame):
            raise ToolError("The table holds none of the rows that were chosen.")
        return chosen

    def sentence(self) -> str:
        """Say how many rows are kept and how they were chosen."""
        return f"Keep {len(self.kept):,} rows, chosen by the method {self.method!r}."
