"""Table: an immutable version of the data, kept on disk under the hash of its content."""

import hashlib
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from ..errors import ToolError
from .operations import AnyOperation


class Change(BaseModel):
    """What made a table from its parent: who proposed it, which rule, which operations."""

    model_config = ConfigDict(extra="forbid")

    tool: str
    group: str
    title: str
    rule: str
    evidence: str
    affected: int
    unit: str
    decided_by: str
    edited: bool = False
    operations: list[AnyOperation] = []


class Origin(BaseModel):
    """Where a first table came from."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    """"record" (a dataset of the catalog), "file", or "frame" (handed over in Python)."""
    name: str
    """Record id, file name, or a name the caller gave."""
    sha256: str | None = None
    """Hash of the file as it was read."""


class Table(BaseModel):
    """One version of the data. `data` is the sha256 of its Parquet bytes.

    `id` also covers parent and changes: the same bytes reached in two ways are two tables.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    data: str
    rows: int
    columns: list[str]
    parent: str | None = None
    changes: list[Change] = []
    origin: Origin | None = None


class TableStore:
    """Tables in a folder: `data/<sha256>.parquet` and `tables/<id>.json`, never overwritten."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("data", "tables"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def put(
        self,
        frame: pd.DataFrame,
        *,
        parent: Table | None = None,
        changes: list[Change] | None = None,
        origin: Origin | None = None,
    ) -> Table:
        """Keep a frame as a new version and return it; keeping the same one again is free.

        Raises:
            ToolError: the frame holds values that cannot be stored.
        """
        content = parquet_bytes(frame)
        data = hashlib.sha256(content).hexdigest()
        described: dict[str, Any] = {
            "data": data,
            "rows": len(frame),
            "columns": [str(c) for c in frame.columns],
            "parent": parent.id if parent else None,
            "changes": [change.model_dump(mode="json") for change in changes or []],
            "origin": origin.model_dump(mode="json") if origin else None,
        }
        key = json.dumps(described, sort_keys=True).encode()
        table = Table(id=hashlib.sha256(key).hexdigest()[:32], **described)
        write_once(self.folder / "data" / f"{data}.parquet", content)
        write_once(self._card(table.id), table.model_dump_json(indent=1).encode())
        return table

    def get(self, table_id: str) -> Table:
        """Return the table of that id.

        Raises:
            ToolError: the store has no such table.
        """
        card = self._card(table_id)
        if not card.is_file():
            raise ToolError(f"No table {table_id!r} in {self.folder}.")
        return Table.model_validate_json(card.read_bytes())

    def path(self, table: Table) -> Path:
        """Return the Parquet file of a table."""
        return self.folder / "data" / f"{table.data}.parquet"

    def frame(self, table: Table) -> pd.DataFrame:
        """Read a table."""
        return pd.read_parquet(self.path(table))

    def lineage(self, table: Table) -> list[Table]:
        """Return the table and all it came from, the first one first."""
        chain = [table]
        while chain[-1].parent:
            chain.append(self.get(chain[-1].parent))
        return chain[::-1]

    def _card(self, table_id: str) -> Path:
        return self.folder / "tables" / f"{table_id}.json"


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return the frame as Parquet, the same bytes for the same frame and library versions.

    Raises:
        ToolError: a column holds values that Parquet cannot keep.
    """
    buffer = io.BytesIO()
    try:
        frame.to_parquet(buffer, engine="pyarrow", index=False, compression="zstd")
    except (ValueError, TypeError, NotImplementedError) as error:  # what pyarrow's errors are
        raise ToolError(f"The table cannot be stored as Parquet: {error}") from error
    return buffer.getvalue()


def write_once(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; one that is there already stays."""
    if path.exists():
        return
    write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one move, so that a crash leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
