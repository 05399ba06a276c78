"""`write_texts` in a workspace: preview and price first, then the rows, marked."""

import json
from typing import Any

import pandas as pd
import pytest
from dataquarry import NotApplicable, Settings, ToolError
from dataquarry.agent.model import Reply, ScriptedModel
from dataquarry.agent.tool_model import ToolModel
from dataquarry.retrieval.demand import Demand
from dataquarry.tools.base import Work
from dataquarry.tools.load import keep_frame
from dataquarry.tools.proposals import approve
from dataquarry.tools.textsynth.derive import kind_in, labels_in
from dataquarry.tools.textsynth.label_tool import label_texts
from dataquarry.tools.textsynth.tool import write_texts

from .conftest import labels, rows
from .test_write import ANGER, PRAISE, script

MAILS = pd.DataFrame(
    {
        "mail": ["What a lovely shop you have", "My parcel never came, I am angry"],
        "tone": ["praise", "complaint"],
        "stars": [5, 1],
    }
)
TASK: dict[str, Any] = {"about": "Mails to a shop", "check": "none", "language": "en"}


def at_work(settings: Settings, replies: list[Reply] | None, frame: pd.DataFrame | None) -> Work:
    work = Work(settings=settings, demand=Demand(text="Mails to a shop"))
    if replies is not None:
        work.model = ToolModel(ScriptedModel(replies))
    if frame is not None:
        work.table = keep_frame(work.store, frame, "mails")
    return work


def test_five_rows_and_the_price_come_before_the_rest(settings: Settings) -> None:
    priced = settings.model_copy(update={"model_price_in": 1.0, "model_price_out": 2.0})
    work = at_work(priced, script(), None)
    args = {**TASK, "rows": 8, "labels": {"praise": "", "complaint": ""}}
    proposal = write_texts.propose(work, args)
    group = proposal.groups[0]
    assert [e.after for e in group.examples] == [json.dumps(r) for r in group.facts["preview"]]
    assert len(group.facts["preview"]) == 5
    estimate = group.facts["estimate"]
    assert estimate["money"] > 0
    assert estimate["tokens"] > estimate["spent_tokens"]
    assert f"{estimate['tokens']:,} tokens" in group.evidence
    assert not group.recommended

    assert write_texts.apply is not None
    result = write_texts.apply(work, proposal, approve(proposal.groups, "Ada"))
    assert work.model is not None
    assert len(work.model.model.asked) == 4  # type: ignore[attr-defined]
    frame = work.store.frame(work.store.get(result.table or ""))
    assert sorted(frame["text"]) == sorted([*PRAISE, *ANGER])
    assert frame["is_synthetic"].all()
    origin = json.loads(frame["synthetic_provenance"].iloc[0])
    assert origin["model"] == "scripted"
    assert len(origin["prompt"]) == 16
    assert result.data["quality"]["labels"] == {"praise": 4, "complaint": 4}
    change = work.store.get(result.table or "").changes[0]
    assert change.decided_by == "Ada"
    assert "PASS" in change.evidence


def test_rows_are_added_to_a_table_in_its_columns(settings: Settings) -> None:
    work = at_work(settings, [script()[1], script()[0]], MAILS)
    args = {**TASK, "more": 4, "columns": {"text": "mail", "label": "tone"}}
    proposal = write_texts.propose(work, args)
    assert write_texts.apply is not None
    result = write_texts.apply(work, proposal, approve(proposal.groups, "Ada"))
    frame = work.store.frame(work.store.get(result.table or ""))
    assert frame["is_synthetic"].tolist() == [False] * 2 + [True] * 4
    assert frame["mail"].tolist() == [*MAILS["mail"], *ANGER[:2], *PRAISE[:2]]
    assert frame["stars"].tolist()[:2] == [5, 1]
    assert frame["stars"].isna().sum() == 4
    assert str(frame["stars"].dtype) == "Int64"
    parents = [json.loads(cell)["parents"] for cell in frame["synthetic_provenance"][2:]]
    assert parents == [["mails#1"]] * 2 + [["mails#0"]] * 2
    assert work.store.get(result.table or "").changes[0].operations[0].apply(MAILS).equals(frame)


def test_the_demand_that_asks_for_the_rows_recommends_them(settings: Settings) -> None:
    work = at_work(settings, script(), None)
    work.demand = Demand(text="8 mails labeled as praise or complaint", min_rows=8)
    assert write_texts.propose(work, {"check": "none"}).groups[0].recommended
    work = at_work(settings, script(), None)
    work.demand = Demand(text="80 mails labeled as praise or complaint", min_rows=80)
    tight = write_texts.propose(work, {"check": "none", "max_tokens": 1_000})
    assert not tight.groups[0].facts["estimate"]["within_budget"]
    assert not tight.groups[0].recommended


