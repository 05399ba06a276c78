"""Operations with the rows of another table that were linked to this one's, kept as plain JSON."""

from typing import Any, ClassVar, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ...errors import ToolError
from .base import Operation
from .listed import keys_of

Kind = Literal["text", "number", "integer"]
TYPES: dict[Kind, str] = {"text": "str", "number": "float64", "integer": "Int64"}


class LinkedRow(BaseModel):
    """One row of this table, by the hash of its content, with what the other's row holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: int
    cells: list[Any]


class AddLinked(Operation):
    """Add columns with what the linked rows of another table hold; others get missing cells.

    Rows are found by their content, so that a replay on other rows links those that are the same.
    """

    table: str
    """What the other table is called."""
    columns: list[str] = Field(min_length=1, description="The columns that the hashes are of.")
    adds: dict[str, Kind] = Field(min_length=1, description="The new columns and their kinds.")
    links: list[LinkedRow] = Field(min_length=1)

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the columns.

        Raises:
            ToolError: the frame lacks a column, or has one of the new ones already.
        """
        taken = [name for name in self.adds if name in frame.columns]
        if taken:
            raise ToolError(f"The table already has a column {taken[0]!r}.")
        cells = {link.key: link.cells for link in self.links}
        none = [None] * len(self.adds)
        rows = [cells.get(key, none) for key in keys_of(frame, self.columns)]
        made = pd.DataFrame(rows, columns=list(self.adds), index=frame.index)
        types = {name: TYPES[kind] for name, kind in self.adds.items()}
        return pd.concat([frame, made.astype(types)], axis=1)

    def sentence(self) -> str:
        """Say how many rows get columns from where."""
        return (
            f"Add {', '.join(map(repr, self.adds))} of the rows of {self.table} that stand for the "
            f"same thing ({len(self.links):,} links)."
        )


class AppendRows(Operation):
    """Add rows of another table below, in the columns of this one."""

    rows: ClassVar[Literal["keeps", "drops", "adds"]] = "adds"
    whole_table: ClassVar[bool] = True
    table: str
    cells: list[dict[str, Any]] = Field(min_length=1, description="Cells by column, row by row.")

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the rows below; cells that they do not have are missing."""
        made = pd.DataFrame(self.cells).reindex(columns=frame.columns)
        for name in frame.columns:
            try:
                made[name] = made[name].astype(_with_gaps(frame[name], made[name]))
            except (TypeError, ValueError):  # it holds another kind of cells in the other table
                frame, made = (f.astype({name: "str"}) for f in (frame, made))
        gaps = {name: made[name].dtype for name in frame.columns}
        return pd.concat([frame.astype(gaps), made], ignore_index=True)

    def sentence(self) -> str:
        """Say how many rows come from where."""
        return f"Add {len(self.cells):,} rows of {self.table} that stand for other things."


def _with_gaps(column: pd.Series, added: pd.Series) -> Any:
    """Return the type of a column, one that has missing cells where the added rows have some."""
    if not added.isna().any() or column.dtype.kind not in "iub":
        return column.dtype
    return "boolean" if column.dtype.kind == "b" else "Int64"
