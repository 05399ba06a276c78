"""Folders of tables to measure on: one subfolder each, with table.parquet and meta.json."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ToolError


class TableMeta(BaseModel):
    """What `meta.json` says of a table."""

    model_config = ConfigDict(extra="ignore")

    target: str
    task: Literal["classification", "regression"]
    descriptions: dict[str, str] = {}


@dataclass(frozen=True)
class EvalTable:
    """One table to measure on; `descriptions` says what columns mean, where that is known."""

    name: str
    frame: pd.DataFrame
    target: str
    task: Literal["classification", "regression"]
    descriptions: dict[str, str]


def read_tables(folder: Path, limit: int | None = None) -> list[EvalTable]:
    """Return the tables of a folder in the order of their names, the first `limit` of them.

    A subfolder without table.parquet is passed over.

    Raises:
        ToolError: there is no table, or a meta.json is missing or does not fit.
    """
    found = sorted(path.parent for path in folder.glob("*/table.parquet"))
    if not found:
        raise ToolError(f"{folder} holds no tables: each subfolder needs table.parquet, meta.json.")
    return [read_table(path) for path in found[:limit]]


def read_table(folder: Path) -> EvalTable:
    """Return the table of one subfolder.

    Raises:
        ToolError: meta.json is missing or does not fit; the message says what.
    """
    meta = _read_meta(folder / "meta.json")
    frame = pd.read_parquet(folder / "table.parquet")
    if meta.target not in frame.columns:
        raise ToolError(f"{folder}: the table has no column {meta.target!r}, the target.")
    return EvalTable(folder.name, frame, meta.target, meta.task, meta.descriptions)


def _read_meta(file: Path) -> TableMeta:
    try:
        return TableMeta.model_validate(json.loads(file.read_text("utf-8")))
    except FileNotFoundError as error:
        raise ToolError(f"No {file}: it names the table's target and task.") from error
    except json.JSONDecodeError as error:
        raise ToolError(f"{file}: not JSON: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise ToolError(f"{file}: {field}: {first['msg']}.") from error
