"""`dataquarry search`."""

from typing import Annotated

import typer

from ..settings import Settings
from .live import Live, with_live
from .output import AsJson, console, print_json, progress
from .render import hits_list, sources_list


def search(
    demand: Annotated[str, typer.Argument(help="What data is needed, in plain words.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many hits.")] = 10,
    live: Live = None,
    with_model: Annotated[
        bool | None,
        typer.Option(
            "--with-model/--without-model",
            help="Let the language model reduce the demand and order the hits.",
            show_default="as DATAQUARRY_MODEL_SEARCH says",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find datasets that serve a demand, with the reasons for each."""
    from ..agent.alone import search_alone
    from ..retrieval.understand import understand

    wanted = understand(demand)
    settings = with_live(Settings(), live)
    if with_model is not None:
        settings = settings.model_copy(update={"model_search": with_model})
    with progress("Searching"):
        result = search_alone(wanted, settings, k)
    if as_json:
        print_json({"demand": wanted.model_dump(), **result.model_dump()})
        return
    out = console()
    if result.hits:
        out.print(hits_list("Datasets that serve", result.hits))
    if result.near_misses:
        out.print(hits_list("Near, but a constraint is broken", result.near_misses))
    if result.note:
        out.print(result.note, markup=False)
    if result.sources:
        out.print(sources_list(result.sources))
