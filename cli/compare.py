"""`dataquarry compare`, `similar` and `mentions`: more than a list of hits."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from ..settings import Settings
from .output import AsJson, console, print_json, progress, safe
from .render import hits_list


class Need(StrEnum):
    """What a license must allow."""

    ANY = "any"
    STATED = "stated"
    COMMERCIAL = "commercial"
    OPEN = "open"


def similar(
    dataset: Annotated[str, typer.Argument(help="Id of a dataset of the catalog.")],
    license_: Annotated[
        Need, typer.Option("--license", help="What the license of a hit must allow.")
    ] = Need.ANY,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many hits.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find datasets like one, if need be under another license."""
    from ..retrieval.index import DatasetIndex
    from ..retrieval.similar import similar_records

    with progress("Searching"):
        hits = similar_records(DatasetIndex.open(Settings()), dataset, k, license_.value)
    if as_json:
        print_json([hit.model_dump() for hit in hits])
    elif hits:
        console().print(hits_list(f"Datasets like {safe(dataset)}", hits))
    else:
        console().print("No dataset is near it.")


def compare(
    datasets: Annotated[list[str], typer.Argument(help="Ids of two or more datasets.")],
    as_json: AsJson = False,
) -> None:
    """Compare datasets: columns, size, license, overlap of content, equal rows."""
    from ..retrieval.demand import Demand
    from ..tools.base import Work
    from ..tools.compare import compare_datasets

    with progress("Comparing") as report:
        work = Work(settings=Settings(), demand=Demand(text=""), report=report)
        found = compare_datasets(work, datasets)
    if as_json:
        print_json(found.model_dump())
        return
    sides = Grid("Dataset", "Rows", "Columns", "License", "To be known", box=None)
    for side in found.datasets:
        notes = "; ".join([*side.flags, *(f"seen when profiled: {i}" for i in side.issues)])
        sides.add_row(
            safe(side.id),
            _number(side.rows),
            _number(side.columns),
            safe(side.license),
            safe(notes),
        )
    out = console()
    out.print(sides)
    for pair in found.pairs:
        out.print(f"\n[bold]{safe(pair.first)}[/] and [bold]{safe(pair.second)}[/]")
        for name, value in pair.facts().items():
            out.print(f"  {name}: {safe(value)}", soft_wrap=True)


def mentions(
    file: Annotated[Path, typer.Argument(help="A paper: PDF or plain text.")],
    as_json: AsJson = False,
) -> None:
    """Find the datasets that a paper uses, and the records of the catalog that they are."""
    from ..retrieval.index import DatasetIndex
    from ..retrieval.papers import find_mentions, read_paper

    with progress("Reading the paper"):
        known = DatasetIndex.open(Settings()).records()
        found = find_mentions(read_paper(file.expanduser()), known)
    if as_json:
        print_json([mention.model_dump() for mention in found])
        return
    grid = Grid("Dataset", "Times", "How known", "Records", "Where", box=None)
    for mention in found:
        records = ", ".join(mention.records[:3]) or "not in the catalog"
        grid.add_row(
            safe(mention.name, 60),
            str(mention.count),
            mention.confidence,
            safe(records),
            safe(mention.sentence, 90),
        )
    console().print(grid if found else "The paper names no dataset that was recognized.")


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"
