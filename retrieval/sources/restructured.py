"""Dataset descriptions in reStructuredText: title, prose, and the dictionary of columns."""

import re
from dataclasses import dataclass

_HEADING = re.compile(r"^(?P<title>\S.*)\n[-=~*^]{4,}\s*$", re.MULTILINE)
_TERM = re.compile(
    r"^[ \t]*(?:[-*] +)?([A-Za-z][\w.]*)[ \t]*(?::|-+|\.{2,}|=)[ \t]+(\S.*)$", re.MULTILINE
)
_MARKUP = re.compile(r"^\.\. .*$|^=[= ]+$|^:Summary.*$|^:ref:.*$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """What such a page says."""

    title: str
    description: str
    definitions: dict[str, str]
    text: str


def read_restructured(text: str) -> Page:
    """Take a page apart. What is not there is empty."""
    heading = _HEADING.search(text)
    body = text[heading.end() :] if heading else text
    return Page(
        title=heading.group("title").strip() if heading else "",
        description=plain(body)[:3000],
        definitions=definitions(body),
        text=text,
    )


def definitions(text: str) -> dict[str, str]:
    """Return terms and meanings of lines such as "age - Age of respondent."."""
    found: dict[str, str] = {}
    for match in _TERM.finditer(text):
        found.setdefault(match.group(1), plain(match.group(2))[:200])
    return found


def plain(text: str) -> str:
    """Return the text without markup, on one line."""
    text = _MARKUP.sub(" ", text)
    text = re.sub(r"`([^`<]*)(?:<[^>]*>)?`_{0,2}", r"\1", text)
    text = re.sub(r"\|[^|\n]{1,30}\||[*`]{1,2}", " ", text)
    return " ".join(text.split())
