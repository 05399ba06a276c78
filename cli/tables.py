"""`dataquarry synthesize-tables`: several tables at once, their keys kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ToolError
from .output import AsJson, console, print_json, progress
from .rows import agreed
from .run import Approve

if TYPE_CHECKING:
    from ..tools.synthesis.related_quality import RelatedTables


def synthesize_tables(
    tables: Annotated[list[Path], typer.Argument(help="Two or more tables.")],
    out: Annotated[Path, typer.Option(help="Folder to write the tables to, as Parquet.")],
    times: Annotated[
        float, typer.Option(min=0.001, help="How many times as many rows to make.")
    ] = 1.0,
    link: Annotated[
        list[str] | None,
        typer.Option(help="A link, as orders.customer=customers.id; found by default."),
    ] = None,
    mode: Annotated[str, typer.Option(metavar="fidelity|private")] = "fidelity",
    seed: Annotated[int, typer.Option(help="Seed of every draw.")] = 0,
    approve: Approve = "ask",
    as_json: AsJson = False,
) -> None:
    """Make synthetic tables that refer to each other as the real ones do, after a report."""
    from ..tools.files import read_file
    from ..tools.operations.base import with_columns
    from ..tools.operations.synthetic import free_mark
    from ..tools.synthesis.generate import MODES
    from ..tools.synthesis.related_quality import synthesize_tables
    from ..tools.tables import parquet_bytes, write_whole

    if mode not in MODES:
        raise ToolError(f"Use --mode {' or --mode '.join(MODES)}.")
    named = {path.stem: path for path in tables}
    if len(named) < len(tables):
        raise ToolError("Two tables have the same file name; their names tell them apart.")
    with progress("Making tables") as report:
        made = synthesize_tables(
            {name: read_file(path) for name, path in named.items()},
            times,
            links=link,
            mode=mode,
            seed=seed,
            report=report,
        )
    _show(made, as_json)
    if not agreed(approve):
        raise ToolError("Nothing was approved; nothing is written.")
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in made.frames.items():
        marked = with_columns(frame, {free_mark(frame): True})
        write_whole(out / f"{name}.parquet", parquet_bytes(marked))
    if as_json:
        print_json(_account(made, out))
    else:
        console().print(f"Written to {out}.", markup=False)


def _show(made: "RelatedTables", as_json: bool) -> None:
    from ..tools.synthesis.quality import in_words

    say = console(stderr=as_json).print
    for link in made.links:
        say(f"Kept: {link}.", markup=False)
    if not made.links:
        say("No column holds keys of another table; name links with --link if there are some.")
    for name, quality in made.quality.items():
        words = in_words(quality) if quality else "too few rows, or only keys: not measured."
        say(f"{name}: {len(made.frames[name]):,} rows. {words}", markup=False)


def _account(made: "RelatedTables", out: Path) -> dict[str, Any]:
    return {
        "output": str(out),
        "rows": {name: len(frame) for name, frame in made.frames.items()},
        "links": [str(link) for link in made.links],
        "quality": {n: q.model_dump() if q else None for n, q in made.quality.items()},
    }
