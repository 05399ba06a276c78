"""Operation that checks and repairs the cells of a column by code that a model wrote."""

from typing import Literal

import pandas as pd

from ..sandbox import CodeFailed, run_code
from .base import Operation
from .texts import change_text

TRANSFORM = """
def transform(frame):
    def judged(value):
        try:
            if valid(value):
                return True, None, None
            new = repair(value)
            good = isinstance(new, str) and new.strip() != "" and valid(new)
            return False, new if good else None, None
        except Exception as error:  # a cell that the code cannot judge stays as it is
            return True, None, repr(error)[:200]

    rows = [judged(value) for value in frame["value"]]
    made = pd.DataFrame(rows, columns=["valid", "repaired", "fault"])
    return made.astype({"valid": "bool", "repaired": "str", "fault": "str"})
"""


class RepairWritten(Operation):
    """Checks each cell of a text column by code, and repairs the cells that do not pass.

    The code runs in the sandbox over the distinct values each time, so that new rows are checked
    too; where no sandbox works it does not run. A repair counts only if it passes the check.
    """

    column: str
    meaning: str
    reason: str
    validator: str
    """Defines `valid(value)`: whether a text is what the column should hold."""
    repair: str = "def repair(value):\n    return None\n"
    """Defines `repair(value)`: the text as it should be, or None where that is not known."""
    does: Literal["repair", "blank"] = "repair"
    """Writes what can be repaired, or makes missing what cannot."""

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the column repaired; a column that is no text stays.

        Raises:
            ToolError: the code fails as a whole, or no sandbox works.
        """
        return change_text(frame, self.column, self._repaired)

    def _repaired(self, column: pd.Series) -> pd.Series:
        found = self.judge([str(text) for text in column.dropna().unique()])
        mended = found["repaired"].notna()
        writes = mended if self.does == "repair" else ~found["valid"] & ~mended
        new = found["repaired"].where(mended & writes)
        written = dict(zip(found.index[writes], new[writes], strict=True))
        changed = column.map(lambda text: written.get(text, text), na_action="ignore")
        return changed.astype(column.dtype)

    def judge(self, texts: list[str]) -> pd.DataFrame:
        """Return for each text `valid`, `repaired` (or missing), and `fault` where the code failed.

        Raises:
            ToolError: the code fails as a whole, or no sandbox works.
        """
        if not texts:
            return pd.DataFrame({"valid": [], "repaired": [], "fault": []}).astype({"valid": bool})
        try:
            cells = pd.DataFrame({"value": pd.Series(texts, dtype="str")})
            made = run_code(self.program(), cells, texts=True).frame
        except CodeFailed as error:
            raise CodeFailed(error.kind, f"The code for {self.column!r} failed: {error}") from error
        assert made is not None
        if list(made.columns) != ["valid", "repaired", "fault"] or made["valid"].dtype != bool:
            raise CodeFailed("refused", f"The code for {self.column!r} returned something else.")
        return made.astype({"repaired": "str", "fault": "str"}).set_axis(texts, axis=0)

    def program(self) -> str:
        """Return all of the code that runs."""
        return f"{self.validator}\n\n{self.repair}\n{TRANSFORM}"

    def written_code(self) -> str:
        """Return the code that a model wrote."""
        return f"{self.validator}\n\n{self.repair}"

    def sentence(self) -> str:
        """Say what is done by code, in the words of its author."""
        done = "repair" if self.does == "repair" else "make missing"
        return f"By code, {done} what in {self.column!r} is no {self.meaning}: {self.reason}"
