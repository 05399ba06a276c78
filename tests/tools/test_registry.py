"""What every tool promises, checked on every tool."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dataquarry import NotApplicable, Settings, ToolError
from dataquarry.retrieval.demand import Demand
from dataquarry.tools.base import Tool, Work
from dataquarry.tools.load import keep_frame
from dataquarry.tools.proposals import Proposal, approve, approve_recommended
from dataquarry.tools.registry import TOOLS, get_tool

EACH = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
WITHOUT_TABLE = {"search", "compare", "load", "write_texts"}
WRITTEN = {
    "name": "log_age",
    "columns": ["age"],
    "reason": "Ages matter by their ratio.",
    "code": "def transform(frame):\n    return np.log(frame['age'])\n",
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "synthesize": {"rows": 160},
    "select": {"rows": 60},
    "compare": {"datasets": ["statsmodels:longley", "statsmodels:stackloss"]},
    "load": {"dataset": "sklearn:iris"},
    "link_tables": {"other": str(Path(__file__).parent / "people.csv")},
    "write_features": {"rounds": 1},
    "write_texts": {"rows": 160, "columns": {"text": "city", "label": "buys"}},
}


REPAIR = {
    "column": "city",
    "meaning": "town",
    "validator": "def valid(value):\n    return value == value.strip()\n",
    "repair": "def repair(value):\n    return value.strip()\n",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "write_features": {"features": [WRITTEN]},
    "write_repairs": {"columns": [REPAIR]},
    "name_columns": {"columns": [{"column": "age", "meaning": "age in years"}]},
}


class Answers:
    """A language model that always gives one answer."""

    name = "answers"

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer

    def ask(self, system: str, user: str, form: Any) -> Any:
        return form.model_validate(self.answer)

    def write(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("this tool asks for forms")


def people(rows: int = 120) -> pd.DataFrame:
    random = np.random.default_rng(0)
    age = random.integers(18, 80, rows)
    frame = pd.DataFrame(
        {
            "age": age,
            "income": random.lognormal(3, 0.5, rows) * (1 + age / 50),
            "city": random.choice(["Bonn", "Köln", " Bonn"], rows),
            "since": random.choice(["2024-01-02", "2023-05-06"], rows),
            "buys": np.where(age + random.normal(0, 9, rows) > 45, "yes", "no"),
        }
    )
    frame.loc[:5, "income"] = None
    return frame


def at_work(settings: Settings, tool: Tool) -> Work:
    demand = Demand(text="Predict who buys", task="classification", target="buys", min_rows=160)
    work = Work(settings=settings, demand=demand, target="buys")
    work.table = keep_frame(work.store, people(), "people")
    work.export_to = settings.exports_dir / "one"
    if tool.name in ANSWERS:
        work.model = Answers(ANSWERS[tool.name])
    return work


def propose(tool: Tool, work: Work) -> Proposal:
    return tool.propose(work, ARGUMENTS.get(tool.name, {}))


def decidable(proposal: Proposal) -> list[str]:
    """What a decision applies; notes may tell how long the work took."""
    fields = {"id", "title", "rule", "payload", "recommended", "operations", "affected", "unit"}
    return [group.model_dump_json(include=fields) for group in proposal.groups]


def test_names_are_distinct_and_in_the_order_of_a_plan() -> None:
    names = [tool.name for tool in TOOLS]
    assert len(set(names)) == len(names)
    known = [
        "search",
        "load",
        "profile",
        "choose_target",
        "clean",
        "features",
        "synthesize",
        "measure",
        "export",
    ]
    assert [name for name in names if name in known] == known


@EACH
def test_is_its_own_description(tool: Tool) -> None:
    assert tool.description.split("\n")[0].endswith(".")
    schema = tool.arguments.model_json_schema()
    for name, field in schema.get("properties", {}).items():
        assert field.get("description"), f"{tool.name}.{name} has no description"
    assert json.dumps(schema)


@EACH
def test_effect_and_apply_agree(tool: Tool) -> None:
    assert (tool.apply is not None) == tool.effect.asks
    assert tool.version >= 1
    assert get_tool(tool.name) is tool


@EACH
def test_unknown_arguments_are_named(tool: Tool) -> None:
    with pytest.raises(ToolError, match="nonsense"):
        tool.parse({"nonsense": 1})


@pytest.mark.parametrize(
    "tool", [t for t in TOOLS if t.name not in WITHOUT_TABLE], ids=lambda tool: tool.name
)
def test_needs_a_table(tool: Tool, settings: Settings) -> None:
    work = Work(settings=settings, demand=Demand(text="anything"), target="buys")
    work.export_to = settings.exports_dir / "one"
    call = tool.propose if tool.effect.asks else tool.run
    with pytest.raises(NotApplicable, match="no dataset is loaded"):
        call(work, ARGUMENTS.get(tool.name, {}))


@EACH
def test_reads_the_same_twice(tool: Tool, indexed: Settings) -> None:
    if tool.effect.asks:
        first, second = (decidable(propose(tool, at_work(indexed, tool))) for _ in range(2))
    else:
        given = ARGUMENTS.get(tool.name, {})
        first, second = (
            tool.run(at_work(indexed, tool), given).model_dump_json() for _ in range(2)
        )
        assert json.loads(first)
    assert first == second


@pytest.mark.parametrize("tool", [t for t in TOOLS if t.effect.asks], ids=lambda tool: tool.name)
def test_proposes_groups_that_can_be_decided_on_and_applies_them_the_same_twice(
    tool: Tool, indexed: Settings
) -> None:
    work = at_work(indexed, tool)
    before = work.frame
    proposal = propose(tool, work)
    pd.testing.assert_frame_equal(work.frame, before)
    assert proposal.tool == tool.name
    assert proposal.groups or proposal.notes
    ids = [group.id for group in proposal.groups]
    assert len(set(ids)) == len(ids)
    for group in proposal.groups:
        assert group.title
        assert group.rule
        assert group.evidence
        assert group.reversible
        assert len(group.examples) <= 5
    back = Proposal.model_validate_json(proposal.model_dump_json())
    assert back == proposal
    if not proposal.groups:
        return
    decision = approve_recommended(proposal, "test")
    if not decision.verdicts:
        decision = approve(proposal.groups[:1], "test")
    assert tool.apply is not None
    results = [tool.apply(work, proposal, decision) for proposal in (proposal, back)]
    assert results[0].table == results[1].table
    assert results[0].target == results[1].target
    assert json.dumps(results[0].data)


def test_an_unknown_tool_is_told_with_those_there_are() -> None:
    with pytest.raises(ToolError, match="search, compare, load"):
        get_tool("none")
