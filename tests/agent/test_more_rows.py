"""When the rules add a step that makes rows, and which one."""

from typing import Any

import pytest
from dataquarry import Demand
from dataquarry.agent.planner import RulePlanner, Situation, Start
from dataquarry.tools.synthesis.conditions import asked_for_more, parse_conditions

TEXTS = {"columns": [{"name": "body", "kind": "text"}]}
NUMBERS = {"columns": [{"name": "size", "kind": "number"}]}


def after(tool: str, demand: Demand, rows: int | None, **more: Any) -> Situation:
    start = Start(demand=demand)
    plan = RulePlanner().plan(start)
    for step in plan.steps:
        plan = plan.ended(step.id, "done", "went well")
        if step.tool == tool:
            break
    return Situation(
        start=start,
        plan=plan,
        step=step,
        problem=None,
        has_table=rows is not None,
        rows=rows,
        target=None,
        facts=more.get("facts", {}),
        has_model=more.get("has_model", False),
    )


def added(situation: Situation) -> list[tuple[str, dict[str, Any]]]:
    revision = RulePlanner().revise(situation)
    if revision is None:
        return []
    known = {step.id for step in situation.plan.steps}
    return [(s.tool, s.arguments) for s in revision.plan.steps if s.id not in known]


def test_more_rows_of_a_kind_are_made_as_the_demand_says() -> None:
    words = "Customers who left; 500 more rows where churn = yes and region = north"
    situation = after("profile", Demand(text=words), 900, facts={"profile": NUMBERS})
    assert added(situation) == [
        ("synthesize", {"more": 500, "where": "churn = yes and region = north"})
    ]
    enough = Demand(text="Customers", min_rows=100)
    assert added(after("profile", enough, 900, facts={"profile": NUMBERS})) == []


@pytest.mark.parametrize(
    ("facts", "has_model", "tool"),
    [(TEXTS, True, "write_texts"), (TEXTS, False, "synthesize"), (NUMBERS, True, "synthesize")],
)
def test_texts_are_written_where_there_is_a_model_and_numbers_are_not(
    facts: dict[str, Any], has_model: bool, tool: str
) -> None:
    demand = Demand(text="Letters", min_rows=50)
    situation = after("profile", demand, 20, facts={"profile": facts}, has_model=has_model)
    assert added(situation) == [(tool, {"rows": 50})]


def test_texts_that_nobody_has_are_written_instead_of_loaded() -> None:
    demand = Demand(text="Letters to a mayor", modality="text", min_rows=50)
    situation = after("search", demand, None, has_model=True)
    revision = RulePlanner().revise(situation)
    assert revision is not None
    tools = [step.tool for step in revision.plan.steps]
    assert tools == ["search", "write_texts", "profile", "choose_target", "clean", "export"]

    without = RulePlanner().revise(after("search", demand, None))
    assert without is not None
    assert [step.tool for step in without.plan.steps] == ["search"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("give me 1,500 additional rows.", (1500, None)),
        ("20 more synthetic rows where age >= 18.5, to train on", (20, "age >= 18.5")),
        ("at least 500 rows on churn", None),
        ("more rows", None),
    ],
)
def test_the_wish_for_more_is_read(words: str, expected: tuple[int, str | None] | None) -> None:
    assert asked_for_more(words) == expected
    if expected and expected[1]:
        assert parse_conditions(expected[1])
