"""`dataquarry clean`: one file, checked and repaired."""

from pathlib import Path
from typing import Annotated

import typer

from ..settings import Settings
from .one_file import Csv, Source, work_on_file
from .output import AsJson
from .run import Approve


def clean(
    source: Source,
    approve: Approve = "ask",
    target: Annotated[
        str | None,
        typer.Option(help="The column to predict: repairs are measured by a model that does."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the export; FILE-cleaned by default.")
    ] = None,
    csv: Csv = False,
    as_json: AsJson = False,
) -> None:
    """Find the faults of a file, propose repairs in groups, and write what is approved.

    The export holds the table, recipe.json (replay it on new rows with `dataquarry replay`) and
    a report. Any step can be undone later, and every changed cell explained: `dataquarry runs`.
    With a language model set (DATAQUARRY_MODEL), it says what columns mean and writes checks and
    repairs as code, which you approve like any other.
    """
    settings = Settings()
    work_on_file(
        source,
        _tools(has_target=target is not None, has_model=bool(settings.model)),
        verb="clean",
        settings=settings,
        approve=approve,
        target=target,
        out=out,
        csv=csv,
        as_json=as_json,
    )


def _tools(*, has_target: bool, has_model: bool) -> tuple[str, ...]:
    target = ("choose_target", "measure") if has_target else ()
    model = ("name_columns", "write_repairs") if has_model else ()
    return ("load", "profile", "clean", "export", *target, *model)
