"""Tables in zip and tar archives, read in memory: nothing of an archive is written to disk.

An archive is refused before anything of it is read if a name leads out of its folder (zip slip),
if it holds a link or a device, or if it unpacks to too much (zip bomb); while it is read, what
really comes out is counted, whatever the archive states.
"""

import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from ...errors import ToolError

MAX_MEMBERS = 10_000
MAX_RATIO = 1_000
"""Greatest share of unpacked to packed bytes; deflate itself makes at most about 1,030."""

_TAR_MARK = slice(257, 262)
_DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(EOFError, NotImplementedError, RuntimeError, OSError, ValueError),
)


@dataclass(frozen=True)
class Member:
    """A file in an archive, with the size that the archive states."""

    name: str
    bytes: int


def is_archive(content: bytes) -> bool:
    """Tell whether bytes are a zip that is no Excel workbook, or a tar, packed or not."""
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return "xl/workbook.xml" not in archive.namelist()
        except _DAMAGED:
            return False
    if content[_TAR_MARK] == b"ustar":
        return True
    if not content.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        return False
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as archive:
            return archive.next() is not None
    except _DAMAGED:
        return False


def members(content: bytes, name: str, most: int) -> list[Member]:
    """Return the files of an archive.

    Args:
        content: the archive.
        name: its name, for messages.
        most: how many bytes it may unpack to.

    Raises:
        ToolError: it is damaged, encrypted, or refused.
    """
    found: list[Member] = []
    total = 0
    with _plain_words(name):
        for member in _listed(content, name):
            found.append(member)
            total += member.bytes
            if len(found) > MAX_MEMBERS:
                raise ToolError(f"{name} holds more than {MAX_MEMBERS:,} files; it is refused.")
            if total > most or total > MAX_RATIO * max(len(content), 1_000):
                raise ToolError(
                    f"{name} unpacks to more than {min(total, most):,} bytes; it is refused."
                )
    return found


def read_member(content: bytes, name: str, member: str, most: int) -> bytes:
    """Return one file of an archive.

    Raises:
        ToolError: there is no such file, it is damaged, or larger than `most` bytes.
    """
    with _plain_words(name), _opened(content, member, name) as file:
        inner = file.read(most + 1)
    if len(inner) > most:
        raise ToolError(f"{member} in {name} unpacks to more than {most:,} bytes; it is refused.")
    return inner


def _listed(content: bytes, name: str) -> Iterator[Member]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                _refuse_unsafe(info.filename, name)
                if stat.S_ISLNK(info.external_attr >> 16):
                    raise ToolError(f"{name} holds the link {info.filename!r}; it is refused.")
                if info.flag_bits & 1:
                    raise ToolError(f"{name} is encrypted; unpack it and give the table.")
                if not info.is_dir():
                    yield Member(info.filename, info.file_size)
        return
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as packed:
        for entry in packed:
            _refuse_unsafe(entry.name, name)
            if not entry.isfile() and not entry.isdir():
                raise ToolError(f"{name} holds {entry.name!r}, a link or device; it is refused.")
            if entry.isfile():
                yield Member(entry.name, entry.size)


def _refuse_unsafe(path: str, name: str) -> None:
    """Refuse a path that leads out of the folder it is unpacked in."""
    parts = PurePosixPath(path.replace("\\", "/"))
    drive = len(path) > 1 and path[1] == ":"
    if parts.is_absolute() or ".." in parts.parts or drive or "\x00" in path:
        raise ToolError(f"{name} names {path!r}, a file outside its folder; it is refused.")


@contextmanager
def _opened(content: bytes, member: str, name: str) -> Iterator[IO[bytes]]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if member not in archive.namelist():
                raise ToolError(f"{name} has no file {member!r}.")
            with archive.open(member) as file:
                yield file
        return
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:*") as packed:
        for entry in packed:
            if entry.name == member and entry.isfile():
                file_ = packed.extractfile(entry)
                assert file_ is not None
                yield file_
                return
    raise ToolError(f"{name} has no file {member!r}.")


@contextmanager
def _plain_words(name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise ToolError(f"{name} is a damaged archive ({error}); get it again.") from error
