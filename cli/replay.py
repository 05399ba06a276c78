"""`dataquarry replay`."""

from pathlib import Path
from typing import Annotated

import typer

from .output import AsJson, WithoutSandbox, console, print_json, progress
from .render import summary_table


def replay(
    recipe: Annotated[Path, typer.Argument(help="A recipe.json of an export.")],
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="Table to work on.")],
    output: Annotated[Path, typer.Argument(help="File to write: .parquet or .csv.")],
    without_sandbox: WithoutSandbox = False,
    as_json: AsJson = False,
) -> None:
    """Do the approved changes of a run again, on the same or on new rows."""
    from ..tools.replay import replay_file
    from ..tools.sandbox import person_allows

    with progress("Replaying") as report, person_allows(without_sandbox):
        result = replay_file(recipe, source, output, report)
    if as_json:
        print_json(result)
    else:
        console().print(summary_table(f"Written: {output}", result))
