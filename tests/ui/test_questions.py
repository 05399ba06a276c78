import pandas as pd
import pytest
from dataquarry import Copilot, Settings
from dataquarry.agent.policy import auto
from dataquarry.agent.run import Run
from dataquarry.errors import ToolError
from dataquarry.ui.desk import Desk
from dataquarry.ui.questions import KEPT, chart_in, column_in, reply_to

FRAME = pd.DataFrame(
    {"age": [30.0, None, 41.0, 41.0] * 15, "age group": ["a", "b", "c", "c"] * 15, "y": [0, 1] * 30}
)


@pytest.fixture
def run(settings: Settings) -> Run:
    """A run that waits for the choice of its target."""
    copilot = Copilot(settings)
    run = copilot.start("Predict y", input=FRAME)
    run.wait()
    gate = run.gate()
    assert gate
    run.decide(gate, auto(gate))
    while run.gate() is None:
        assert run.wait() in ("working", "waiting")
    return run


def test_the_longest_column_named_is_meant(run: Run) -> None:
    assert column_in(run, "why was age group dropped?") == "age group"
    assert column_in(run, "Describe AGE, please") == "age"
    assert column_in(run, "the average") is None


def test_questions_about_the_table_are_answered_from_it(run: Run) -> None:
    assert "60 rows and 3 columns" in str(reply_to(run, "How many rows are there?"))
    assert "age 15" in str(reply_to(run, "what is missing?"))
    assert "15 of 60" in str(reply_to(run, "how much is missing in age?"))
    assert "as its source has it" in str(reply_to(run, "why was y changed?"))


def test_what_no_rule_reads_is_no_question(run: Run) -> None:
    assert reply_to(run, "please keep the old names") is None


def test_a_question_the_run_cannot_answer_says_why(run: Run) -> None:
    with pytest.raises(ToolError, match="No step has changed the table"):
        reply_to(run, "which rows changed?")


def test_a_chart_is_asked_for_by_column(run: Run) -> None:
    assert chart_in(run, "plot age") == "age"
    assert chart_in(run, "what is age") is None


def test_a_note_goes_into_the_next_decision(run: Run, settings: Settings) -> None:
    desk = Desk(settings)
    assert desk.talk(run, "y is measured twice")
    gate = run.gate()
    assert gate
    desk.take_recommended(run.id, gate)
    answer = desk.copilot.gate(gate.id).answer
    assert answer
    assert answer["note"] == "y is measured twice"
    replies = [event.data["reply"] for event in run.events() if event.type == "noted"]
    assert replies == [KEPT]
