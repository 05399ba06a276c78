"""`dataquarry join`: several tables become one, with what leaks kept out."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ToolError
from .output import AsJson, console, print_json, progress

if TYPE_CHECKING:
    from ..tools.features.relational import Joined


def join(
    main: Annotated[Path, typer.Argument(help="The main table: one row per thing to predict.")],
    output: Annotated[Path, typer.Argument(help="File to write: .parquet or .csv.")],
    tables: Annotated[
        list[Path], typer.Option("--table", help="A further table; can be given several times.")
    ],
    target: Annotated[str, typer.Option(help="The column to predict.")],
    cutoff: Annotated[
        str | None, typer.Option(help="Column of the moment at which a prediction is due.")
    ] = None,
    known: Annotated[
        str | None, typer.Option(help="Column of the moment at which the target was known.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find how tables belong together, join what was known by the cut-off, and name leaks.

    The result can be worked on with: dataquarry run --input OUTPUT.
    """
    from ..tools.files import write_csv
    from ..tools.tables import parquet_bytes, write_whole

    if output.suffix.lower() not in (".parquet", ".csv"):
        raise ToolError(f"Cannot write {output.name}: name the output .parquet or .csv.")
    joined = join_files(main, tables, target, cutoff, known)
    if output.suffix.lower() == ".csv":
        write_csv(joined.frame, output)
    else:
        write_whole(output, parquet_bytes(joined.frame))
    found = _account(joined, output)
    if as_json:
        print_json(found)
    else:
        show_joins(joined)
        console().print(
            f"Written: {output}, {found['rows']:,} rows, {found['columns']} columns.", markup=False
        )


def join_files(
    main: Path, tables: list[Path], target: str, cutoff: str | None, known: str | None
) -> "Joined":
    """Join files and return what came of it, its frame as it can be stored.

    Raises:
        ToolError: two tables have the same name, or what `join_tables` says.
    """
    from ..tools.features.relational import join_tables
    from ..tools.files import read_file
    from ..tools.frames import storable

    others = {path.stem: path for path in tables}
    if len(others) < len(tables):
        raise ToolError("Two tables have the same file name; their names tell columns apart.")
    with progress("Joining") as report:
        joined = join_tables(
            read_file(main),
            {name: read_file(path) for name, path in others.items()},
            target,
            cutoff=cutoff,
            known=known,
            report=report,
        )
    return replace(joined, frame=storable(joined.frame))


def show_joins(joined: "Joined", stderr: bool = False) -> None:
    """Print what was joined and counted, and which columns were refused or are doubtful."""
    say = partial(console(stderr=stderr).print, markup=False)
    for sentence in [join.sentence() for join in joined.joins]:
        say(sentence)
    for sentence in [join.counted() for join in joined.children]:
        say(sentence)
    for leak in joined.refused:
        say(f"Refused {leak.column}: {leak.reason}.")
    for leak in joined.flagged:
        say(f"Look at {leak.column}: {leak.reason}.")
    if not joined.joins and not joined.children:
        say("No column of the other tables has the values of one in the main table.")


def _account(joined: "Joined", output: Path) -> dict[str, Any]:
    return {
        "output": str(output),
        "rows": len(joined.frame),
        "columns": joined.frame.shape[1],
        "joins": [join.sentence() for join in joined.joins],
        "counted": [join.counted() for join in joined.children],
        "aggregates": joined.aggregates,
        "refused": {leak.column: leak.reason for leak in joined.refused},
        "flagged": {leak.column: leak.reason for leak in joined.flagged},
    }
