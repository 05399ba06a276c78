"""Downloading one file: within limits, resumable, checked against the hash its source states."""

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx2
from filelock import FileLock, Timeout

from ...errors import ToolError
from ..records import DataFile
from .client import Client
from .faults import SourceFault

Report = Callable[..., None]

LINES = ("csv", "tsv", "jsonl")
"""Forms of which the first rows can be read without the rest."""

_TRIES = 4
_PAUSE = 0.5
_TOLD_EVERY = 0.2
_KEPT_SECONDS = 7 * 24 * 3600
_PACKED = (b"PK\x03\x04", b"PAR1", b"\x1f\x8b")


@dataclass(frozen=True)
class Download:
    """A file on this machine. `sha256` is that of the bytes taken; `complete` says if all were."""

    path: Path
    bytes: int
    sha256: str
    complete: bool
    resumed: int = 0
    """How many bytes were there from an earlier try."""


@dataclass(frozen=True)
class Limits:
    """What is taken of a file at most. `rows` ends the download of a file of lines early."""

    bytes: int
    rows: int


@contextmanager
def downloaded(
    file: DataFile,
    client: Client,
    limits: Limits,
    report: Report,
    headers: Mapping[str, str] | None = None,
) -> Iterator[Download]:
    """Download a file, and delete it when the block has ended.

    What was fetched before a failure stays on disk, and the next try goes on behind it.

    Args:
        file: where it is; the size and hash its source states are checked.
        client: asks for it.
        limits: what is taken of it at most.
        report: told `(message, share)`; may raise to stop.
        headers: what tells the source who asks.

    Raises:
        ToolError: it cannot be had, is too large, or is not what its source states.
    """
    folder = client.settings.home / "cache" / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    _drop_old(folder)
    key = hashlib.sha256(file.url.encode()).hexdigest()[:32]
    try:
        with FileLock(folder / f"{key}.lock", timeout=0):
            taken = _Download(file, client, limits, report, dict(headers or {}), folder / key)
            try:
                got = taken.run()
                check_download(file, got)
                yield got
            finally:
                taken.tidy()
    except Timeout as error:
        raise ToolError(f"{file.name} is being downloaded by another run; wait for it.") from error


