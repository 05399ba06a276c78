"""`dataquarry clean`: one file, checked and repaired."""

from pathlib import Path
from typing import Annotated

import typer

from ..settings import Settings
from .output import AsJson
from .run import Approve, finish, follow, policy

TOOLS = ("load", "profile", "clean", "export")
WITH_TARGET = ("load", "profile", "choose_target", "clean", "measure", "export")


def clean(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, TSV, JSON, JSONL, Parquet or Excel.")
    ],
    approve: Approve = "ask",
    target: Annotated[
        str | None,
        typer.Option(help="The column to predict: repairs are measured by a model that does."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the export; FILE-cleaned by default.")
    ] = None,
    csv: Annotated[bool, typer.Option(help="Export CSV beside Parquet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find the faults of a file, propose repairs in groups, and write what is approved.

    The export holds the table, recipe.json (replay it on new rows with `dataquarry replay`) and
    a report. Any step can be undone later, and every changed cell explained: `dataquarry runs`.
    """
    from ..agent.copilot import Copilot

    policy(approve)  # a bad policy is told before anything is begun
    started = Copilot(Settings()).start(
        f"Clean {source.name}",
        input=source,
        target=target,
        out=out or source.with_name(f"{source.stem}-cleaned"),
        csv=csv,
        tools=WITH_TARGET if target else TOOLS,
    )
    follow(started, approve, as_json, check_plan=False)
    finish(started, as_json)
