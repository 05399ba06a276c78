"""Contract: what the prepared table keeps, as a pandera schema that replaying must keep too."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api import types

from ..errors import ToolError

if TYPE_CHECKING:
    import pandera.pandas as pa

NAME = "contract.json"
MOST_VALUES = 20
ROWS_PER_VALUE = 20
FEWEST_ROWS = 50
TOLD = 5


def infer_contract(frame: pd.DataFrame) -> "pa.DataFrameSchema":
    """Return the schema that a table keeps and that rows of the same kind are likely to keep.

    A column keeps its type; it has no missing cell where none is missing, no repeated value where
    it numbers or names the rows, only the known values where these are few and seen often,
    and other numbers only within the range seen, widened by its own width on both sides and never
    beyond 0. Tables of fewer than 50 rows tell the types only.
    """
    import pandera.pandas as pa

    columns = {str(name): _column(frame[name]) for name in frame.columns}
    return pa.DataFrameSchema(columns, strict=True)


def _column(values: pd.Series) -> "pa.Column":
    import pandera.pandas as pa

    if len(values) < FEWEST_ROWS:
        return pa.Column(str(values.dtype), nullable=True)
    hashable = not types.is_object_dtype(values.dtype)
    unique = hashable and not types.is_float_dtype(values.dtype) and bool(values.is_unique)
    return pa.Column(
        str(values.dtype),
        # New rows get new numbers: a range of those that name rows would refuse them.
        checks=_checks(values) if hashable and not unique else [],
        nullable=bool(values.isna().any()),
        unique=unique,
    )


def _checks(values: pd.Series) -> list["pa.Check"]:
    import pandera.pandas as pa

    present = values.dropna()
    if present.empty or types.is_bool_dtype(values.dtype):
        return []
    if types.is_numeric_dtype(values.dtype):
        low, high = float(present.min()), float(present.max())
        least = max(low - (high - low), 0.0) if low >= 0 else low - (high - low)
        return [pa.Check.in_range(least, high + (high - low))]
    if types.is_string_dtype(values.dtype):
        counts = present.value_counts()
        if len(counts) <= MOST_VALUES and int(counts.iloc[-1]) >= ROWS_PER_VALUE:
            return [pa.Check.isin(sorted(map(str, counts.index)))]
    return []


def write_contract(frame: pd.DataFrame, path: Path) -> None:
    """Write the contract of a table as pandera's JSON."""
    schema = json.loads(infer_contract(frame).to_json())
    # pandera writes its shorthand of a type; the table's own name is what replaying compares with.
    for name, column in schema["columns"].items():
        column["dtype"] = str(frame[name].dtype)
    path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_contract(path: Path) -> "pa.DataFrameSchema":
    """Read a contract.

    Raises:
        ToolError: the file is no contract.
    """
    import pandera.pandas as pa

    try:
        data = json.loads(path.read_text("utf-8"))
        columns = {name: _read_column(found) for name, found in data["columns"].items()}
        return pa.DataFrameSchema(columns, strict=bool(data.get("strict", True)))
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ToolError(f"{path} is not a contract: {error}.") from error


def _read_column(found: dict[str, Any]) -> "pa.Column":
    import pandera.pandas as pa

    checks = []
    if "in_range" in found:
        bounds = found["in_range"]
        checks.append(pa.Check.in_range(bounds["min_value"], bounds["max_value"]))
    if "isin" in found:
        checks.append(pa.Check.isin(found["isin"]))
    return pa.Column(
        found["dtype"],
        checks=checks,
        nullable=bool(found.get("nullable", False)),
        unique=bool(found.get("unique", False)),
    )


def check_contract(frame: pd.DataFrame, path: Path) -> None:
    """Hold a table to a contract.

    Raises:
        ToolError: the table breaks it; the message tells column, rule, number and first cells.
    """
    import pandera.pandas as pa

    try:
        read_contract(path).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as broken:
        faults = _faults(broken.failure_cases, frame)
        raise ToolError(
            f"The result breaks the contract {path}: {'; '.join(faults)}. "
            "Mend the rows, or change the contract where it asks too much."
        ) from None


def _faults(failures: pd.DataFrame, frame: pd.DataFrame) -> list[str]:
    """Return one sentence for each column and rule."""
    faults = []
    for (column, check), group in failures.groupby(
        [failures["column"].fillna(""), "check"], sort=True
    ):
        rule, cells = str(check), group["failure_case"]
        shown = ", ".join(dict.fromkeys(str(cell) for cell in cells.head(TOLD)))
        if rule == "column_in_dataframe":
            faults.append(f"the column {shown} is missing")
        elif rule == "column_in_schema":
            faults.append(f"the column {shown} is new")
        elif rule.startswith("dtype"):
            faults.append(f"{column} is {frame[column].dtype} and not {rule[7:-2]}")
        elif rule == "not_nullable":
            faults.append(f"{column} has {len(group):,} missing cells")
        elif rule == "field_uniqueness":
            faults.append(f"{column} repeats values ({shown})")
        else:
            faults.append(f"{column}: {len(group):,} cells break {rule} ({shown})")
    return faults
