"""The command line: one typer application, one file for each command."""

import sys

import typer

from ..errors import Cancelled, ToolError
from ..redact import guard_output
from . import (
    audit,
    chat,
    clean,
    compare,
    doctor,
    evaluate,
    index,
    join,
    link,
    mcp,
    preferences,
    replay,
    rows,
    run,
    runs,
    search,
    tables,
)
from .output import problem

app = typer.Typer(
    name="dataquarry",
    help="Say what data you need; get a dataset ready to train on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

app.command("search")(search.search)
app.command("similar")(compare.similar)
app.command("compare")(compare.compare)
app.command("mentions")(compare.mentions)
app.command("run")(run.run)
app.command("clean")(clean.clean)
app.command("audit")(audit.audit)
app.command("chat")(chat.chat)
app.command("eval")(evaluate.evaluate)
app.add_typer(index.app, name="index")
app.add_typer(runs.app, name="runs")
app.command("mcp")(mcp.mcp)
app.command("join")(join.join)
app.command("link")(link.link)
app.command("replay")(replay.replay)
app.command("synthesize")(rows.synthesize)
app.command("synthesize-tables")(tables.synthesize_tables)
app.command("write-texts")(rows.write_texts)
app.command("select")(rows.select)
app.add_typer(preferences.app, name="preferences")
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command line; a ToolError becomes one line on stderr and exit code 2."""
    guard_output()
    try:
        app()
    except ToolError as error:
        problem(str(error))
        sys.exit(2)
    except Cancelled as stopped:
        problem(str(stopped))
        sys.exit(130)


if __name__ == "__main__":
    main()
