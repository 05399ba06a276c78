"""Fetching the table of a live record: limits, archives, what was taken and its hash.

A download is data and nothing else: no code of it is run, and pickles are not read.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd

from ..errors import ToolError
from ..retrieval.live import source_of
from ..retrieval.live.base import LiveSource
from ..retrieval.live.client import Client
from ..retrieval.live.croissant import is_address
from ..retrieval.live.download import Download, Limits, TooLarge, check_download, downloaded
from ..retrieval.live.make import form_of, readable
from ..retrieval.live.ranged import RangeFile
from ..retrieval.records import DataFile, Record
from ..settings import Settings
from .files import read_content
from .reading.archive import is_archive, members, read_member
from .reading.binary import read_parquet_rows

Report = Callable[..., None]

_UNPACKS_TO = 10
"""How many times the byte limit a download may unpack to."""


@dataclass
class Fetched:
    """A table from the network.

    Attributes:
        frame: the rows.
        files: each file that was read: url, name, bytes, sha256, whether it was taken whole.
        notes: what is to be known of the table: left-out rows, the chosen file of an archive.
    """

    frame: pd.DataFrame
    files: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def fetch_table(record: Record, settings: Settings, report: Report) -> Fetched:
    """Fetch the table of a live record, at most as many rows and bytes as the settings allow.

    Raises:
        ToolError: it needs a permission, cannot be had, or is no table that can be read.
    """
    _need_access(record)
    source = source_of(record.source, record.native, settings)
    client = Client(settings)
    report(f"Asking {source.label} for the files of {record.title}")
    files = source.files(record, client)
    if not files:
        raise ToolError(f"{record.title} names no file that can be read here; see {record.url}")
    try:
        return _Fetcher(record, source, client, report).fetch(files)
    finally:
        client.close()


class _Fetcher:
    """The files of one record, read in order until there are enough rows."""

    def __init__(self, record: Record, source: LiveSource, client: Client, report: Report) -> None:
        self._record = record
        self._source = source
        self._client = client
        self._report = report
        self._limits = Limits(client.settings.load_max_bytes, client.settings.load_max_rows)
        self._files: list[dict[str, Any]] = []
        self._notes: list[str] = []

    def fetch(self, files: list[DataFile]) -> Fetched:
        frames: list[pd.DataFrame] = []
        for place, file in enumerate(files):
            frame, whole = self._read(file)
            _need_same_columns(frames, frame, file.name)
            frames.append(frame)
            rows = sum(map(len, frames))
            if not whole or rows >= self._limits.rows:
                left = place + 1 < len(files)
                if not whole or left or rows > self._limits.rows:
                    self._notes.append(self._part(min(rows, self._limits.rows)))
                break
        table = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
        return Fetched(table.head(self._limits.rows), self._files, self._notes)

    def _part(self, rows: int) -> str:
        return (
            f"These are the first {rows:,} rows of a larger table, not a sample of it; the limits "
            "are DATAQUARRY_LOAD_MAX_ROWS and DATAQUARRY_LOAD_MAX_BYTES."
        )

    def _read(self, file: DataFile) -> tuple[pd.DataFrame, bool]:
        if urlsplit(file.url).scheme == "file":
            return self._local(file)
        headers = self._source.headers if _same_host(file.url, self._source.url) else {}
        try:
            with downloaded(file, self._client, self._limits, self._report, headers) as got:
                self._report(f"Reading {file.name}")
                self._note(file, got)
                return self._table(file, got.path, got.complete)
        except TooLarge:
            if file.form != "parquet" or file.sha256 or file.md5:
                raise
            return self._rows_only(file, headers)

    def _rows_only(self, file: DataFile, headers: dict[str, str]) -> tuple[pd.DataFrame, bool]:
        """Read the first rows of a Parquet file that is too large to be taken whole."""
        import pyarrow as pa

        remote = RangeFile(file.url, self._client, self._limits.bytes, headers)
        frame, whole = read_parquet_rows(pa.PythonFile(remote), file.name, self._limits.rows)
        self._files.append(_account(file, remote.taken, None, False))
        return frame, whole

    def _local(self, file: DataFile) -> tuple[pd.DataFrame, bool]:
        """Read a file beside a Croissant document on this machine."""
        path = Path(unquote(urlsplit(file.url).path)).resolve()
        folder = Path(self._record.native).resolve().parent
        beside = not is_address(self._record.native) and path.is_relative_to(folder)
        if self._record.source != "croissant" or not beside:
            raise ToolError(f"{file.url} lies outside the folder of {self._record.id}.")
        if not path.is_file():
            raise ToolError(f"There is no file {path}, which {self._record.native} names.")
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        got = Download(path, path.stat().st_size, digest, complete=True)
        check_download(file, got)
        self._note(file, got)
        return self._table(file, path, True)

    def _note(self, file: DataFile, got: Download) -> None:
        self._files.append(_account(file, got.bytes, got.sha256, got.complete))

    def _table(self, file: DataFile, path: Path, complete: bool) -> tuple[pd.DataFrame, bool]:
        """Read what was downloaded."""
        with path.open("rb") as start:
            if start.read(4) == b"PAR1":
                return read_parquet_rows(path, file.name, self._limits.rows)
        content = path.read_bytes()
        if not complete:
            content = _whole_lines(content)
        most = _UNPACKS_TO * self._limits.bytes
        name = file.name
        if is_archive(content):
            name, content = self._member(file, content, most)
        return self._rows(name, content, most, complete)

    def _rows(
        self, name: str, content: bytes, most: int, complete: bool
    ) -> tuple[pd.DataFrame, bool]:
        frame = read_content(content, name, most)
        return frame.head(self._limits.rows), complete and len(frame) <= self._limits.rows

    def _member(self, file: DataFile, content: bytes, most: int) -> tuple[str, bytes]:
        """Return the name and the bytes of the table in an archive."""
        found = members(content, file.name, most)
        if file.member:
            return file.member, read_member(content, file.name, file.member, most)
        tables = readable([_as_file(m.name, m.bytes) for m in found if not _hidden(m.name)])
        tables = [table for table in tables if table.form not in ("zip", "tar")]
        if not tables:
            names = ", ".join(m.name for m in found[:5])
            raise ToolError(f"{file.name} holds no table that can be read; it holds {names}.")
        chosen = tables[0].name
        if len(tables) > 1:
            self._notes.append(f"{chosen} was taken, one of {len(tables)} tables in {file.name}.")
        return chosen, read_member(content, file.name, chosen, most)


def _need_access(record: Record) -> None:
    if record.access in ("gated", "key", "manual"):
        how = {
            "gated": "accept its terms there, and set the source's token (HF_TOKEN)",
            "key": "set the source's token",
            "manual": "get it there by hand, and give the file with --input",
        }[record.access]
        raise ToolError(f"{record.title} is not free to fetch: see {record.url}; {how}.")


def _need_same_columns(frames: list[pd.DataFrame], frame: pd.DataFrame, name: str) -> None:
    if frames and list(frames[0].columns) != list(frame.columns):
        raise ToolError(
            f"{name} has other columns than the file before it; they are not one table."
        )


def _same_host(url: str, other: str) -> bool:
    return urlsplit(url).netloc == urlsplit(other).netloc


def _account(file: DataFile, size: int, sha256: str | None, complete: bool) -> dict[str, Any]:
    return {
        "url": file.url,
        "name": file.name,
        "bytes": size,
        "sha256": sha256,
        "complete": complete,
    }


def _as_file(name: str, size: int) -> DataFile:
    return DataFile(url="", name=name, form=form_of(name), bytes=size)


def _hidden(name: str) -> bool:
    parts = name.split("/")
    return parts[0] == "__MACOSX" or parts[-1].startswith(".")


def _whole_lines(content: bytes) -> bytes:
    """Return the rows that are whole in the beginning of a file: it ends outside of quotes."""
    end = content.rfind(b"\n")
    quotes = content.count(b'"', 0, end + 1)
    while end > 0 and quotes % 2:
        before = content.rfind(b"\n", 0, end)
        quotes -= content.count(b'"', before + 1, end + 1)
        end = before
    if end <= 0:
        raise ToolError("The first row is longer than the byte limit; raise the limit.")
    return content[: end + 1]
