"""Intake: what a model may read in a demand, and when its question is asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from dataquarry import Copilot, Demand, Settings, ToolError
from dataquarry.agent.events import EventType
from dataquarry.agent.gates import Gate
from dataquarry.agent.intake import Question, QuestionDecision
from dataquarry.agent.model import ScriptedModel
from dataquarry.agent.model_intake import changes_plan
from dataquarry.agent.model_planner import ModelPlanner
from dataquarry.agent.planner import RulePlanner, Start
from dataquarry.agent.policy import auto, from_file

ASKED = {
    "about": "license",
    "text": "May it be used commercially?",
    "options": ["commercial", "open"],
}
PLAN = json.dumps({"steps": [{"tool": "load"}, {"tool": "profile"}, {"tool": "export"}]})


def understood(words: str, said: dict[str, Any] | str, **start: Any) -> Any:
    reply = said if isinstance(said, str) else json.dumps(said)
    begin = Start(demand=Demand(text=words), **start)
    return ModelPlanner(ScriptedModel([reply] * 2)).understand(begin, lambda *_: None)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"task": "regression"}, {"task": "regression"}),
        ({"target": "price"}, {"target": "price"}),
        ({"target": "salary"}, {}),
        ({"min_rows": 2500}, {"min_rows": 2500}),
        ({"min_rows": 500}, {}),
        ({"license": "commercial"}, {}),
        ({"task": "sorting", "target": "price"}, {"target": "price"}),
        ({"text": "Something else", "output_form": "exe"}, {}),
    ],
)
def test_only_what_the_words_bear_out_is_taken_over(
    said: dict[str, Any], kept: dict[str, Any]
) -> None:
    words = "price of flats, 2,500 of them"
    found = understood(words, said)
    assert found.demand == Demand(text=words).model_copy(update=kept)
    assert found.by == "scripted"


def test_what_the_rules_have_read_stands() -> None:
    begin = Start(demand=Demand(text="price or rent of flats", target="rent", task="regression"))
    said = json.dumps({"target": "price", "task": "clustering"})
    found = ModelPlanner(ScriptedModel([said])).understand(begin, lambda *_: None)
    assert found.demand == begin.demand


def test_a_model_that_answers_no_form_leaves_the_rules_and_they_say_why() -> None:
    found = understood("price of flats", "It is about flats.")
    assert found.demand == Demand(text="price of flats")
    assert (found.by, found.note[:14]) == ("rules", "Read by rules:")


def test_a_demand_that_came_parsed_is_read_by_nobody() -> None:
    assert understood("price of flats", {"task": "regression"}, read=True).demand.task is None


def test_a_question_is_asked_only_if_its_answer_changes_the_plan() -> None:
    searched = understood("price of flats", {"question": ASKED})
    assert searched.question == Question.model_validate(ASKED)
    own = understood("price of flats", {"question": ASKED}, input="/data/flats.csv")
    assert own.question is None  # nothing is searched, so no license is chosen by


@pytest.mark.parametrize(
    "change",
    [
        {"about": "weather"},
        {"options": ["commercial"]},
        {"options": ["commercial", "commercial "]},
        {"options": ["commercial", "whatever you like"]},
        {"about": "min_rows", "options": ["some", "many"]},
        {"text": ""},
    ],
)
def test_a_question_that_cannot_be_asked_is_left_out(change: dict[str, Any]) -> None:
    assert understood("price of flats", {"question": {**ASKED, **change}}).question is None


def test_what_the_demand_says_is_not_asked_again() -> None:
    begin = Start(demand=Demand(text="flats, open license", license="open"))
    assert not changes_plan(begin, Question.model_validate(ASKED))


def test_a_given_target_is_not_asked_for() -> None:
    asked = Question(about="target", text="Which?", options=["price", "rent"])
    begin = Start(demand=Demand(text="flats"), input="/data/flats.csv")
    assert changes_plan(begin, asked)
    assert not changes_plan(begin.model_copy(update={"target": "rent"}), asked)


def test_the_rules_ask_nothing() -> None:
    assert RulePlanner().understand(Start(demand=Demand(text="flats"))).question is None


# -- in a run -----------------------------------------------------------------------------------


@pytest.fixture
def asking(settings: Settings) -> Copilot:
    """A copilot whose model asks whether a class or a number is to be predicted."""
    options = ["classification", "regression"]
    question = {"about": "task", "text": "A class or a number?", "options": options}
    replies = [json.dumps({"question": question}), PLAN, '{"change": false}']
    return Copilot(settings, ModelPlanner(ScriptedModel(replies)))


def question_of(copilot: Copilot, table: Path) -> tuple[Any, Gate]:
    run = copilot.start("passengers of a ship", input=table)
    assert run.wait() == "waiting"
    gate = run.gate()
    assert gate is not None
    assert gate.kind == "question"
    return run, gate


def test_an_answer_becomes_part_of_the_demand_and_the_plan_comes_after_it(
    asking: Copilot, table: Path
) -> None:
    run, gate = question_of(asking, table)
    assert run.plan.steps == []
    run.decide(gate, QuestionDecision(by="ada", choice="regression"))
    assert run.wait() == "waiting"
    assert run.demand.task == "regression"
    last = [e.data for e in run.events() if e.type is EventType.DEMAND_PARSED][-1]
    assert (last["demand"]["task"], last["by"]) == ("regression", "ada")
    plan = run.gate()
    assert plan is not None
    assert plan.kind == "plan"


def test_an_answer_that_is_no_option_is_refused_and_the_gate_stays_open(
    asking: Copilot, table: Path
) -> None:
    run, gate = question_of(asking, table)
    with pytest.raises(ToolError, match="one of: classification, regression"):
        run.decide(gate, QuestionDecision(by="ada", choice="both"))
    assert run.gate() == gate


def test_nobody_is_asked_where_a_policy_decides(
    asking: Copilot, table: Path, tmp_path: Path
) -> None:
    run, gate = question_of(asking, table)
    assert auto(gate) == QuestionDecision(by="policy:auto")
    file = tmp_path / "policy.json"
    file.write_text('{"default": "reject"}')
    assert from_file(file)(gate) == QuestionDecision(by="policy:policy.json")
    run.follow(auto)
    assert run.demand.task is None
    assert run.status == "done"


def test_a_model_is_asked_once_where_a_node_is_worked_on_again_after_a_crash(
    settings: Settings, table: Path
) -> None:
    other = json.dumps({"steps": [{"tool": "load"}, {"tool": "clean"}, {"tool": "export"}]})
    model = ScriptedModel(["{}", PLAN, other, other])
    copilot = Copilot(settings, ModelPlanner(model))
    run = copilot.start("passengers of a ship", input=table)
    run.wait()
    gate, before = run.gate(), run.plan
    state = run._values
    again = copilot._driver.coordinator.plan({**state, "plan": {}, "gate": None})
    assert again.update == {"plan": before.model_dump(mode="json"), "gate": gate.id}
    assert len(model.asked) == 2


def test_a_fork_keeps_what_was_answered(asking: Copilot, table: Path) -> None:
    run, gate = question_of(asking, table)
    run.decide(gate, QuestionDecision(by="ada", choice="regression"))
    run.wait()
    run.decide(run.gate(), auto(run.gate()))
    run.wait()
    assert run.fork().demand.task == "regression"
