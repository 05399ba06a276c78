"""`dataquarry audit`: one file, searched for faults that only comparisons and models show."""

from pathlib import Path
from typing import Annotated

import typer

from ..settings import Settings
from .one_file import Csv, Source, work_on_file
from .output import AsJson
from .run import Approve

TOOLS = ("load", "profile", "audit", "export")


def audit(
    source: Source,
    approve: Approve = "ask",
    target: Annotated[
        str | None, typer.Option(help="The column of classes whose labels are judged.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the export; FILE-audited by default.")
    ] = None,
    names: Annotated[
        bool,
        typer.Option("--names", help="Look for names of people and places too (extra presidio)."),
    ] = False,
    csv: Csv = False,
    as_json: AsJson = False,
) -> None:
    """Find copies, outliers, poor texts and wrong labels of a file, and write what is approved.

    Rows are compared with each other and models are asked, so this takes longer than
    `dataquarry clean`. Nothing is recommended: judge each group by its examples.
    """
    from ..tools.audit import USUAL

    work_on_file(
        source,
        (*TOOLS, "choose_target") if target else TOOLS,
        verb="audit",
        settings=Settings(),
        approve=approve,
        target=target,
        out=out,
        csv=csv,
        as_json=as_json,
        arguments={"audit": {"what": [*USUAL, "names"]}} if names else None,
    )
