"""Search: find datasets that serve the demand."""

from pydantic import BaseModel, ConfigDict, Field

from ..retrieval.index import DatasetIndex, build_index
from ..retrieval.live import chosen
from ..retrieval.records import ANSWERED, Hit, SearchResult
from ..retrieval.search import search_datasets
from .base import Effect, Result, Work, tool
from .model_search import search_with_model


class SearchArguments(BaseModel):
    """Arguments of `search`."""

    model_config = ConfigDict(extra="forbid")

    k: int = Field(default=10, ge=1, le=100, description="The greatest number of hits.")


@tool(Effect.READ)
def search(work: Work, args: SearchArguments) -> Result:
    """Find datasets that serve the demand, best first, each with its reasons.

    The catalog is searched, and the live sources that the settings switch on beside it. Where the
    settings say so, the language model reduces the demand to its subject and orders the hits.
    """
    if not DatasetIndex.exists(work.settings):
        work.report("Building the index, once")
        build_index(work.settings, work.report)
    live = chosen(work.settings)
    work.report(f"Searching the index and {', '.join(live)}" if live else "Searching")
    if work.model and work.settings.model_search:
        found = search_with_model(work.demand, work.settings, args.k, work.model)
    else:
        found = search_datasets(work.demand, work.settings, args.k)
    return Result(summary=_summary(found), data=found.model_dump(mode="json"))


def _summary(found: SearchResult) -> str:
    silent = [state.words for state in found.sources if state.state not in ANSWERED]
    return " ".join([_best(found), *([found.note] if found.hits and found.note else []), *silent])


def _best(found: SearchResult) -> str:
    if not found.hits:
        return found.note
    best = found.hits[0].record
    rows = f"{best.size.rows:,} rows" if best.size.rows is not None else "rows not known"
    return f"{_count(found.hits)}; best: {best.title} ({best.id}, {rows})."


def _count(hits: list[Hit]) -> str:
    return "1 dataset serves" if len(hits) == 1 else f"{len(hits)} datasets serve"
