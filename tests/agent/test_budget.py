"""Budgets: what counts, when a person is asked, and how a run ends that has used all."""

from pathlib import Path

import pytest
from dataquarry import Copilot, Settings, ToolError
from dataquarry.agent.budget import Budget, BudgetDecision, Spent, parse_budget, spent_of
from dataquarry.agent.events import Event, EventType
from dataquarry.agent.gates import Answer, Gate, PlanDecision
from dataquarry.agent.model import Reply, ScriptedModel
from dataquarry.agent.model_planner import ModelPlanner
from dataquarry.agent.plan import Plan, make_steps
from dataquarry.agent.planner import RulePlanner
from dataquarry.agent.policy import auto, from_file

PLAN = '{"steps": [{"tool": "load"}, {"tool": "profile"}, {"tool": "export"}]}'


def event(kind: EventType, second: int, **data: object) -> Event:
    time = f"2026-01-01T00:{second // 60:02d}:{second % 60:02d}.000+00:00"
    return Event(run="r", seq=1, time=time, type=kind, data=data)


def test_time_at_a_gate_in_the_queue_and_after_a_stop_is_no_work() -> None:
    events = [
        event(EventType.RUN_STARTED, 0),
        event(EventType.GATE_OPENED, 10),
        event(EventType.NOTED, 100),
        event(EventType.GATE_DECIDED, 1000),
        event(EventType.STEP_STARTED, 1003),
        event(EventType.RUN_CANCELLED, 1005),
        event(EventType.RUN_RESUMED, 2000),
        event(EventType.STEP_FINISHED, 2004),
        event(EventType.RUN_QUEUED, 2005),
        event(EventType.STEP_STARTED, 3000),
        event(EventType.STEP_FINISHED, 3006),
    ]
    assert spent_of(events, Plan(), 1, Settings()).seconds == 10 + 3 + 2 + 4 + 1 + 6


def test_tokens_cost_what_the_settings_say() -> None:
    tokens = {"prompt": 2_000_000, "completion": 500_000}
    settings = Settings(model_price_in=0.5, model_price_out=2.0)
    spent = spent_of([event(EventType.MODEL_CALLED, 0, tokens=tokens)], Plan(), 0, settings)
    assert spent.tokens == 2_500_000
    assert spent.money == pytest.approx(2.0)


def test_the_same_call_is_counted_in_a_row() -> None:
    steps = make_steps(1, *[(t, {}, "") for t in ("load", "profile", "profile", "profile")])
    plan = Plan(steps=[step.model_copy(update={"status": "done"}) for step in steps])
    spent = spent_of([], plan, 4, Settings())
    assert spent.same_calls == 3
    assert Budget(same_calls=3).over(spent) == "same_calls"
    assert Budget(same_calls=9).over(spent) is None


def test_the_limit_that_is_near_or_used_up_is_named() -> None:
    budget = Budget(steps=10, tokens=1000, money=1.0)
    assert budget.near(Spent(steps=7, tokens=799, money=0.79)) == []
    assert budget.near(Spent(steps=8, tokens=800)) == ["steps", "tokens"]
    assert budget.over(Spent(money=1.0)) == "money"
    assert Budget().over(Spent(money=1e9)) is None


def test_a_budget_is_read_from_words() -> None:
    assert parse_budget("tokens=20000, money=1.5") == Budget(tokens=20000, money=1.5)
    assert parse_budget("") == Budget()
    for wrong in ("tokens", "tokens=many", "coffee=3", "steps=0"):
        with pytest.raises(ToolError, match="Not a budget"):
            parse_budget(wrong)


class Asked:
    """Approves what is recommended, and answers budget gates as told."""

    def __init__(self, *answers: BudgetDecision) -> None:
        self.answers = list(answers)
        self.gates: list[Gate] = []

    def __call__(self, gate: Gate) -> Answer:
        if gate.kind == "budget":
            self.gates.append(gate)
            return self.answers.pop(0)
        if gate.plan is None:
            return auto(gate)
        steps = [s for s in gate.plan.steps if s.tool in ("load", "profile", "export")]
        return PlanDecision(by="test", plan=gate.plan.model_copy(update={"steps": steps}))


def test_near_a_limit_a_person_is_asked_once_and_at_the_limit_the_run_ends(
    settings: Settings, table: Path, demand: str
) -> None:
    asked = Asked(BudgetDecision(by="me"))
    copilot = Copilot(settings, RulePlanner())

    run = copilot.run(demand, input=table, approve=asked, budget=Budget(steps=2, same_calls=9))

    assert len(asked.gates) == 0, "one of two steps is not yet near the limit"
    assert run.outcome is not None
    assert run.outcome["kind"] == "budget"
    assert "The limit of steps is used up: 2 steps" in run.outcome["message"]
    assert run.status == "done"
    assert run.table is not None


def test_more_is_allowed_or_the_run_ends_with_what_there_is(
    settings: Settings, table: Path, demand: str
) -> None:
    reply = Reply(text=PLAN, prompt_tokens=850, completion_tokens=50)
    for more, kind in ((True, "exported"), (False, "budget")):
        decision = BudgetDecision(by="me", go_on=more, budget=Budget(tokens=9000) if more else None)
        asked = Asked(decision)
        planner = ModelPlanner(ScriptedModel(["{}", reply]))

        run = Copilot(settings, planner).run(
            demand, input=table, approve=asked, budget=Budget(tokens=1000)
        )

        assert run.outcome is not None
        assert run.outcome["kind"] == kind
        assert [gate.spent.tokens for gate in asked.gates if gate.spent] == [900]
        with pytest.raises(ToolError, match="answer with a BudgetDecision"):
            asked.gates[0].check(PlanDecision(by="me"))


def test_a_policy_file_answers_for_the_budget(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text('{"default": "auto", "budget": "reject"}')
    gate = Gate(id="g", run="r", kind="budget", budget=Budget(), spent=Spent())
    answer = from_file(tmp_path / "policy.json")(gate)
    assert isinstance(answer, BudgetDecision)
    assert not answer.go_on
    assert auto(gate) == BudgetDecision(by="policy:auto")
