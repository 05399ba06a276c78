"""What the bytes of a file are: packed or not, in which form, in which encoding."""

import gzip
import io
import zlib
from typing import Literal

from ...errors import ToolError

Form = Literal["parquet", "excel", "json", "jsonl", "separated"]

MAX_UNPACKED = 4 * 1024**3
"""Greatest size in bytes of what a gzip file unpacks to."""

_SAMPLE = 200_000
_ADVICE = "Give a CSV, TSV, JSON, JSONL, Parquet or Excel file, or a gzip of one."
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def unpacked(content: bytes, name: str, most: int = MAX_UNPACKED) -> bytes:
    """Return what a gzip file holds; any other content as it is.

    Raises:
        ToolError: the gzip is damaged, or it unpacks to too much.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            inner = file.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ToolError(f"{name} is a damaged gzip file ({error}); get it again.") from error
    if len(inner) > most:
        raise ToolError(f"{name} unpacks to more than {most:,} bytes; split it.")
    return inner


def form_of(content: bytes, name: str) -> Form:
    """Say in which form a table is written, by its content.

    Raises:
        ToolError: it is empty, or no form that holds a table.
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise ToolError(f"{name} is empty. {_ADVICE}")
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith(b"PK\x03\x04"):
        return "excel"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ToolError(f"{name} is an old Excel file (.xls); save it as .xlsx or CSV.")
    start = _begin(content)
    if start.lower().startswith(("<!doctype html", "<html")):
        raise ToolError(f"{name} is a web page and no table. {_ADVICE}")
    if start.startswith(("{", "[")):
        return _json_form(start, name)
    return "separated"


def decoded(content: bytes, name: str) -> str:
    """Return the text of a file in the encoding it is in.

    Raises:
        ToolError: it is no text.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode(content, encoding, name)
    if b"\x00" in content[:_SAMPLE]:
        return _decode(content, _wide(content, name), name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(content, name)


def _begin(content: bytes) -> str:
    """Return the start of a text without mark and blanks, good enough to tell JSON."""
    sample = content[:4096].replace(b"\x00", b"")
    for mark, _ in _MARKS:
        sample = sample.removeprefix(mark.replace(b"\x00", b""))
    return sample.decode("latin-1").lstrip()


def _json_form(start: str, name: str) -> Form:
    lines = [line for line in start.splitlines() if line.strip()]
    first = lines[0].strip().rstrip(",")
    if name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return "jsonl"
    several = len(lines) > 1 and lines[1].lstrip().startswith(first[0])
    return "jsonl" if first.endswith("}") and first.startswith("{") and several else "json"


def _wide(content: bytes, name: str) -> str:
    """Return which UTF-16 a text without a mark is in: ASCII leaves every other byte zero."""
    sample = content[:_SAMPLE]
    zeros = [sample[place::2].count(0) / max(len(sample[place::2]), 1) for place in (0, 1)]
    if max(zeros) > 0.5 and min(zeros) < 0.05:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    raise ToolError(f"{name} is a binary file and no table. {_ADVICE}")


def _decode(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ToolError(
            f"{name} is not valid {encoding} ({error.reason}); save it as UTF-8."
        ) from (error)


def _guessed(content: bytes, name: str) -> str:
    """Return the text in the likeliest encoding that is not UTF-8."""
    from charset_normalizer import from_bytes

    controls = sum(content[:_SAMPLE].count(bytes([b])) for b in (*range(9), *range(14, 32)))
    if controls > 0.01 * len(content[:_SAMPLE]):
        raise ToolError(f"{name} is a binary file and no table. {_ADVICE}")
    matches = from_bytes(content[:_SAMPLE])
    best = matches.best()
    # Short texts fit several code pages as well as each other: then the commonest one.
    common = [m for m in matches if best and m.encoding == "cp1252" and m.chaos <= best.chaos]
    encoding = best.encoding if best and not common else "cp1252"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        # The sample did not show every byte that occurs: Latin-1 has a letter for each.
        return content.decode("latin-1")
