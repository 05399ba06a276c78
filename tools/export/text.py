"""Text from datasets made safe for the documents of an export.

Descriptions, names and cells are untrusted: nothing in them may become markup, a remote image or
a control sequence.
"""

import re
import unicodedata

_SPOKEN_JOINERS = "\u200c\u200d"  # letters of several scripts need these two format characters
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|!~&$@])")
_LINK = re.compile(r"(https?|ftp|www)([:.])", re.IGNORECASE)


def plain(text: object, limit: int = 2_000) -> str:
    """Return one line of printable text, cut at `limit` characters."""
    words = " ".join(str(text)[: 4 * limit].split())
    shown = "".join(c for c in words if c in _SPOKEN_JOINERS or not _unseen(c))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def markdown(text: object, limit: int = 2_000) -> str:
    """Return one line in which no character means anything to Markdown or HTML.

    Addresses stay readable and do not become links.
    """
    escaped = _MARKDOWN.sub(r"\\\1", plain(text, limit))
    return _LINK.sub(r"\1\\\2", escaped)


def web_address(url: str | None) -> str | None:
    """Return an address if it is one of the web without anything that breaks out of a link."""
    if url and re.fullmatch(r"https?://[^\s<>\"'()\[\]\\`]+", url):
        return url
    return None


def _unseen(character: str) -> bool:
    """Tell whether a character is a control, format, private or lone surrogate one."""
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn")
