"""`dataquarry preferences show|keep|forget`: what holds for all runs of a user."""

from typing import Annotated

import typer

from ..settings import Settings
from .output import AsJson, console, print_json
from .render import summary_table

app = typer.Typer(help="See, keep and forget what holds for all your runs.", no_args_is_help=True)


@app.command()
def show(as_json: AsJson = False) -> None:
    """Show what is kept for you, and where."""
    from ..agent.preferences import preferences_file, read_preferences

    settings = Settings()
    kept = read_preferences(settings).model_dump(mode="json")
    if as_json:
        print_json(kept)
    else:
        console().print(summary_table(str(preferences_file(settings)), kept))


@app.command()
def keep(
    csv: Annotated[
        bool | None, typer.Option("--csv/--no-csv", help="Export CSV beside Parquet.")
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="A tool that plans leave out; may be repeated.")
    ] = None,
    budget: Annotated[str | None, typer.Option(help="Limits: tokens=20000,steps=20.")] = None,
    words: Annotated[
        list[str] | None, typer.Option(help="A wish in words, told to a model that plans.")
    ] = None,
) -> None:
    """Keep preferences; what is not named stays as it is."""
    from ..agent.budget import parse_budget
    from ..agent.preferences import keep_preferences, read_preferences

    settings = Settings()
    told = {
        "csv": csv,
        "leave_out": leave_out,
        "budget": parse_budget(budget) if budget is not None else None,
        "words": words,
    }
    changed = {name: value for name, value in told.items() if value is not None}
    kept = read_preferences(settings)
    keep_preferences(settings, kept.model_validate({**kept.model_dump(), **changed}))
    console().print("Kept.")


@app.command()
def forget() -> None:
    """Delete all that is kept for you."""
    from ..agent.preferences import forget_preferences

    there = forget_preferences(Settings())
    console().print("Forgotten." if there else "Nothing was kept.")
