"""Operation: the smallest change of a table, a fitted, serializable, pure function of a frame.

Groups of a Proposal carry operations; a Recipe is a list of them. An operation holds everything
it needs (a fill value, a mapping, a seed), so that replaying it on other rows never fits anything
again.
"""

import re
from collections.abc import Iterable
from typing import Any, ClassVar, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from ...errors import ToolError


class Operation(BaseModel):
    """One change of a table.

    A subclass is named for what it does, holds its parameters as fields, and implements `apply`
    and `sentence`. `apply` returns a new frame, leaves its argument alone and does the same to
    the same bytes every time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: ClassVar[Literal["keeps", "drops", "adds"]] = "keeps"
    """What it may do to the number of rows; held-out rows only see operations that keep them."""

    whole_table: ClassVar[bool] = False
    """True where a row's result depends on other rows, so that partitions cannot be split."""

    @classmethod
    def op(cls) -> str:
        """Return the name in recipes: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the changed frame.

        Raises:
            ToolError: the frame lacks a column this needs.
        """
        raise NotImplementedError

    def sentence(self) -> str:
        """Say in one plain sentence what this does, with its numbers."""
        raise NotImplementedError

    def written_code(self) -> str:
        """Return the code that a model wrote and that this runs; none by default."""
        return ""

    @model_serializer(mode="wrap")
    def _with_name(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"op": self.op(), **handler(self)}


def written_code(operations: Iterable[Operation]) -> list[str]:
    """Return the code that operations run, to be shown before anybody decides."""
    return list(dict.fromkeys(code for o in operations if (code := o.written_code())))


def with_columns(frame: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame:
    """Return the frame with columns set, whatever they are called: `assign` takes no "self"."""
    after = frame.copy(deep=False)
    for name, values in columns.items():
        after[name] = values
    return after


def need_columns(frame: pd.DataFrame, columns: list[str]) -> None:
    """Raise a ToolError that names every column of `columns` which the frame lacks."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        names = ", ".join(repr(name) for name in missing)
        raise ToolError(
            f"The table has no column {names}. Its columns are: {', '.join(map(str, frame))}."
        )
