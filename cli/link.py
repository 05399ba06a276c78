"""`dataquarry link`: two files, their rows linked without labels."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import ToolError
from ..settings import Settings
from .one_file import Csv, Source, work_on_file
from .output import AsJson
from .run import Approve


def link(
    source: Source,
    other: Annotated[Path, typer.Argument(help="The other file, with columns of any names.")],
    approve: Approve = "ask",
    out: Annotated[
        Path | None, typer.Option(help="Folder of the export; FILE-linked by default.")
    ] = None,
    csv: Csv = False,
    as_json: AsJson = False,
) -> None:
    """Find the rows of two files that stand for the same things, and join what you approve.

    The threshold is found without labels; the examples go from the surest link to the weakest.
    Proposed are a join, the links alone, or one table without repeats.
    """
    if not other.expanduser().is_file():
        raise ToolError(f"No file {other}.")
    work_on_file(
        source,
        ("load", "link_tables", "export"),
        verb="link",
        settings=Settings(),
        approve=approve,
        target=None,
        out=out,
        csv=csv,
        as_json=as_json,
        arguments={"link_tables": {"other": str(other.expanduser().resolve())}},
    )
