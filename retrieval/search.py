"""Search: the index, and the live sources that are switched on beside it."""

from ..settings import Settings
from .demand import Demand
from .index import DatasetIndex
from .known_issues import known_issues
from .live.search import search_live
from .records import SearchResult
from .understand import understand


def search_datasets(demand: str | Demand, settings: Settings, k: int = 10) -> SearchResult:
    """Return the datasets that serve a demand, best first, each with its reasons.

    Args:
        demand: plain words, or a Demand already understood.
        settings: where the index is, and which live sources are asked as well.
        k: the greatest number of hits.

    Raises:
        ToolError: the demand is empty, there is no index, or the settings name an unknown source.
    """
    wanted = understand(demand) if isinstance(demand, str) else demand
    index = DatasetIndex.open(settings)
    records, states = search_live(wanted, settings, index.prepare)
    found = index.search(wanted, k, records)
    return _with_issues(found.model_copy(update={"sources": states}), settings)


def _with_issues(found: SearchResult, settings: Settings) -> SearchResult:
    """Add to each hit what was found wrong with it when it was profiled before."""
    hits = [*found.hits, *found.near_misses]
    issues = known_issues(settings, [hit.record.id for hit in hits])
    for hit in hits:
        hit.flags += [f"seen when profiled: {words}" for words in issues.get(hit.record.id, [])]
    return found
