from pathlib import Path

from dataquarry.agent.budget import Spent
from dataquarry.agent.plan import Plan, make_steps
from dataquarry.retrieval.records import Column, Hit, License, Reason, Record, SearchResult, Size
from dataquarry.ui.look import Look
from dataquarry.ui.views import (
    facts_view,
    files_view,
    hit_card,
    hits_of,
    status_line,
    step_row,
)


def hit(**more: object) -> Hit:
    record = Record(
        id="source:x",
        source="source",
        native="x",
        title="Ships <img src=x>",
        license=License(spdx="CC0-1.0", basis="stated"),
        size=Size(rows=1309, columns=4),
        columns=[Column(name="sex"), Column(name="age", description="in years")],
        loadable=True,
    )
    reasons = [Reason(part="dense", value=0.4, words="close in meaning")]
    return Hit.model_validate({"record": record, "score": 0.5, "reasons": reasons, **more})


def test_a_candidate_shows_score_reasons_license_rows_and_flags() -> None:
    page = hit_card(hit(unmet=["too few rows"], flags=["deprecated"]), 1)
    for words in (
        *("score 0.50", "close in meaning", "+0.40", "CC0-1.0", "1,309 rows", "in years"),
        *("too few rows", "deprecated"),
    ):
        assert words in page
    assert "<img" not in page


def test_hits_come_from_the_facts_of_the_search() -> None:
    found = SearchResult(hits=[hit()], near_misses=[hit(), hit()], note="n")
    look = Look(run="r", status="waiting", seq=1, facts={"search": found.model_dump(mode="json")})
    hits, near, note = hits_of(look)
    assert (len(hits), len(near), note) == (1, 2, "n")
    assert hits_of(None) == ([], [], "")


def test_the_plan_shows_each_step_with_its_reason_and_end() -> None:
    plan = Plan(
        steps=make_steps(1, ("search", {}, "Find <b>it</b>."), ("load", {"dataset": "d"}, ""))
    )
    page = "".join(map(step_row, plan.ended("s1", "done", "3 hits").steps))
    assert page.index("Search") < page.index("Load")
    assert "3 hits" in page
    assert "dataset = d" in page
    assert "<b>it</b>" not in page


def test_the_status_names_the_step_in_question() -> None:
    plan = Plan(steps=make_steps(1, ("choose_target", {}, "")))
    assert "choose target" in status_line(Look(run="r1", status="waiting", seq=1, plan=plan))
    assert "No run" in status_line(None)


def test_any_json_can_be_shown() -> None:
    page = facts_view({"rows": 1000, "columns": [{"name": "<x>", "share": 0.12345}], "none": None})
    assert "1,000" in page
    assert "&lt;x&gt;" in page
    assert "0.1235" in page


def test_files_are_linked_with_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text("{}")
    (tmp_path / "a b.txt").write_text("x")
    page = files_view(tmp_path)
    assert "for replaying" in page
    assert "a%20b.txt" in page


def test_the_status_line_always_shows_what_was_paid() -> None:
    look = Look(run="r", status="working", seq=1)
    assert "0 tokens, 0.0000 of money" in status_line(look)
    look = Look(run="r", status="working", seq=1, spent=Spent(tokens=12_345, money=0.5))
    assert "12,345 tokens, 0.5000 of money" in status_line(look)


def test_the_status_line_shows_the_place_in_the_queue() -> None:
    line = status_line(Look(run="r", status="queued", seq=1, place=1))
    assert "In the queue · 1 run before it" in line
