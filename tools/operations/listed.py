"""Operations on rows that are listed by their content, so that they are found again anywhere."""

from typing import ClassVar, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from .base import Operation, need_columns, with_columns


def keys_of(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return one hash for each row over some columns, whatever the types of their cells."""
    from ..synthesis.generate import row_keys

    need_columns(frame, columns)
    return row_keys(frame[columns])


class DropListed(Operation):
    """Drop the rows that are listed by the hash of their content."""

    rows: ClassVar[Literal["keeps", "drops", "adds"]] = "drops"
    columns: list[str] = Field(min_length=1, description="The columns that the hashes are of.")
    keys: list[int] = Field(min_length=1, description="Hashes of the rows to drop.")
    reason: str = Field(description="What they are, such as 'copies of other rows'.")

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that are not listed.

        Raises:
            ToolError: the frame lacks a column.
        """
        gone = keys_of(frame, self.columns).isin(self.keys)
        return frame[~gone.to_numpy()].reset_index(drop=True)

    def sentence(self) -> str:
        """Say how many rows go, and why."""
        return f"Drop {len(self.keys):,} listed rows: {self.reason}."


class Relabeled(BaseModel):
    """One row that gets another label: the hash of its other columns, and both labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: int
    given: str
    suggested: str


class Relabel(Operation):
    """Give listed rows another label, where they still have the one they had."""

    column: str
    columns: list[str] = Field(min_length=1, description="The columns that the hashes are of.")
    labels: list[Relabeled] = Field(min_length=1)

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the labels set.

        Raises:
            ToolError: the frame lacks a column.
        """
        need_columns(frame, [self.column])
        known = {str(value): value for value in frame[self.column].dropna().unique()}
        wanted = {(label.key, label.given): label.suggested for label in self.labels}
        keys = keys_of(frame, self.columns)
        given = frame[self.column].astype(object).map(str, na_action="ignore")
        new = [wanted.get(pair) for pair in zip(keys, given, strict=True)]
        # A label that no row of this frame has yet is set as text.
        column = frame[self.column].astype(object)
        for place, label in enumerate(new):
            if label is not None:
                column.iloc[place] = known.get(label, label)
        if all(label is None or label in known for label in new):
            column = column.astype(frame[self.column].dtype)
        return with_columns(frame, {self.column: column})

    def sentence(self) -> str:
        """Say how many rows get another label."""
        return f"Change the label {self.column!r} of {len(self.labels):,} listed rows."
