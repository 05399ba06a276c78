"""Operation that adds rows of text that a language model wrote."""

import json
from typing import Any, ClassVar, Literal

import pandas as pd
from pydantic import Field

from .base import Operation

PROVENANCE = "synthetic_provenance"


class AppendWrittenRows(Operation):
    """Add rows that were written before, with a column that marks them and one with their origin.

    The rows are kept here as they were approved, so that a replay asks no model and pays nothing.
    """

    rows: ClassVar[Literal["keeps", "drops", "adds"]] = "adds"
    whole_table: ClassVar[bool] = True
    written: list[dict[str, Any]] = Field(min_length=1, description="Cells by column, row by row.")
    provenance: list[dict[str, Any]] = Field(
        description="For each row the model, the hash of the prompt, and the rows it came from."
    )
    way: str = Field(description="How the rows were made, in words.")
    model: str = Field(default="", description="Who wrote them; empty where nobody did.")
    mark: str = Field(default="is_synthetic", description="Boolean column that marks the rows.")

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the rows below; cells they do not have are missing."""
        made = pd.DataFrame(self.written)
        made[PROVENANCE] = [json.dumps(p, ensure_ascii=False) for p in self.provenance]
        made[self.mark] = bool(self.model)
        before = frame.copy()
        if self.mark not in before.columns:
            before[self.mark] = False
        if PROVENANCE not in before.columns:
            before[PROVENANCE] = pd.Series([None] * len(before), dtype="str", index=before.index)
        columns = [*before.columns, *(c for c in made.columns if c not in before.columns)]
        gaps = _types_with_gaps(before, made)
        after = pd.concat([before.astype(gaps), made], ignore_index=True)[columns]
        return after.astype({**gaps, self.mark: bool})

    def sentence(self) -> str:
        """Say how many rows were added, and who wrote them."""
        by = f"written by {self.model}" if self.model else "taken from other datasets"
        marked = f", marked in {self.mark!r}" if self.model else ""
        return f"Add {len(self.written):,} rows {by} ({self.way}){marked}."


def _types_with_gaps(before: pd.DataFrame, made: pd.DataFrame) -> dict[str, str]:
    """Return types in which whole numbers and truth values stay so where the new rows have none."""
    return {
        str(name): "boolean" if pd.api.types.is_bool_dtype(before[name].dtype) else "Int64"
        for name in before.columns
        if name not in made.columns
        and before[name].dtype.kind in "iub"
        and not pd.api.types.is_extension_array_dtype(before[name].dtype)
    }
