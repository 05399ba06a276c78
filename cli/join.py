"""`dataquarry join`: several tables become one, with what leaks kept out."""

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
    from ..tools.features.relational import join_tables
    from ..tools.files import read_file, write_csv
    from ..tools.frames import storable
    from ..tools.tables import parquet_bytes, write_whole

    if output.suffix.lower() not in (".parquet", ".csv"):
        raise ToolError(f"Cannot write {output.name}: name the output .parquet or .csv.")
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
        frame = storable(joined.frame)
        if output.suffix.lower() == ".csv":
            write_csv(frame, output)
        else:
            write_whole(output, parquet_bytes(frame))
    found = _account(joined, output)
    if as_json:
        print_json(found)
    else:
        _show(found)


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


def _show(found: dict[str, Any]) -> None:
    say = console().print
    for sentence in [*found["joins"], *found["counted"]]:
        say(sentence, markup=False)
    for column, reason in found["refused"].items():
        say(f"Refused {column}: {reason}.", markup=False)
    for column, reason in found["flagged"].items():
        say(f"Look at {column}: {reason}.", markup=False)
    if not found["joins"] and not found["counted"]:
        say("No column of the other tables has the values of one in the main table.")
    say(f"Written: {found['output']}, {found['rows']:,} rows, {found['columns']} columns.")
