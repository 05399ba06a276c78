"""`dataquarry audit`: one file, searched for faults that only comparisons and models show."""

from pathlib import Path
from typing import Annotated

import typer

from ..settings import Settings
from .output import AsJson
from .run import Approve, finish, follow, policy

TOOLS = ("load", "profile", "audit", "export")
WITH_TARGET = ("load", "profile", "choose_target", "audit", "export")


def audit(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, TSV, JSON, JSONL, Parquet or Excel.")
    ],
    approve: Approve = "ask",
    target: Annotated[
        str | None, typer.Option(help="The column of classes whose labels are judged.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the export; FILE-audited by default.")
    ] = None,
    csv: Annotated[bool, typer.Option(help="Export CSV beside Parquet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find copies, outliers, poor texts and wrong labels of a file, and write what is approved.

    Rows are compared with each other and models are asked, so this takes longer than
    `dataquarry clean`. Nothing is recommended: judge each group by its examples.
    """
    from ..agent.copilot import Copilot

    policy(approve)  # a bad policy is told before anything is begun
    started = Copilot(Settings()).start(
        f"Audit {source.name}",
        input=source,
        target=target,
        out=out or source.with_name(f"{source.stem}-audited"),
        csv=csv,
        tools=WITH_TARGET if target else TOOLS,
    )
    follow(started, approve, as_json, check_plan=False)
    finish(started, as_json)
