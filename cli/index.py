"""`dataquarry index build|add|info`."""

from pathlib import Path
from typing import Annotated

import typer

from ..settings import Settings
from .output import AsJson, console, print_json, progress
from .render import summary_table

app = typer.Typer(help="Build the dataset index, add to it, look at it.", no_args_is_help=True)


@app.command()
def build(as_json: AsJson = False) -> None:
    """Make the index anew from every installed catalog source."""
    from ..retrieval.index import build_index

    with progress("Building the index") as report:
        info = build_index(Settings(), report)
    _show("Index built", info.model_dump(mode="json"), as_json)


@app.command()
def add(
    path: Annotated[Path, typer.Argument(help="JSONL file with one record a line.")],
    as_json: AsJson = False,
) -> None:
    """Add records of your own to the index."""
    from ..retrieval.catalog import read_records
    from ..retrieval.index import DatasetIndex

    records = read_records(path)
    with progress("Adding records"):
        index = DatasetIndex.open(Settings())
        index.add(records)
    _show(f"{len(records)} records added", index.info().model_dump(mode="json"), as_json)


@app.command()
def info(as_json: AsJson = False) -> None:
    """Show what the index holds, and which catalog sources are not installed."""
    from ..retrieval.index import DatasetIndex
    from ..retrieval.sources import missing_sources

    data = DatasetIndex.open(Settings()).info().model_dump(mode="json")
    data["missing"] = {source.name: source.install for source in missing_sources()}
    _show("Index", data, as_json)


def _show(title: str, data: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        console().print(summary_table(title, data))
