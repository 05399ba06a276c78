"""The search tool."""

from dataquarry import Demand
from dataquarry.retrieval.records import SearchResult
from dataquarry.tools.base import Work
from dataquarry.tools.search import search


def test_hits_come_as_plain_data(indexed):
    result = search.run(Work(indexed, Demand(text="weights of penguins")), {"k": 3})
    found = SearchResult.model_validate(result.data)
    assert len(found.hits) == 3
    assert "penguin" in found.hits[0].record.title.lower()
    assert found.hits[0].record.title in result.summary


def test_nothing_found_is_said(indexed):
    result = search.run(Work(indexed, Demand(text="lidar scans", modality="video")), {})
    assert not SearchResult.model_validate(result.data).hits
    assert result.summary


def test_the_index_is_built_when_there_is_none(settings, monkeypatch):
    from dataquarry.retrieval import catalog
    from dataquarry.retrieval.sources import get_source

    monkeypatch.setattr(catalog, "SOURCES", (get_source("sklearn"),))
    told: list[str] = []
    work = Work(settings, Demand(text="wine"), report=lambda words, share=None: told.append(words))
    result = search.run(work, {})
    assert "wine" in result.summary.lower()
    assert told[0] == "Building the index, once"
