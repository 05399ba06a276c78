"""The templates of the documents, rendered strictly: a missing variable is an error."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from .text import plain


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dataquarry.tools.export"),
        autoescape=select_autoescape(("html", "html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["counted"] = _counted
    environment.filters["plain"] = plain
    return environment


def _counted(number: int, units: str) -> str:
    """Return a number with its unit: "1 row", "2 rows", "1 table"."""
    return f"{number:,} {units.removesuffix('s') if number == 1 else units}"


def render(template: str, **values: Any) -> str:
    """Return a rendered template; in those that make HTML every value is escaped."""
    return _environment().get_template(template).render(**values)
