"""R help pages in Markdown: title, sections, and the column dictionary in any of its layouts."""

import re
from dataclasses import dataclass

_SECTION = re.compile(r"^### +(.+?)\s*$", re.MULTILINE)
_TITLE = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
_TERM_ALONE = re.compile(
    r"^[ \t]*(?:[-*•] +)?[`_*]{0,3}([A-Za-z.][\w.]*(?:[ ,/]+[\w.]+){0,3})[`_*]{0,3}:?[ \t]*$\n"
    r"(?:[ \t]*\n)+((?:[ \t]*\S.*\n?)+)",
    re.MULTILINE,
)
_TERM_INLINE = re.compile(
    r"^[ \t]*(?:(?:[-*•+]|\d+[.)])\s+)?[`_*\"]{0,3}([A-Za-z.][\w.]*)[`_*\"]{0,3}"
    r"(?:\s*\([^)\n]{1,30}\))?[ \t]*(?::|=| -{1,2} | \u2013 | \u2014 )[ \t]*"
    r"(\S.*(?:\n(?![ \t]*[-*•+] |[ \t]*$)[ \t]+\S.*)*)",
    re.MULTILINE,
)
_NO_COLUMNS = re.compile(r"^(Usage|Examples|References|See Also|Author)", re.IGNORECASE)


@dataclass(frozen=True)
class HelpPage:
    """What a help page says: its title, the prose worth searching, and its column dictionary."""

    title: str
    description: str
    source: str
    definitions: dict[str, str]


def read_help_page(page: str) -> HelpPage:
    """Take a help page apart. What is not there is empty."""
    title = _TITLE.search(page)
    sections = _sections(page)
    prose = [_plain(sections.get(name, "")) for name in ("Description", "Details", "Note")]
    return HelpPage(
        title=_plain(title.group(1)) if title else "",
        description="\n".join(part for part in prose if part),
        source=_plain(sections.get("Source", "") or sections.get("Sources", "")),
        definitions=_definitions(sections),
    )


def _sections(page: str) -> dict[str, str]:
    starts = [*_SECTION.finditer(page)]
    ends = [*(start.start() for start in starts[1:]), len(page)][: len(starts)]
    return {
        start.group(1).strip(): page[start.end() : end]
        for start, end in zip(starts, ends, strict=True)
    }


def _definitions(sections: dict[str, str]) -> dict[str, str]:
    """Return the meaning of each term; the Format section goes before all others."""
    order = sorted(sections, key=lambda name: not name.startswith("Format"))
    found: dict[str, str] = {}
    for name in order:
        if _NO_COLUMNS.match(name):
            continue
        for term, meaning in _terms(sections[name]):
            for word in re.split(r"[ ,/]+", term):
                found.setdefault(word, meaning)
    return found


def _terms(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.count("|") >= 1:
            found += _table_row(line)
    for pattern in (_TERM_ALONE, _TERM_INLINE):
        found += [(m.group(1), _plain(m.group(2))) for m in pattern.finditer(text)]
    return [(term, meaning[:200]) for term, meaning in found if meaning]


def _table_row(line: str) -> list[tuple[str, str]]:
    """Read a row such as "`[,1]` | `Ozone` | numeric | Ozone (ppb)"."""
    cells = [_plain(cell) for cell in line.split("|")]
    if cells and re.match(r"^(\[\s*,?\s*\d+\s*,?\s*\]|\d+\.?)?$", cells[0]):
        cells = cells[1:]
    if len(cells) < 2 or not re.match(r"^[A-Za-z.][\w.]*:?$", cells[0]):
        return []
    return [(cells[0].rstrip(":"), ", ".join(cell for cell in cells[1:] if cell))]


def _plain(text: str) -> str:
    """Return Markdown without its marks, on one line."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(?<!\w)[*_`]+|[*_`]+(?!\w)", "", text)
    return " ".join(text.split())
