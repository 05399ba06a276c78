"""Tables in JSON: records, columns, an object that wraps either, and JSON lines."""

import json
from typing import Any

import pandas as pd

from ...errors import ToolError
from .cells import typed

_SHAPES = 'a list of records, an object of columns, or {"data": [records]}'


def read_json(text: str, name: str) -> pd.DataFrame:
    """Read a JSON table: records, columns, or an object with one list of records in it.

    Raises:
        ToolError: it is not JSON, or holds no table.
    """
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ToolError(f"{name} is not valid JSON ({error}); mend it or give CSV.") from error
    return _frame(data, name)


def read_json_lines(text: str, name: str) -> pd.DataFrame:
    """Read one JSON object a line; blank lines are passed over.

    Raises:
        ToolError: a line is not a JSON object; the message names it.
    """
    records = []
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ToolError(f"{name}, line {number}: not JSON ({error}).") from error
        if not isinstance(record, dict):
            raise ToolError(f"{name}, line {number}: give one JSON object a line.")
        records.append(record)
    return _records(records)


def _frame(data: Any, name: str) -> pd.DataFrame:
    if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        return _records(data)
    if isinstance(data, list) and len(data) > 1 and _is_grid(data):
        return _records([dict(zip(data[0], row, strict=False)) for row in data[1:]])
    if isinstance(data, dict):
        columns = _columns(data)
        if columns is not None:
            return columns
        inner = _only_table(data)
        if inner is not None:
            return _frame(inner, name)
    raise ToolError(f"{name} holds JSON but no table; give {_SHAPES}.")


def _only_table(data: dict[str, Any]) -> Any:
    """Return the table that an object wraps: the one called data, else the only list of records."""
    if isinstance(data.get("data"), list | dict):
        return data["data"]
    lists = [v for v in data.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    return lists[0] if len(lists) == 1 else None


def _columns(data: dict[str, Any]) -> pd.DataFrame | None:
    """Read an object of columns: lists of one length, or objects with the same keys of rows."""
    values = list(data.values())
    plain = values and all(isinstance(v, list) for v in values)
    if plain and len({len(v) for v in values}) == 1:
        nested = len(values) == 1 and values[0] and isinstance(values[0][0], dict | list)
        return None if nested else typed(pd.DataFrame(data, dtype=object))
    if values and all(isinstance(v, dict) for v in values):
        rows = list(dict.fromkeys(key for column in values for key in column))
        cells = {name: [column.get(row) for row in rows] for name, column in data.items()}
        return typed(pd.DataFrame(cells, dtype=object))
    return None


def _is_grid(data: list[Any]) -> bool:
    return all(isinstance(row, list) for row in data) and all(isinstance(c, str) for c in data[0])


def _records(records: list[dict[str, Any]]) -> pd.DataFrame:
    names = list(dict.fromkeys(key for record in records for key in record))
    cells = {name: [record.get(name) for record in records] for name in names}
    return typed(pd.DataFrame(cells, dtype=object))
