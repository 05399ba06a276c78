"""What `clean`, `audit` and `link` share: one file, a settled plan, written where approved."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ..settings import Settings
from .run import finish, follow, policy

Source = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV, TSV, JSON, JSONL, Parquet or Excel.")
]
Csv = Annotated[bool, typer.Option(help="Export CSV beside Parquet.")]


def work_on_file(
    source: Path,
    tools: tuple[str, ...],
    *,
    verb: str,
    settings: Settings,
    approve: str,
    target: str | None,
    out: Path | None,
    csv: bool,
    as_json: bool,
    arguments: dict[str, dict[str, Any]] | None = None,
) -> None:
    """Run a settled plan on a file and print how it ended.

    Args:
        source: the file.
        tools: the tools of the plan.
        verb: what is done, such as "clean"; the export folder is then FILE-cleaned.
        settings: the workspace.
        approve: who answers the gates, as on the command line.
        target: the column to predict.
        out: folder of the export, instead of that one.
        csv: whether to export CSV beside Parquet.
        as_json: whether to print JSON.
        arguments: what tools of the plan are given, by tool.

    Raises:
        ToolError: nobody is there to ask, or the file cannot be read.
    """
    from ..agent.copilot import Copilot

    policy(approve)  # a bad policy is told before anything is begun
    started = Copilot(settings).start(
        f"{verb.capitalize()} {source.name}",
        input=source,
        target=target,
        out=out or source.with_name(f"{source.stem}-{verb}ed"),
        csv=csv,
        tools=tools,
        arguments=arguments,
    )
    follow(started, approve, as_json, check_plan=False)
    finish(started, as_json)
