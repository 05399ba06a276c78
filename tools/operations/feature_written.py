"""Operation that adds a column by code that a model wrote, run in the sandbox."""

from typing import Any

import pandas as pd

from ...errors import ToolError
from ..sandbox import CodeFailed, run_code
from .feature_base import AddFeature, Floats, numbers


class AddWritten(AddFeature):
    """Adds a column by code; what its `fit` learned is kept, so that replaying fits nothing.

    The code sees the named columns only. It runs in the sandbox each time, and where none works it
    does not run.
    """

    columns: list[str]
    names: list[str] = []
    """What the code calls the columns, in their order, where it spells them otherwise."""
    reason: str
    code: str
    state: Any = None
    """What `fit` returned, as plain JSON; None where the code has no `fit`."""

    def inputs(self) -> list[str]:
        """Return the columns that the code reads."""
        return self.columns

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the new column.

        Raises:
            ToolError: the code fails on these rows, or no sandbox works.
        """
        try:
            made = run_code(self.code, called(frame, self.columns, self.names), self.state).frame
        except CodeFailed as error:
            raise CodeFailed(error.kind, f"The code of {self.name!r} failed: {error}") from error
        assert made is not None
        if made.shape[1] != 1:
            raise ToolError(f"The code of {self.name!r} returned {made.shape[1]} columns, not one.")
        return {self.name: numbers(made, made.columns[0])}

    def written_code(self) -> str:
        """Return the code that a model wrote."""
        return self.code

    def formula(self) -> str:
        """Return what the code is for, in the words of its author."""
        return f"by code from {', '.join(map(repr, self.columns))}: {self.reason}"


def called(frame: pd.DataFrame, columns: list[str], names: list[str]) -> pd.DataFrame:
    """Return the columns of a frame by the names that code calls them."""
    return frame[columns].set_axis(names or columns, axis=1)
