"""`dataquarry index build|add|info|train`."""

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
    place: Annotated[
        str,
        typer.Argument(
            help="Folder of data files, JSON or JSONL file of records, Croissant or schema.org "
            "datasets or CKAN packages, or the address of such a document."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Add records of your own to the index; all of them or, if one is at fault, none."""
    from ..retrieval.additions import read_additions
    from ..retrieval.index import DatasetIndex
    from ..tools.folder_records import folder_records

    settings = Settings()
    index = DatasetIndex.open(settings)
    with progress("Reading the records") as report:
        if Path(place).expanduser().is_dir():
            records = folder_records(Path(place), report)
        else:
            records = read_additions(place, settings)
        index.add(records, report)
    _show(f"{len(records)} records added", index.info().model_dump(mode="json"), as_json)


@app.command()
def info(as_json: AsJson = False) -> None:
    """Show what the index holds, and which catalog sources are not installed."""
    from ..retrieval.index import DatasetIndex
    from ..retrieval.sources import missing_sources

    data = DatasetIndex.open(Settings()).info().model_dump(mode="json")
    data["missing"] = {source.name: source.install for source in missing_sources()}
    _show("Index", data, as_json)


@app.command()
def train(
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of JSON lines to learn from; without it, the index itself."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; <home>/trained without it.")
    ] = None,
    objective: Annotated[
        str | None,
        typer.Option(help="contrastive or distill; by the data without it."),
    ] = None,
    method: Annotated[str, typer.Option(help="lora or full.")] = "lora",
    steps: Annotated[int, typer.Option(min=1, help="Batches to learn from.")] = 200,
    batch: Annotated[int, typer.Option(min=2, help="Demands in a batch.")] = 32,
    matryoshka: Annotated[
        bool, typer.Option(help="Make the first dimensions of vectors useful alone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Train the bi-encoder on demands and the datasets that serve them, or on the index alone."""
    from ..retrieval.training import TrainingPlan, train
    from ..retrieval.training_data import catalog_pairs, read_training

    settings = Settings()
    with progress("Training") as report:
        learned = read_training(data, settings) if data else catalog_pairs(settings)
        plan = TrainingPlan.checked(
            objective=objective or learned.objective,
            method=method,
            steps=steps,
            batch=batch,
            matryoshka=matryoshka,
        )
        result = train(settings, learned, plan, out or settings.home / "trained", report)
    _show("Trained", result.model_dump(mode="json"), as_json)


def _show(title: str, data: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        console().print(summary_table(title, data))