def test_without_a_model_nothing_is_invented_and_the_unmet_part_is_named(
    settings: Settings,
) -> None:
    work = at_work(settings, None, None)
    args = {**TASK, "rows": 8, "labels": {"praise": "", "complaint": ""}}
    proposal = write_texts.propose(work, args)
    assert not proposal.groups
    assert "nothing is written" in proposal.notes[0]
    assert "8 of 8 rows" in proposal.notes[1]
    assert "praise, complaint" in proposal.notes[1]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"rows": 2, "about": "Mails"}, "at least two labels"),
        ({"about": "Mails as good or bad"}, "Say how many texts"),
        ({"rows": 2, "kind": "regression", "about": "Mails", "low": 5, "high": 1}, "low < high"),
        ({"rows": 2, "about": "good or bad", "max_money": 1.0}, "MODEL_PRICE_IN"),
    ],
)
def test_what_is_not_said_is_asked_for(settings: Settings, args: Any, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        write_texts.propose(at_work(settings, [], None), args)


def test_a_table_without_sentences_is_passed_over(settings: Settings) -> None:
    frame = pd.DataFrame({"size": [1, 2, 3], "color": ["red", "blue", "red"]})
    with pytest.raises(NotApplicable, match="no column of sentences"):
        write_texts.propose(at_work(settings, [], frame), {"more": 3})


def test_a_teacher_that_writes_nothing_of_use_is_a_problem_with_its_reasons(
    settings: Settings,
) -> None:
    work = at_work(settings, [Reply(text="Sorry.")] * 8, None)
    args = {**TASK, "rows": 8, "labels": {"praise": "", "complaint": ""}}
    with pytest.raises(ToolError, match=r"scripted wrote no row .* could not be read"):
        write_texts.propose(work, args)


def test_a_budget_that_ends_keeps_what_there_is(settings: Settings) -> None:
    work = at_work(settings, script(), None)
    args = {**TASK, "rows": 8, "labels": {"praise": "", "complaint": ""}, "max_tokens": 900}
    proposal = write_texts.propose(work, args)
    assert write_texts.apply is not None
    result = write_texts.apply(work, proposal, approve(proposal.groups, "Ada"))
    assert 0 < result.data["quality"]["kept"] < 8
    assert "may be spent" in result.summary


def test_queries_have_to_find_their_document(settings: Settings) -> None:
    subjects = [
        "apple trees",
        "iron bridges",
        "wool socks",
        "jazz clubs",
        "river boats",
        "old maps",
    ]
    documents = [f"All about {subject} and where people like them most." for subject in subjects]
    work = at_work(settings, [], pd.DataFrame({"document": documents}))

    class Model(ScriptedModel):
        def reply(self, messages: Any, **options: Any) -> Reply:
            subject = next(s for s in subjects if s in messages[-1].content)
            queries = [f"best {subject} near me", f"cheap flights number {subjects.index(subject)}"]
            return rows(*({"query": query} for query in queries))

    work.model = ToolModel(Model([]))
    proposal = write_texts.propose(work, {"kind": "retrieval", "more": 12, "about": "search"})
    queries = [row["query"] for row in proposal.groups[0].facts["preview"]]
    assert all(query.startswith("best") for query in queries)
    assert "the query does not find its document again" in proposal.groups[0].facts["rejected"]


def test_words_say_what_is_wanted() -> None:
    assert kind_in("question answering pairs on cooking") == "question_answering"
    assert kind_in("reviews as good or bad") == "classification"
    assert kind_in("news with named entities") == "extraction"
    assert labels_in("mails with the labels: praise, complaint and question.") == [
        *("praise", "complaint", "question")
    ]
    assert labels_in("Reviews classified as positive or negative") == ["positive", "negative"]
    assert labels_in("Some reviews") == []


def test_labels_are_written_where_the_answers_agree(settings: Settings) -> None:
    texts = [*PRAISE, *ANGER]
    frame = pd.DataFrame(
        {"mail": texts, "tone": ["praise", None, None, None, "complaint"] + [None] * 3}
    )
    answers = ["praise", "praise", "praise", "complaint", "complaint", "complaint"]
    unsure = [*answers[:2], "complaint", *answers[3:]]
    third = ["complaint", *answers[1:5], "nonsense"]
    work = at_work(settings, [labels(*answers), labels(*unsure), labels(*third)], frame)
    args = {"columns": {"text": "mail", "label": "tone"}}
    proposal = label_texts.propose(work, args)
    assert "2 texts have a label" in proposal.groups[0].evidence
    assert len(proposal.groups[0].examples) == 5
    assert label_texts.apply is not None
    result = label_texts.apply(work, proposal, approve(proposal.groups, "Ada"))
    after = work.store.frame(work.store.get(result.table or ""))
    assert after["tone"].tolist() == ["praise"] * 4 + ["complaint"] * 4
    assert "6 of 6 labels were sure" in result.summary

    with pytest.raises(NotApplicable, match="every text has a 'tone'"):
        label_texts.propose(at_work(settings, [], after), args)
    without = label_texts.propose(at_work(settings, None, frame), args)
    assert not without.groups
    assert "DATAQUARRY_MODEL" in without.notes[0]
