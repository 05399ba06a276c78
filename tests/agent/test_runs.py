"""Whole runs over the real tools: what they do, and what people can do with them."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Copilot, Settings, ToolError
from dataquarry.agent.events import EventType
from dataquarry.agent.gates import AlreadyDecided, Gate, PlanDecision
from dataquarry.agent.planner import RulePlanner
from dataquarry.agent.policy import Policy, auto, everything
from dataquarry.agent.run import Run
from dataquarry.tools.proposals import approve

GoTo = Callable[[Run, str], Gate]


@pytest.fixture
def go_to(quick: Policy) -> GoTo:
    """Answer gates until the run waits at the gate of a tool, and return that gate."""

    def answer(run: Run, tool: str) -> Gate:
        while run.wait(timeout=250) == "waiting":
            gate = run.gate()
            assert gate is not None
            if gate.tool == tool:
                return gate
            run.decide(gate, quick(gate))
        raise AssertionError(f"the run never asked about {tool}: {run.status}")

    return answer


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def types(run: Run) -> list[EventType]:
    return [event.type for event in run.events()]


def test_a_file_becomes_an_export(copilot: Copilot, table: Path, demand: str) -> None:
    run = copilot.run(demand, input=table)
    assert run.status == "done"
    assert run.outcome is not None
    assert run.outcome["kind"] == "exported"
    assert run.target == "survived"
    exported = pd.read_parquet(Path(run.outcome["folder"]) / "data.parquet")
    pd.testing.assert_frame_equal(exported, run.frame)
    assert {"raw", "prepared", "verdict"} <= set(run.facts["measure"])


def test_a_frame_serves_as_input_and_is_left_alone(
    copilot: Copilot, table: Path, quick: Policy
) -> None:
    frame = pd.read_csv(table)
    before = frame.copy()
    run = copilot.run("Predict who survived", input=frame, approve=quick)
    assert run.status == "done"
    pd.testing.assert_frame_equal(frame, before)


def test_events_tell_every_step_once_and_in_order(
    copilot: Copilot, table: Path, demand: str, quick: Policy
) -> None:
    run = copilot.run(demand, input=table, approve=quick)
    events = list(run.events())
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    ended = [
        e.data["step"] for e in events if e.type.value.startswith("step_") and "status" in e.data
    ]
    assert ended == [step.id for step in run.plan.steps]
    assert types(run)[0] is EventType.RUN_STARTED
    assert types(run)[-1] is EventType.RUN_FINISHED


def test_nothing_is_changed_without_a_decision(
    copilot: Copilot, table: Path, demand: str, go_to: GoTo
) -> None:
    run = copilot.start(demand, input=table)
    gate = go_to(run, "clean")
    assert run.table is not None
    assert run.table.parent is None
    run.decide(gate, approve([], by="me"))
    go_to(run, "export")
    cleaned = next(step for step in run.plan.steps if step.tool == "clean")
    assert cleaned.status == "rejected"


def test_a_plan_that_is_not_approved_ends_the_run(copilot: Copilot, table: Path) -> None:
    run = copilot.start("Predict who survived", input=table)
    assert run.wait(timeout=60) == "waiting"
    gate = run.gate()
    assert gate is not None
    run.decide(gate, PlanDecision(by="me", approve=False))
    run.wait(timeout=60)
    assert run.outcome == {"kind": "declined", "message": "The plan was not approved."}
    assert run.table is None


def test_an_edited_plan_is_the_one_that_is_worked_on(copilot: Copilot, table: Path) -> None:
    run = copilot.start("Predict who survived", input=table)
    run.wait(timeout=60)
    gate = run.gate()
    assert gate is not None
    assert gate.plan is not None
    steps = [step for step in gate.plan.steps if step.tool in ("load", "profile", "export")]
    plan = gate.plan.model_copy(update={"steps": steps})
    run.decide(gate, PlanDecision(by="me", plan=plan))
    run.follow(auto)
    assert [step.tool for step in run.plan.steps] == ["load", "profile", "export"]
    assert EventType.PLAN_CHANGED in types(run)


def test_two_who_decide_at_once_one_wins_and_the_other_is_told(
    copilot: Copilot, settings: Settings, table: Path, demand: str, go_to: GoTo
) -> None:
    run = copilot.start(demand, input=table)
    gate = go_to(run, "clean")
    start, told = threading.Barrier(2), []

    def decide(client: Run) -> None:
        start.wait()
        try:
            client.decide(gate.id, auto(gate))
        except AlreadyDecided as error:
            told.append(str(error))

    clients = [run, Copilot(settings).open(run.id)]
    threads = [threading.Thread(target=decide, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert "that answer stands" in told[0]
    go_to(run, "export")
    decided = [e for e in run.events() if e.type is EventType.GATE_DECIDED]
    assert [e.data["gate"] for e in decided].count(gate.id) == 1


def test_undo_brings_back_table_and_gate(
    copilot: Copilot, table: Path, demand: str, go_to: GoTo
) -> None:
    run = copilot.start(demand, input=table)
    gate = go_to(run, "clean")
    before = run.table
    run.decide(gate, everything(gate))
    go_to(run, "export")
    changed = run.table
    assert changed != before
    while run.table != before:
        run.undo()
        run.wait(timeout=120)
    again = go_to(run, "clean")
    assert again.id != gate.id
    assert again.proposal == gate.proposal
    run.decide(again, everything(again))
    go_to(run, "export")
    assert run.table == changed


def test_an_earlier_step_can_be_undone_and_the_later_ones_stay(
    copilot: Copilot, table: Path, demand: str, go_to: GoTo
) -> None:
    run = copilot.start(f"{demand}; at least 200 rows", input=table)
    gate = go_to(run, "synthesize")
    run.decide(gate, everything(gate))
    go_to(run, "export")
    assert run.table is not None
    assert run.table.rows == 200
    cleaned = next(step for step in run.plan.steps if step.tool == "clean")
    run.undo(cleaned.id)
    go_to(run, "export")
    assert {change.tool for change in run.recipe.changes} == {"synthesize"}
    assert run.plan.step(cleaned.id).status == "undone"


def test_undo_says_when_there_is_nothing(copilot: Copilot, table: Path) -> None:
    run = copilot.start("Predict who survived", input=table)
    run.wait(timeout=60)
    with pytest.raises(ToolError, match="nothing to undo"):
        run.undo()


def test_a_stopped_run_goes_on_where_it_was(
    copilot: Copilot, table: Path, demand: str, go_to: GoTo
) -> None:
    run = copilot.start(demand, input=table)
    go_to(run, "clean")
    run.cancel()
    wait_until(lambda: run.status == "cancelled")
    run.resume()
    go_to(run, "clean")
    assert types(run).count(EventType.RUN_CANCELLED) == 1
    loads = [e for e in run.events() if e.type is EventType.STEP_STARTED]
    assert [e.data["step"]["tool"] for e in loads].count("load") == 1


def test_a_fork_leaves_the_first_run_alone(
    copilot: Copilot, table: Path, demand: str, go_to: GoTo
) -> None:
    run = copilot.start(demand, input=table)
    go_to(run, "clean")
    fork = run.fork()
    go_to(fork, "export")
    assert fork.table != run.table
    assert run.gate() is not None
    assert run.table is not None
    assert run.table.parent is None


def test_a_bad_start_is_refused_before_anything_is_begun(
    copilot: Copilot, table: Path, tmp_path: Path
) -> None:
    (tmp_path / "bare.csv").write_text("a,b\n")
    with pytest.raises(ToolError, match=r"missing\.csv"):
        copilot.start("anything", input=tmp_path / "missing.csv")
    with pytest.raises(ToolError, match="no rows"):
        copilot.start("anything", input=tmp_path / "bare.csv")
    with pytest.raises(ToolError, match="no column 'nothing' to predict"):
        copilot.start("anything", input=table, target="nothing")
    with pytest.raises(ToolError, match="no column 'nothing' to predict"):
        copilot.start("anything", input=pd.DataFrame({"a": [1]}), target="nothing")
    assert copilot.runs() == []


def test_fewer_rows_than_asked_for_are_filled_up_after_asking(
    copilot: Copilot, table: Path, demand: str, go_to: GoTo
) -> None:
    run = copilot.start(f"{demand}; at least 200 rows", input=table)
    gate = go_to(run, "synthesize")
    assert run.table is not None
    assert run.table.rows < 200
    changed = [e.data["reason"] for e in run.events() if e.type is EventType.PLAN_CHANGED]
    assert any("the demand asks for 200" in reason for reason in changed)
    run.decide(gate, everything(gate))
    go_to(run, "export")
    assert run.table.rows == 200


def test_both_a_dataset_and_a_file_is_an_error(copilot: Copilot, table: Path) -> None:
    with pytest.raises(ToolError, match="not both"):
        copilot.start("anything", input=table, dataset="sklearn:iris")


def test_an_empty_demand_is_an_error(copilot: Copilot) -> None:
    with pytest.raises(ToolError):
        copilot.start("   ")


class Broken(RulePlanner):
    """A planner with a defect."""

    def plan(self, *given):  # type: ignore[no-untyped-def]
        return {}["steps"]


def test_a_defect_is_told_with_the_place_it_came_from(settings: Settings) -> None:
    run = Copilot(settings, Broken()).start("a table", input=pd.DataFrame({"x": [1, 2]}))
    with pytest.raises(KeyError):
        run.wait()
    (failed,) = [event.data for event in run.events() if event.type is EventType.RUN_FAILED]
    assert (failed["error"], failed["message"]) == ("KeyError", "'steps'")
    assert "agent/test_runs.py" in failed["where"]
    assert failed["where"].endswith(" plan")
    assert run.status == "failed"
