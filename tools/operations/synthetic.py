"""Operation that adds synthetic rows."""

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from ...errors import ToolError
from ..synthesis.conditions import Condition
from ..synthesis.constraints import Constraint
from .base import Operation, need_columns, with_columns

MARK = "is_synthetic"


class AppendSyntheticRows(Operation):
    """Add rows that a generator makes after the real ones, and a column that marks them.

    Unlike other operations this one learns when it is applied: the generator is fitted on the
    real rows of the frame it is given, with the seed kept here. A replay on the source therefore
    gives the same bytes; a replay on other rows gives rows like those. Rows that an earlier
    operation marked as synthetic are kept but not learned from.
    """

    rows: ClassVar[Literal["keeps", "drops", "adds"]] = "adds"
    whole_table: ClassVar[bool] = True
    count: int = Field(ge=1, description="Rows to add.")
    seed: int = 0
    mode: Literal["fidelity", "private"] = "fidelity"
    method: Literal["cart", "copula", "smote"] = "cart"
    target: str | None = Field(default=None, description="Column that the others are made to fit.")
    where: list[Condition] = Field(default=[], description="Conditions that the new rows meet.")
    constraints: list[Constraint] = Field(default=[], description="Rules that they keep.")
    mark: str = Field(default="is_synthetic", description="Boolean column that marks the rows.")

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the new rows below and the mark as the last column."""
        from ..synthesis.generate import make_rows

        need_columns(frame, self._columns())
        made = make_rows(
            real_rows(frame, self.mark),
            self.count,
            seed=self.seed,
            mode=self.mode,
            target=self.target,
            method=self.method,
            where=self.where,
            constraints=self.constraints,
        )
        before = frame if self.mark in frame.columns else with_columns(frame, {self.mark: False})
        made[self.mark] = True
        return pd.concat([before, made[list(before.columns)]], ignore_index=True)

    def sentence(self) -> str:
        """Say how many rows are made and how."""
        asked = f" where {' and '.join(map(str, self.where))}" if self.where else ""
        how = f"{METHODS[self.method]}, {self.mode} mode, seed {self.seed}"
        return f"Add {self.count:,} synthetic rows{asked} ({how}), marked in {self.mark!r}."

    def _columns(self) -> list[str]:
        names = [self.target] if self.target else []
        names += [condition.column for condition in self.where]
        return names + [name for rule in self.constraints for name in rule.columns]


METHODS = {
    "cart": "sequential CART",
    "copula": "Gaussian copula",
    "smote": "SMOTE",
}


def free_mark(frame: pd.DataFrame) -> str:
    """Return a name for the mark: one that holds an earlier mark, or one that is free."""
    name, number = MARK, 2
    while name in frame.columns and not pd.api.types.is_bool_dtype(frame[name].dtype):
        name, number = f"{MARK}_{number}", number + 1
    return name


def real_rows(frame: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Return the rows not marked as synthetic, without the mark.

    Raises:
        ToolError: the column of that name does not hold true and false.
    """
    if mark not in frame.columns:
        return frame.reset_index(drop=True)
    if not pd.api.types.is_bool_dtype(frame[mark].dtype):
        raise ToolError(f"{mark!r} is not a mark of synthetic rows; choose another name.")
    return frame[~frame[mark].fillna(False).astype(bool)].drop(columns=mark).reset_index(drop=True)
