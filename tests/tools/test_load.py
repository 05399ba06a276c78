from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dataquarry import NotApplicable, Settings, ToolError
from dataquarry.retrieval.demand import Demand
from dataquarry.retrieval.index import DatasetIndex
from dataquarry.retrieval.records import Deprecation, Hit, Reason, Record, SearchResult, Size
from dataquarry.tools.base import Result, Work
from dataquarry.tools.load import keep_frame, load
from dataquarry.tools.proposals import Decision, Proposal, approve, approve_recommended


def hit(native: str, **more: Any) -> Hit:
    record = Record(
        id=f"sklearn:{native}", source="sklearn", native=native, title=native.title(),
        loadable=more.pop("loadable", True), size=Size(rows=150, columns=5),
        deprecation=more.pop("deprecation", None),
    )  # fmt: skip
    reasons = [Reason(part="dense", value=0.5, words="its text is near the demand")]
    return Hit(record=record, score=0.5, reasons=reasons, **more)


def working(settings: Settings, found: SearchResult | None = None) -> Work:
    facts = {"search": found.model_dump(mode="json")} if found else {}
    return Work(settings=settings, demand=Demand(text="flowers"), facts=facts)


def applied(work: Work, proposal: Proposal, decision: Decision) -> Result:
    assert load.apply is not None
    return load.apply(work, proposal, decision)


def test_one_group_a_hit_and_the_first_is_recommended(settings: Settings) -> None:
    found = SearchResult(hits=[hit("iris"), hit("wine")], near_misses=[hit("x", unmet=["rows"])])
    proposal = load.propose(working(settings, found), {})
    assert proposal.pick == "one"
    assert [g.payload for g in proposal.groups] == [
        {"dataset": "sklearn:iris"},
        {"dataset": "sklearn:wine"},
        {"dataset": "sklearn:x"},
    ]
    assert [g.recommended for g in proposal.groups] == [True, False, False]
    assert "its text is near the demand" in proposal.groups[0].evidence
    assert proposal.groups[0].facts["license"] == "not stated"
    assert "does not meet the demand: rows" in proposal.groups[2].evidence


def test_near_misses_alone_are_never_recommended(settings: Settings) -> None:
    found = SearchResult(near_misses=[hit("iris", unmet=["license not stated"])])
    groups = load.propose(working(settings, found), {}).groups
    assert [g.recommended for g in groups] == [False]


def test_what_cannot_be_loaded_is_not_offered(settings: Settings) -> None:
    found = SearchResult(hits=[hit("far", loadable=False), hit("iris")])
    groups = load.propose(working(settings, found), {"k": 1}).groups
    assert [g.payload["dataset"] for g in groups] == ["sklearn:iris"]
    with pytest.raises(NotApplicable, match="none of the datasets"):
        load.propose(working(settings, SearchResult(hits=[hit("far", loadable=False)])), {})


def test_a_deprecated_record_says_so(settings: Settings) -> None:
    old = Deprecation(status="deprecated", reason="wrong in places", replacement="wine")
    found = SearchResult(hits=[hit("iris", deprecation=old)])
    evidence = load.propose(working(settings, found), {}).groups[0].evidence
    assert "Deprecated: wrong in places. Use instead: wine." in evidence


def test_nothing_found_gives_the_note_of_the_search(settings: Settings) -> None:
    with pytest.raises(NotApplicable, match="nothing is about this"):
        load.propose(working(settings, SearchResult(note="nothing is about this")), {})
    with pytest.raises(NotApplicable, match="search first"):
        load.propose(working(settings), {})


def test_a_record_becomes_a_table(settings: Settings) -> None:
    work = working(settings, SearchResult(hits=[hit("iris")]))
    proposal = load.propose(work, {})
    result = applied(work, proposal, approve_recommended(proposal, "test"))
    assert result.table is not None
    table = work.store.get(result.table)
    assert (table.rows, result.data["rows"]) == (150, 150)
    assert table.origin is not None
    assert (table.origin.kind, table.origin.name) == ("record", "sklearn:iris")
    assert result.data["record"]["id"] == "sklearn:iris"
    assert applied(work, proposal, approve_recommended(proposal, "test")) == result


def test_nothing_chosen(settings: Settings) -> None:
    work = working(settings, SearchResult(hits=[hit("iris")]))
    with pytest.raises(NotApplicable, match="no dataset was chosen"):
        applied(work, load.propose(work, {}), Decision(by="test"))


def test_a_named_dataset(indexed: Settings) -> None:
    work = working(indexed)
    record = DatasetIndex.open(indexed).record("sklearn:iris")
    groups = load.propose(work, {"dataset": "sklearn:iris"}).groups
    assert [(g.payload["dataset"], g.recommended) for g in groups] == [(record.id, True)]
    with pytest.raises(ToolError, match="no dataset 'sklearn:none'"):
        load.propose(work, {"dataset": "sklearn:none"})


def test_a_named_hit_keeps_its_reasons(settings: Settings) -> None:
    work = working(settings, SearchResult(hits=[hit("iris"), hit("wine")]))
    groups = load.propose(work, {"dataset": "sklearn:wine"}).groups
    assert [g.recommended for g in groups] == [True]
    assert "its text is near the demand" in groups[0].evidence


def test_a_file(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    work = working(settings)
    proposal = load.propose(work, {"input": str(path)})
    result = applied(work, proposal, approve(proposal.groups, "test"))
    assert result.table is not None
    table = work.store.get(result.table)
    assert table.columns == ["a", "b"]
    assert result.data["record"] is None
    assert table.origin is not None
    assert table.origin.sha256 == proposal.groups[0].facts["sha256"]


def test_a_file_without_rows_is_refused(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("a,b\n")
    work = working(settings)
    proposal = load.propose(work, {"input": str(path)})
    with pytest.raises(ToolError, match="has no rows"):
        applied(work, proposal, approve(proposal.groups, "test"))


def test_bad_arguments(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="not both"):
        load.propose(working(settings), {"dataset": "a", "input": "b"})
    with pytest.raises(ToolError, match="There is no file"):
        load.propose(working(settings), {"input": str(tmp_path / "none.csv")})


def test_keep_frame(settings: Settings) -> None:
    store = working(settings).store
    table = keep_frame(store, pd.DataFrame({1: [1], 2: [{"a": 1}]}), "mine")
    assert table.columns == ["1", "2"]
    assert table.origin is not None
    assert (table.origin.kind, table.origin.name) == ("frame", "mine")
