"""Sources side by side: what arrives counts, the rest is named."""

import threading
import time

import pytest
from dataquarry import Demand
from dataquarry.errors import ToolError
from dataquarry.retrieval.live.search import search_live
from dataquarry.retrieval.records import SourceState
from dataquarry.retrieval.search import search_datasets

from .conftest import switched_on
from .replay import Play, play_everything, serving
from .test_sources import DEMAND

EVERY = [
    "huggingface",
    "openml",
    "uci",
    "zenodo",
    "datacite",
    "datagov",
    "ckan",
    "dataverse",
    "croissant",
]


def by_name(states: list[SourceState]) -> dict[str, SourceState]:
    return {state.source: state for state in states}


def test_nothing_is_asked_unless_it_is_switched_on(live, replay):
    assert search_live(DEMAND, live) == ([], [])
    assert not replay.asked


def test_every_source_answers(live, replay):
    play_everything(replay)
    records, states = search_live(DEMAND, switched_on(live, replay))
    assert [state.source for state in states] == EVERY
    assert {state.state for state in states} == {"answered"}, [state.words for state in states]
    assert {record.source for record in records} == set(EVERY)
    again = by_name(search_live(DEMAND, switched_on(live, replay))[1])
    assert {state.state for state in again.values()} == {"cached"}
    assert again["zenodo"].words == "Zenodo: 2 datasets from the cache."


def test_sources_that_fail_are_named_and_stop_nobody(live, replay):
    play_everything(replay)
    replay.on("/api/records", Play(b"", wait=40.0))
    replay.on("/datacite/dois", Play(b"{", 200))
    replay.on("/api/3/action/package_search", Play(b"", 400))
    replay.on("/api/dataset", Play(b"<html>", 200))
    began = time.monotonic()
    with serving() as other:  # a rate limit holds for a host, so this source is another one
        other.on("/api/search", Play(b"", 429, {"Retry-After": "700"}))
        settings = switched_on(
            live,
            replay,
            live_deadline=8.0,
            dataverse_urls=other.url,
            live_private_hosts=f"{replay.host},{other.host}",
        )
        records, states = search_live(DEMAND, settings)
    assert time.monotonic() - began < 16.0
    told = by_name(states)
    assert told["zenodo"].words == "Zenodo: late, 0 datasets came within 8 s."
    assert "failed, it sent no valid JSON" in told["datacite"].words
    assert "it answered 400 Bad Request" in told["ckan"].words
    assert told["dataverse"].state == "limited"
    assert "asks to wait 700 s" in told["dataverse"].words
    assert told["uci"].state == "failed"
    assert told["uci"].words.endswith("; 1 dataset came before.")
    assert {"huggingface", "uci", "croissant"} <= {record.source for record in records}


def test_what_a_late_source_has_sent_counts(live, replay):
    play_everything(replay)
    replay.on("/viewer/info", Play(b"{}", wait=20.0))
    settings = switched_on(live, replay, live_sources="huggingface", live_deadline=4.0)
    records, (state,) = search_live(DEMAND, settings)
    assert state.state == "late"
    assert state.words == "Hugging Face Hub: late, 4 datasets came within 4 s."
    assert len(records) == 4


def test_a_source_without_its_key_is_named(live, replay):
    play_everything(replay)
    settings = switched_on(live, replay, live_sources="kaggle,zenodo")
    records, states = search_live(DEMAND, settings)
    told = by_name(states)
    assert "KAGGLE_KEY" in told["kaggle"].words
    assert told["zenodo"].state == "answered"
    assert records


def test_a_defect_of_a_client_is_named_and_stops_nobody(live, replay, monkeypatch):
    play_everything(replay)
    defects = []
    monkeypatch.setattr(threading, "excepthook", lambda args: defects.append(args.exc_type))
    monkeypatch.setattr("dataquarry.retrieval.live.zenodo._file", lambda _: 1 / 0)
    settings = switched_on(live, replay, live_sources="zenodo,datacite")
    told = by_name(search_live(DEMAND, settings)[1])
    assert "defect" in told["zenodo"].words
    assert told["datacite"].state == "answered"
    assert defects == [ZeroDivisionError]


def test_an_unknown_source_is_an_error(live, replay):
    with pytest.raises(ToolError, match="No live source 'zenodoo'"):
        search_live(DEMAND, switched_on(live, replay, live_sources="zenodoo"))


def test_a_demand_without_a_subject_is_an_error(live, replay):
    with pytest.raises(ToolError, match="names no subject"):
        search_live(Demand(text="a dataset"), switched_on(live, replay))


def test_live_records_are_ranked_among_those_of_the_index(both):
    found = search_datasets("hourly air quality of a harbor", both)
    assert found.hits[0].record.source in EVERY
    assert found.sources
    ids = [hit.record.id for hit in found.hits]
    assert len(ids) == len(set(ids))
    best = found.hits[0]
    assert best.score == pytest.approx(sum(reason.value for reason in best.reasons))
    assert {"dense", "lexical", "name"} <= {reason.part for reason in best.reasons}
    name = "huggingface:harborlab/harbor-air-quality"
    (one,) = [hit for hit in found.hits if name in (hit.record.id, *hit.record.same_as)]
    words = {reason.part: reason.words for reason in one.reasons}
    assert words["popularity"] == "its source counts 12,345 downloads last month"


def test_the_same_dataset_in_three_places_is_one_hit(both):
    found = search_datasets("hourly air quality of a harbor", both, 50)
    everything = [*found.hits, *found.near_misses]
    places = {"uci:777", "openml:901", "datacite:10.24432/c5harbor"}
    (one,) = [hit for hit in everything if places & {hit.record.id, *hit.record.same_as}]
    assert places <= {one.record.id, *one.record.same_as}


def test_what_live_records_leave_open_is_flagged(both):
    found = search_datasets("hourly air quality of a harbor", both, 50)
    flags = {hit.record.id: hit.flags for hit in [*found.hits, *found.near_misses]}
    assert "access: gated" in flags["huggingface:harborlab/harbor-air-secret"]
    assert any("withdrawn" in flag for flag in flags["huggingface:oldlab/harbor-air-legacy"])
    assert "license not stated" in flags["zenodo:4343"]


def test_a_license_need_holds_for_live_records(both):
    demand = Demand(text="hourly air quality of a harbor", license="commercial")
    found = search_datasets(demand, both, 50)
    broken = {hit.record.id: hit.unmet for hit in found.near_misses}
    assert "zenodo:4242" not in {hit.record.id for hit in found.hits}
    assert all(hit.record.license.basis == "stated" for hit in found.hits)
    assert any("forbids commercial use" in words for each in broken.values() for words in each)


def test_the_index_alone_still_answers(both):
    off = both.model_copy(update={"live_sources": ""})
    found = search_datasets("weights of penguins", off)
    assert found.hits
    assert not found.sources
