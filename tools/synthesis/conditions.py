"""Conditions that synthetic rows must meet: "churn = yes and age >= 18"."""

import re
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api import types
from pydantic import BaseModel, ConfigDict

from ...errors import ToolError
from .columns import texts

Relation = Literal["=", "!=", "<", "<=", ">", ">="]

_PART = re.compile(r"^\s*(?P<column>.+?)\s*(?P<relation>!=|<=|>=|==|=|<|>)\s*(?P<value>.+?)\s*$")
_MORE = re.compile(
    r"\b(?P<count>\d[\d,]*)\s+(?:more|additional|extra|further|synthetic)\s+(?:\w+\s+)?"
    r"(?:rows?|records?|examples?|samples?|cases|observations?|instances?)\b"
    r"(?:\s+(?:where|with|in which|for which)\s+(?P<where>[^.;?!\n]*?[=<>][^;?!\n]*?))?"
    r"(?=[;?!\n]|\.(?:\s|$)|$|,\s|\s+(?:in order|so that|to)\b)",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


class Condition(BaseModel):
    """One column compared with one value; the value is kept as it was written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    relation: Relation
    value: str

    def __str__(self) -> str:
        """Return the condition as it is written."""
        return f"{self.column} {self.relation} {self.value}"

    def met(self, frame: pd.DataFrame) -> pd.Series:
        """Return which rows meet it; a missing value never does.

        Raises:
            ToolError: the frame has no such column, or the value does not fit its kind.
        """
        if self.column not in frame.columns:
            names = ", ".join(map(str, frame.columns))
            raise ToolError(f"No column {self.column!r} for the condition; there are: {names}.")
        series = frame[self.column]
        if self.relation in ("=", "!=") and not _is_ordered(series):
            same = texts(series).astype(str).str.casefold() == self.value.casefold()
            return (same if self.relation == "=" else ~same) & series.notna()
        compared: pd.Series = _COMPARE[self.relation](series, self._like(series))
        return compared.fillna(False).astype(bool) & series.notna()

    def _like(self, series: pd.Series) -> Any:
        """Return the value as a number or date like those of the column."""
        try:
            if types.is_datetime64_any_dtype(series.dtype):
                zone = getattr(series.dtype, "tz", None)
                return pd.Timestamp(self.value, tz=zone)
            if types.is_timedelta64_dtype(series.dtype):
                return pd.Timedelta(self.value)
            if types.is_numeric_dtype(series.dtype):
                return float(self.value)
        except ValueError as error:
            raise ToolError(f"In {str(self)!r} the value does not fit the column.") from error
        raise ToolError(f"{self.column!r} holds words: only = and != can be asked of it.")


_COMPARE: dict[str, Any] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _is_ordered(series: pd.Series) -> bool:
    if types.is_bool_dtype(series.dtype):
        return False
    kinds = (types.is_numeric_dtype, types.is_datetime64_any_dtype, types.is_timedelta64_dtype)
    return any(kind(series.dtype) for kind in kinds)


def parse_conditions(words: str) -> list[Condition]:
    """Read conditions joined by "and", each a column, one of = != < <= > >=, and a value.

    Raises:
        ToolError: a part is not of that form.
    """
    conditions = []
    for part in _AND.split(words.strip()):
        match = _PART.match(part)
        if not match:
            raise ToolError(f"Not a condition: {part!r}. Write it like: churn = yes and age >= 18.")
        relation = "=" if match["relation"] == "==" else match["relation"]
        value = match["value"].strip("'\"")
        column = match["column"].strip("'\"`")
        conditions.append(
            Condition.model_validate({"column": column, "relation": relation, "value": value})
        )
    return conditions


def asked_for_more(words: str) -> tuple[int, str | None] | None:
    """Return how many more rows a demand asks for, and the conditions on them in its words.

    "500 more rows where churn = yes and region = north" asks for 500 with two conditions. None
    where it does not ask for more rows.
    """
    found = _MORE.search(words)
    if not found:
        return None
    count = int(found["count"].replace(",", ""))
    where = (found["where"] or "").strip()
    return (count, where or None) if count else None


def meeting(frame: pd.DataFrame, conditions: list[Condition]) -> pd.Series:
    """Return which rows meet all conditions."""
    mask = pd.Series(True, index=frame.index)
    for condition in conditions:
        mask &= condition.met(frame)
    return mask
