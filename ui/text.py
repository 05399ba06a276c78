"""Text from outside made safe to show: nothing in a dataset may become markup on the page."""

import html
import json
from typing import Any

MARKS = "\\`*_{}[]()#+-.!|<>&~$@\"'"
"""Characters that mean something to Markdown, HTML or formula rendering."""


def plain(text: Any, limit: int = 2000) -> str:
    """Return a text for use in Markdown: every character shows as itself, links stay text."""
    cut = shorten(str(text), limit)
    safe = "".join(f"&#{ord(c)};" if c in MARKS else c for c in cut)
    return safe.replace("://", ":&#47;&#47;").replace("www&#46;", "www&#8203;&#46;")


def escape(text: Any, limit: int = 2000) -> str:
    """Return a text for use in HTML, between tags or in a quoted attribute.

    Braces and dollar signs go too, since the page's HTML parts are templates.
    """
    safe = html.escape(shorten(str(text), limit), quote=True)
    return safe.replace("{", "&#123;").replace("}", "&#125;").replace("$", "&#36;")


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def label(name: str) -> str:
    """Return a name of the code as people read it: `choose_target` is "Choose target"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def count(number: int, thing: str) -> str:
    """Return "1 row", "2 rows"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def number(value: Any) -> str:
    """Return a number as people read it; "unknown" for None."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def pretty(content: Any) -> str:
    """Return JSON for people to read and edit."""
    return json.dumps(content, indent=2, ensure_ascii=False)
