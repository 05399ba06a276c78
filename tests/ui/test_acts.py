"""Presses: what a button asks for is done, whatever was drawn meanwhile."""

import dataclasses
import json
from typing import Any

import gradio as gr
import pandas as pd
import pytest
from dataquarry import Copilot, Demand, Settings
from dataquarry.agent.budget import Budget, Spent
from dataquarry.agent.gates import Gate
from dataquarry.agent.intake import Question, QuestionDecision
from dataquarry.agent.run import Run
from dataquarry.ui.acts import ACTS, carry_out
from dataquarry.ui.budget import draw_budget
from dataquarry.ui.desk import Desk
from dataquarry.ui.look import look_at
from dataquarry.ui.plan_editor import CHANGES, drafted, edited
from dataquarry.ui.presses import Press, Presses, read_press
from dataquarry.ui.question_card import draw_question
from dataquarry.ui.refresh import updates

STATES = ("working", "queued", "done", "cancelled")


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the page was warned of."""
    said: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda text, **_: said.append(text))
    return said


@pytest.fixture
def desk(settings: Settings) -> Desk:
    return Desk(settings)


@pytest.fixture
def run(desk: Desk) -> Run:
    frame = pd.DataFrame({"rain": [1.0, 2.0, None] * 10, "crop": ["rye", "Rye "] * 15})
    found = desk.copilot.start("tidy this", input=frame, tools=["profile", "clean", "export"])
    assert found.wait() == "waiting"
    return found


def gate_of(run: Run) -> Gate:
    assert run.wait() == "waiting"
    gate = run.gate()
    assert gate is not None
    return gate


def press(act: str, *about: str, values: list[Any] | None = None) -> Press:
    return Press(act, list(about), values or [])


def test_a_button_writes_what_was_pressed_and_no_handler_of_the_server() -> None:
    with gr.Blocks() as blocks:
        presses = Presses()
        presses.on(gr.Button("x"), "choose", 'g"1', "</script>", values=[gr.Radio(["a"])])
    (function,) = blocks.fns.values()
    assert function.fn is None
    assert '["choose", "g\\"1", "</script>"]' in str(function.js)


def test_what_was_pressed_is_read_back() -> None:
    text = json.dumps({"asked": ["choose", "g", "x"], "values": ["v"], "at": 1})
    assert read_press(text) == Press("choose", ["g", "x"], ["v"])
    assert read_press("") is None


def test_a_plan_is_edited_by_the_ids_of_its_steps(desk: Desk, run: Run) -> None:
    gate = gate_of(run)
    draft = carry_out(desk, press("up", gate.id, "s2"), None)
    draft = carry_out(desk, press("skip", gate.id, "s1"), draft)
    draft = carry_out(desk, press("delete", gate.id, "s3"), draft)
    assert draft is not None
    assert [(s["id"], s["status"]) for s in draft["plan"]["steps"]] == [
        ("s2", "pending"),
        ("s1", "skipped"),
    ]
    # Pressed on what was drawn before the step was deleted.
    assert carry_out(desk, press("delete", gate.id, "s3"), draft) == draft


def test_a_draft_counts_for_its_own_gate_only(desk: Desk, run: Run) -> None:
    gate = gate_of(run)
    assert gate.plan is not None
    draft = carry_out(desk, press("delete", gate.id, "s1"), None)
    other = gate.model_copy(update={"id": "another"})
    assert "s1" not in [step.id for step in drafted(gate, draft).steps]
    assert drafted(other, draft) == gate.plan
    later = edited(other, draft, "s2", "delete")
    assert later is not None
    assert [step["id"] for step in later["plan"]["steps"]] == ["s1", "s3"]


def test_the_plan_editor_is_not_drawn_again_while_the_status_settles(desk: Desk, run: Run) -> None:
    gate_of(run)
    look = look_at(run)
    early = dataclasses.replace(look, status="working")
    assert updates(early, "", "", desk)["plan_key"] == updates(look, "", "", desk)["plan_key"]
    ended = dataclasses.replace(look, gate=None)
    keys = {updates(dataclasses.replace(ended, status=s), "", "", desk)["plan_key"] for s in STATES}
    assert len(keys) == 2  # steps can be undone, or not


def test_a_plan_pressed_twice_is_approved_once_and_nobody_is_warned(
    desk: Desk, run: Run, warned: list[str]
) -> None:
    gate = gate_of(run)
    for _ in range(3):
        carry_out(desk, press("approve_plan", gate.id), None)
    assert gate_of(run).tool == "clean"
    assert warned == []
    carry_out(desk, press("reject_plan", gate.id), None)
    assert "answered already" in warned[0]


def test_a_card_is_decided_group_by_group(desk: Desk, run: Run, warned: list[str]) -> None:
    carry_out(desk, press("approve_plan", gate_of(run).id), None)
    gate = gate_of(run)
    assert gate.proposal is not None
    bad = ["", *["edit", "["] * len(gate.proposal.groups)]
    carry_out(desk, press("apply", gate.id, values=bad), None)
    assert "is not JSON" in warned[0]
    values = ["my note", "approve", "", *["reject", ""] * (len(gate.proposal.groups) - 1)]
    carry_out(desk, press("apply", gate.id, values=values), None)
    assert gate_of(run).tool == "export"
    answer = desk.copilot.gate(gate.id).answer
    assert answer is not None
    assert answer["note"] == "my note"
    assert [v["verdict"] for v in answer["verdicts"].values()].count("approve") == 1


def test_nothing_chosen_is_told_and_the_gate_stays_open(
    desk: Desk, run: Run, warned: list[str]
) -> None:
    gate = gate_of(run)
    carry_out(desk, press("choose", gate.id, values=[None]), None)
    carry_out(desk, press("answer", gate.id, values=[None]), None)
    assert warned == ["Choose one of them first.", "Choose an answer first, or leave it open."]
    assert gate_of(run) == gate


def test_every_button_has_an_act() -> None:
    assert set(CHANGES).isdisjoint(ACTS)
    assert {"reject_plan", "choose", "apply", "undo", "go_on", "answer"} <= set(ACTS)


def test_what_is_said_in_the_chat_answers_an_open_question(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Question(about="task", text="Which?", options=["classification", "regression"])
    gate = Gate(id="q", run=run.id, kind="question", question=question, demand=run.demand)
    said: list[Any] = []
    monkeypatch.setattr(Run, "gate", lambda _: gate)
    monkeypatch.setattr(desk, "decide", lambda *answer: said.append(answer))
    assert desk.talk(run, "Regression")
    assert said == [(run.id, "q", QuestionDecision(by="person", choice="regression"))]
    assert desk.talk(run, "whichever fits best")  # no option: kept as a note
    gate.question = Question(about="target", text="Which?", options=["crop", "rain"])
    assert desk.talk(run, "how many rows?")
    assert len(said) == 1


def test_a_copilot_of_another_process_sees_the_decision(desk: Desk, run: Run) -> None:
    carry_out(desk, press("approve_plan", gate_of(run).id), None)
    gate = gate_of(run)
    carry_out(desk, press("recommended", gate.id), None)
    assert Copilot(desk.settings).gate(gate.id).answer is not None


@pytest.mark.parametrize(("about", "control"), [("task", gr.Radio), ("target", gr.Dropdown)])
def test_a_question_is_drawn_with_its_answers(about: Any, control: type[Any]) -> None:
    question = Question(about=about, text="<b>Which?</b>", options=["classification", "other"])
    gate = Gate(id="g", run="r", kind="question", question=question, demand=Demand(text="t"))
    with gr.Blocks() as blocks:
        draw_question(gate, Presses())
    drawn = list(blocks.blocks.values())
    assert any(isinstance(block, control) for block in drawn)
    assert not any("<b>Which" in str(getattr(block, "value", "")) for block in drawn)
    asked = [str(function.js) for function in blocks.fns.values()]
    assert ['["answer", "g"]' in asked[0], '["leave_open", "g"]' in asked[1]] == [True, True]
    assert all(function.fn is None for function in blocks.fns.values())


def test_a_budget_is_drawn_with_its_limits() -> None:
    gate = Gate(id="g", run="r", kind="budget", budget=Budget(tokens=500), spent=Spent(tokens=450))
    with gr.Blocks() as blocks:
        draw_budget(gate, Presses())
    asked = [str(function.js) for function in blocks.fns.values()]
    assert ['["go_on", "g"]' in asked[0], '["end", "g"]' in asked[1]] == [True, True]
    values = [str(getattr(block, "value", "")) for block in blocks.blocks.values()]
    assert any("tokens=500" in value for value in values)