def _drop_old(folder: Path) -> None:
    """Delete what nobody went on with for a week."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another run may have finished it in between
            if path.stat().st_mtime < time.time() - _KEPT_SECONDS:
                path.unlink()


class _Download:
    """One download, over several requests where the connection breaks."""

    def __init__(
        self,
        file: DataFile,
        client: Client,
        limits: Limits,
        report: Report,
        headers: dict[str, str],
        place: Path,
    ) -> None:
        self.file = file
        self.client = client
        self.limits = limits
        self.report = report
        self.headers = headers
        self.part = place.with_suffix(".part")
        self.note = place.with_suffix(".json")
        self.resumed = self._there()
        self.keep = True
        self._lines = file.form in LINES
        self._told = 0.0

    def run(self) -> Download:
        """Fetch the file."""
        for attempt in range(1, _TRIES + 1):
            try:
                complete = self._fetch()
                break
            except SourceFault as fault:
                if not fault.passing or attempt == _TRIES:
                    host = urlsplit(self.file.url).hostname
                    raise type(fault)(f"{self.file.name} from {host}: {fault}") from fault
                time.sleep(min(fault.seconds or _PAUSE * attempt, 30.0))
        with self.part.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        self.keep = False
        size = self.part.stat().st_size
        return Download(self.part, size, digest, complete, min(self.resumed, size))

    def tidy(self) -> None:
        """Delete the file, unless a later try is to go on with it."""
        if not self.keep:
            self.part.unlink(missing_ok=True)
            self.note.unlink(missing_ok=True)

    def _there(self) -> int:
        """Return how many bytes an earlier try left that the server can vouch for."""
        return self.part.stat().st_size if self.part.exists() and self._validator() else 0

    def _validator(self) -> str:
        """Return what the server called the version of the file that is partly there."""
        try:
            return str(json.loads(self.note.read_text("utf-8"))["validator"])
        except (OSError, ValueError, KeyError):
            return ""

    def _fetch(self) -> bool:
        """Make one request; return whether the file is complete."""
        have = self._there()
        headers = {**self.headers, "Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": self._validator()}
        with self.client.stream(self.file.url, headers) as response:
            if response.status_code == 416:
                self._forget()
                raise SourceFault("it has changed since an earlier try", passing=True)
            if not _continues(response, have):
                have = 0
                self.note.write_text(json.dumps({"validator": _version(response)}))
            self._refuse_if_too_large(response, have)
            with self.part.open("ab" if have else "wb") as out:
                return self._copy(response, out, have)

    def _copy(self, response: httpx2.Response, out: BinaryIO, have: int) -> bool:
        """Write what comes; return False where a limit ended it."""
        total, lines = have, 0
        for piece in response.iter_bytes():
            if total == 0 and piece.startswith(_PACKED):
                self._lines = False
            room = self.limits.bytes - total
            if len(piece) > room and not self._lines:
                self._too_large()
            out.write(piece[:room])
            total += len(piece[:room])
            lines += piece.count(b"\n") if self._lines else 0
            self._tell(total, response, have)
            if len(piece) > room or lines > self.limits.rows + 1:
                return False
        return True

    def _refuse_if_too_large(self, response: httpx2.Response, have: int) -> None:
        stated = response.headers.get("Content-Length", "")
        if stated.isdigit() and have + int(stated) > self.limits.bytes and not self._lines:
            self._too_large(have + int(stated))

    def _too_large(self, size: int | None = None) -> None:
        self._forget()
        said = f"has {size:,} bytes" if size else "is larger"
        raise TooLarge(
            f"{self.file.name} {said}, more than the limit of {self.limits.bytes:,}. "
            "Raise it with DATAQUARRY_LOAD_MAX_BYTES."
        )

    def _forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def _tell(self, total: int, response: httpx2.Response, have: int) -> None:
        if time.monotonic() - self._told < _TOLD_EVERY:
            return
        self._told = time.monotonic()
        stated = response.headers.get("Content-Length", "")
        share = total / max(1, have + int(stated)) if stated.isdigit() else None
        self.report(f"Downloading {self.file.name}: {total / 1e6:,.1f} MB", share)


class TooLarge(ToolError):  # noqa: N818 - a kind of ToolError, not of defect
    """A file is larger than the limit and cannot be read in part."""


def _continues(response: httpx2.Response, have: int) -> bool:
    """Tell whether an answer goes on behind the bytes that are there."""
    given = response.headers.get("Content-Range", "")
    plain = response.headers.get("Content-Encoding", "identity") == "identity"
    return response.status_code == 206 and plain and given.startswith(f"bytes {have}-")


def _version(response: httpx2.Response) -> str:
    """Return what names this version of the file: a strong ETag, else the time of its change."""
    tag = response.headers.get("ETag", "")
    strong = tag if tag.startswith('"') else ""
    return strong or response.headers.get("Last-Modified", "")


def check_download(file: DataFile, got: Download) -> None:
    """Compare a download with what its source states.

    Raises:
        ToolError: it differs.
    """
    if not got.complete:
        return
    if file.sha256 and file.sha256 != got.sha256:
        raise ToolError(_differs(file, "sha256", got.sha256, file.sha256))
    if file.md5:
        with got.path.open("rb") as content:
            found = hashlib.file_digest(content, lambda: hashlib.md5(usedforsecurity=False))
        if found.hexdigest() != file.md5.lower():
            raise ToolError(_differs(file, "md5", found.hexdigest(), file.md5))


def _differs(file: DataFile, kind: str, found: str, stated: str) -> str:
    return (
        f"{file.name} is not the file its source describes: {kind} {found[:12]}, stated is "
        f"{stated[:12]}. It was changed or damaged; nothing was loaded."
    )
