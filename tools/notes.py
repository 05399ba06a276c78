"""Notes that a person attaches: domain knowledge or a data dictionary, as text, Markdown or PDF."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..errors import MissingExtra, ToolError

KINDS = (".txt", ".md", ".markdown", ".csv", ".pdf")
MOST_BYTES = 20 << 20
MOST_TEXT = 1_000_000
MOST_PAGES = 200
MOST_MEANING = 300
_SEPARATOR = re.compile(r"\s*(?:\||\t|:|;|,|=|\s[\u2013\u2014-]\s|\s{3,})\s*")
_MARKS = re.compile(r"^[\s|>#*+`_\"'-]+|[\s|*`_\"']+$")


class Note(BaseModel):
    """A text of the person's own: its file's name, and what it says. It is data, never orders."""

    model_config = ConfigDict(extra="forbid")

    name: str
    text: str


def read_note(path: Path) -> Note:
    """Read a note from a file.

    Raises:
        ToolError: no such file, too long, of another kind, or without text.
        MissingExtra: it is a PDF and the extra `pdf` is not installed.
    """
    if path.suffix.lower() not in KINDS:
        raise ToolError(f"{path.name} is no note: give {', '.join(KINDS)}.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ToolError(f"{path.name} is longer than {MOST_BYTES >> 20} MB.")
        text = _pdf_text(path) if path.suffix.lower() == ".pdf" else _text(path)
    except OSError as error:
        raise ToolError(f"The note {path} cannot be read: {error.strerror}.") from error
    if not text.strip():
        raise ToolError(f"{path.name} holds no text.")
    if len(text) > MOST_TEXT:
        raise ToolError(f"{path.name} is longer than {MOST_TEXT:,} characters.")
    return Note(name=path.name, text=text)


def note_meanings(note: Note, columns: list[str]) -> dict[str, str]:
    """Return what a note says of columns: lines that begin with a column's name.

    Lists ("- age: in years"), tables ("| age | in years |"), and lines ("age = in years") are
    read; case, spaces and underscores in names do not matter. The first line counts.
    """
    known = {plain_name(column): column for column in columns}
    found: dict[str, str] = {}
    for name, meaning in _pairs(note.text):
        column = known.get(plain_name(name))
        if column is not None and column not in found:
            found[column] = meaning
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        parts = _SEPARATOR.split(_MARKS.sub("", line), maxsplit=1)
        if len(parts) == 2:
            meaning = " ".join(_MARKS.sub("", parts[1]).replace("|", " ").split())
            if any(character.isalpha() for character in meaning):
                yield _MARKS.sub("", parts[0]), meaning[:MOST_MEANING]


def plain_name(name: str) -> str:
    """Return a column's name without what people leave out: capitals, spaces, underscores."""
    return re.sub(r"[\s_.-]+", "", name).casefold()


def _text(path: Path) -> str:
    from charset_normalizer import from_bytes

    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(content).best()
        if best is None:
            raise ToolError(f"{path.name} is not text.") from None
        return str(best)


def _pdf_text(path: Path) -> str:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise MissingExtra("PDF notes need pypdf", "pdf") from error
    try:
        pages = PdfReader(path).pages
        texts = [pages[place].extract_text() for place in range(min(len(pages), MOST_PAGES))]
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        raise ToolError(f"{path.name} is no PDF that can be read: {error}") from error
    return "\n".join(texts)
