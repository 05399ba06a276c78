"""The MCP server over standard input and output, with the official client."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pandas as pd
import pytest
from dataquarry import Copilot, Settings, ToolError
from dataquarry.agent.model import ScriptedModel
from dataquarry.agent.model_planner import ModelPlanner
from dataquarry.ui.mcp import AgentDesk

pytest.importorskip("mcp")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace with an index of one source."""
    from dataquarry.retrieval.index import write_index
    from dataquarry.retrieval.sources.sklearn import ScikitLearn

    settings = Settings(home=tmp_path_factory.mktemp("workspace"))
    write_index(settings, list(ScikitLearn().records()))
    return settings


DEMAND = "Predict the pulse of men from their exercises"
DATASET = "sklearn:linnerud"


def talk(settings: Settings, conversation: Any) -> Any:
    """Start the server as another program would, hold a conversation with it, return its end."""
    from mcp import Client, StdioServerParameters

    async def hold() -> Any:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "dataquarry.cli.app", "mcp"],
            env={**os.environ, "DATAQUARRY_HOME": str(settings.home)},
        )
        async with Client(server) as client:

            async def call(name: str, **arguments: Any) -> Any:
                result = await client.call_tool(name, arguments)
                [content] = result.content
                if result.is_error:
                    return content.text
                return json.loads(content.text)

            return await conversation(client, call)

    return anyio.run(hold)


async def approve_all(call: Any, state: dict[str, Any]) -> list[dict[str, Any]]:
    """Approve what each gate recommends until the run ends; return the states."""
    states = [state]
    while states[-1]["gate"]:
        gate = states[-1]["gate"]
        groups = gate["groups"]
        if gate["kind"] == "step":
            groups = [group["id"] for group in gate["groups"] if group["recommended"]]
            groups = groups[:1] if gate["pick"] == "one" else groups
        states.append(await call("decide", gate=gate["id"], approve=groups))
    return states


def test_another_agent_walks_the_same_gates(workspace: Settings) -> None:
    async def conversation(client: Any, call: Any) -> Any:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        first = await call("propose", demand=DEMAND, dataset=DATASET)
        early = await call("export", run=first["run"])
        states = await approve_all(call, first)
        profile = await call("profile", run=first["run"])
        exported = await call("export", run=first["run"])
        return tools, early, states, profile, exported

    tools, early, states, profile, exported = talk(workspace, conversation)
    assert set(tools) == {"search", "profile", "propose", "status", "decide", "export"}
    assert not tools["decide"].annotations.read_only_hint
    assert "has exported nothing" in early
    asked = [state["gate"]["tool"] for state in states[1:-1]]
    assert asked[0] == "load"
    assert asked[-1] == "export"
    assert states[-1]["status"] == "done"
    assert profile["rows"] == 20
    folder = Path(exported["folder"])
    assert folder.parent == workspace.exports_dir
    assert {entry.name for entry in folder.iterdir()} == set(exported["files"])


def test_a_gate_takes_one_answer_and_names_its_faults(workspace: Settings) -> None:
    async def conversation(client: Any, call: Any) -> Any:
        first = await call("propose", demand=DEMAND, dataset=DATASET)
        plan = first["gate"]["id"]
        second = await call("decide", gate=plan, approve=["plan"])
        again = await call("decide", gate=plan, approve=[])
        wrong = await call("decide", gate=second["gate"]["id"], approve=["everything"])
        unknown = await call("decide", gate="nothing", approve=[])
        other = await call("propose", demand=DEMAND, dataset=DATASET)
        end = await call("decide", gate=other["gate"]["id"], approve=[])
        return second, again, wrong, unknown, end

    second, again, wrong, unknown, end = talk(workspace, conversation)
    assert second["gate"]["tool"] == "load"
    assert "has been answered already" in again
    assert "no group 'everything'" in wrong
    assert "No gate 'nothing'" in unknown
    assert end["outcome"]["kind"] == "declined"
    assert not (workspace.exports_dir / end["run"]).exists()


def test_texts_of_datasets_are_cut() -> None:
    from dataquarry.ui.mcp import MAX_TEXT, _cut

    cut = _cut({"a": ["x" * 10_000], "b": 1})
    assert len(cut["a"][0]) == MAX_TEXT
    assert cut["b"] == 1


def test_a_question_about_the_demand_takes_one_of_its_options(settings: Settings) -> None:
    options = ["classification", "regression"]
    question = {"about": "task", "text": "A class or a number?", "options": options}
    plan = {"steps": [{"tool": "load"}, {"tool": "profile"}, {"tool": "export"}]}
    model = ScriptedModel([json.dumps({"question": question}), json.dumps(plan)])
    desk = AgentDesk(settings)
    desk.copilot = Copilot(settings, ModelPlanner(model))
    run = desk.copilot.start("numbers of a ship", input=pd.DataFrame({"x": range(9)}))
    gate = desk.status(run.id)["gate"]
    assert (gate["kind"], gate["question"], gate["groups"]) == (
        "question",
        question["text"],
        options,
    )
    with pytest.raises(ToolError, match="one of: classification, regression"):
        desk.decide(gate["id"], ["clustering"])
    assert desk.decide(gate["id"], ["regression"])["gate"]["kind"] == "plan"
    assert run.demand.task == "regression"
