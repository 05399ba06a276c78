"""Search with a language model beside the index: it reduces the demand, and orders the first hits.

One question before the search and one after it. The second shows the model all of the first hits at
once (listwise reranking, Sun et al. 2023, arXiv 2304.09542). Where the model cannot be asked or
answers nothing of use, the search goes on without it and says so.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ToolError
from ..retrieval.demand import Demand
from ..retrieval.records import Hit, Reason, Record, SearchResult
from ..retrieval.search import search_datasets
from ..settings import Settings
from .language_model import LanguageModel
from .prompts import as_data, render

_ORDERED = 20
"""Hits that are shown to the model at once."""
_DESCRIPTION = 250
_PART = "model"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Subject(_Answer):
    """What a model takes a demand to be about."""

    keyphrases: str = Field(pattern=r"\w\w", max_length=200)


class Order(_Answer):
    """Numbers of datasets, best first."""

    order: list[int] = Field(min_length=1)


def search_with_model(
    demand: Demand, settings: Settings, k: int, model: LanguageModel
) -> SearchResult:
    """Return the datasets that serve a demand, as `search_datasets` does, with a model's help.

    A model that fails at the first question is not asked the second, so that nobody waits twice.
    The score of a hit stays the sum of its reasons: what the model changed is one of them.

    Raises:
        ToolError: as `search_datasets`; never for what the model does.
    """
    notes: list[str] = []
    reduced = _reduced(demand, model, notes)
    found = search_datasets(reduced, settings, max(k, _ORDERED))
    hits = found.hits if notes else _ordered(demand, found.hits, model, notes)
    note = " ".join(filter(None, [found.note, *notes]))
    return found.model_copy(update={"hits": hits[:k], "note": note})


def _reduced(demand: Demand, model: LanguageModel, notes: list[str]) -> Demand:
    """Return the demand with a model's keyphrases for its subject."""
    try:
        found = model.ask(render("search_subject"), _shown(demand), Subject)
    except ToolError as error:
        notes.append(f"The demand was reduced by rules, not by the language model: {error}")
        return demand
    return demand.model_copy(update={"topic": found.keyphrases})


def _ordered(
    demand: Demand, hits: Sequence[Hit], model: LanguageModel, notes: list[str]
) -> list[Hit]:
    """Return hits in a model's order; those it does not name keep their place behind."""
    if len(hits) < 2:
        return list(hits)
    first, rest = hits[:_ORDERED], hits[_ORDERED:]
    listed = "\n".join(
        f"<dataset>{number}. {_described(hit.record)}</dataset>"
        for number, hit in enumerate(first, 1)
    )
    try:
        order = model.ask(render("search_order"), f"{_shown(demand)}\n{listed}", Order).order
    except ToolError as error:
        notes.append(f"The order is that of the index, not of the language model: {error}")
        return list(hits)
    named = [number for number in dict.fromkeys(order) if 1 <= number <= len(first)]
    places = [*named, *(n for n in range(1, len(first) + 1) if n not in named)]
    scores = [hit.score for hit in first]
    moved = [_moved(first[n - 1], n, to, scores[to - 1]) for to, n in enumerate(places, 1)]
    return [*moved, *rest]


def _moved(hit: Hit, was: int, now: int, score: float) -> Hit:
    """Return a hit with the score of the place it is moved to, and the reason for it."""
    if was == now:
        return hit
    words = f"the language model puts it at place {now}, the index at place {was}"
    reason = Reason(part=_PART, value=score - hit.score, words=words)
    return hit.model_copy(update={"score": score, "reasons": [*hit.reasons, reason]})


def _shown(demand: Demand) -> str:
    return f"<demand>{as_data(demand.text, 1500)}</demand>"


def _described(record: Record) -> str:
    """Return what a model reads of a record: name, description, size, license."""
    rows = "rows not known" if record.size.rows is None else f"{record.size.rows:,} rows"
    title, terms = as_data(record.title, 100), as_data(record.license.label, 60)
    return f"{title} ({rows}, license {terms}): {as_data(record.description, _DESCRIPTION)}"
