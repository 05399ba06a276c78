"""What the terminal shows of a run, and how it asks what a demand means."""

import io
from typing import Any

import pytest
from dataquarry import Copilot, Demand, Settings
from dataquarry.agent.events import Event, EventType
from dataquarry.agent.gates import Gate
from dataquarry.agent.intake import Question, QuestionDecision
from dataquarry.cli.app import app
from dataquarry.cli.ask import ask
from dataquarry.cli.render import RunPrinter
from rich.console import Console
from rich.prompt import Prompt
from typer.testing import CliRunner


def shown(kind: EventType, data: dict[str, Any]) -> str:
    out = io.StringIO()
    printer = RunPrinter(Console(file=out, width=120), None)  # type: ignore[arg-type]
    printer.show(Event(run="r", seq=1, time="2026-01-01T00:00:00Z", type=kind, data=data))
    return out.getvalue()


def test_a_revision_lists_its_changes_with_the_reason() -> None:
    change = {"kind": "added", "step": "s9", "tool": "synthesize", "words": "before [red]measure"}
    data = {"reason": "Too few rows.", "plan": {}, "changes": [change]}
    assert shown(EventType.PLAN_CHANGED, data).splitlines() == [
        "Plan changed: Too few rows.",
        "  + added synthesize before [red]measure",
    ]


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        ("budget", {"go_on": True}, "Go on. Decided by ada."),
        ("budget", {"go_on": False}, "End with what there is. Decided by ada."),
        ("question", {"choice": "regression"}, "regression Decided by ada."),
        ("question", {"choice": None}, "Left open. Decided by ada."),
        ("plan", {"approve": False}, "Plan not approved. Decided by ada."),
    ],
)
def test_answers_that_are_no_verdicts_are_told(
    kind: str, answer: dict[str, Any], words: str
) -> None:
    data = {"gate": "g", "kind": kind, "answer": {"by": "ada", **answer}}
    assert shown(EventType.GATE_DECIDED, data).strip() == words


def test_a_place_in_the_queue_is_told() -> None:
    line = shown(EventType.RUN_QUEUED, {"before": 3, "most": 8, "most_of_user": 4})
    assert "3 runs before it (8 work at once, 4 of each person)" in line


@pytest.mark.parametrize(
    ("about", "typed", "choice"),
    [
        ("task", "2", "regression"),
        ("task", "0", None),
        ("target", "1", "classification"),
        ("target", "the yield", "the yield"),
    ],
)
def test_a_question_is_asked_by_number_or_in_own_words(
    monkeypatch: pytest.MonkeyPatch, about: Any, typed: str, choice: str | None
) -> None:
    question = Question(about=about, text="Which?", options=["classification", "regression"])
    gate = Gate(id="g", run="r", kind="question", question=question, demand=Demand(text="t"))
    monkeypatch.setattr(Prompt, "ask", lambda *_, **__: typed)
    assert ask(gate) == QuestionDecision(by="person", choice=choice)


def test_runs_show_ends_with_what_was_paid(settings: Settings) -> None:
    import pandas as pd

    run = Copilot(settings).run("a table of numbers", input=pd.DataFrame({"x": range(20)}))
    result = CliRunner().invoke(app, ["runs", "show", run.id])
    assert "0 tokens, 0.0000 of money" in result.stdout.splitlines()[-1]
