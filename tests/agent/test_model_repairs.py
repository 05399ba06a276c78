"""A run in which the language model names columns and writes repairs, and its replay without it."""

import json
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Copilot, Settings
from dataquarry.agent.model import ScriptedModel
from dataquarry.agent.model_planner import ModelPlanner
from dataquarry.agent.policy import everything
from dataquarry.tools.replay import replay_file
from dataquarry.tools.sandbox import working_levels

NAMES = {"columns": [{"column": "zip", "meaning": "zip code of the shop"}]}
REPAIRS = {
    "columns": [
        {
            "column": "zip",
            "meaning": "zip code of five digits",
            "validator": "def valid(value):\n    return len(value) == 5",
            "repair": "def repair(value):\n    return value.split('-')[0]",
            "reason": "Some have four further digits.",
        }
    ]
}


def test_repairs_of_a_model_are_approved_exported_and_replayed_without_it(
    settings: Settings, tmp_path: Path
) -> None:
    if not working_levels():
        pytest.skip("no sandbox works on this machine")
    zips = [f"{n:05d}" for n in range(1000, 1060)]
    zips[7], zips[9] = "01007-1234", "01009-9999"
    frame = pd.DataFrame({"zip": zips, "size": range(60)})
    model = ScriptedModel([json.dumps(NAMES), json.dumps(REPAIRS)])
    copilot = Copilot(settings, planner=ModelPlanner(model))
    steps = ("load", "profile", "name_columns", "write_repairs", "export")

    run = copilot.start("Clean the shops", input=frame, out=tmp_path / "out", tools=steps)
    run.follow(everything)

    assert [step.status for step in run.plan.steps] == ["done"] * 4
    assert run.facts["name_columns"]["meanings"] == {"zip": "zip code of the shop"}
    assert len(model.asked) == 2
    assert "the language model says: zip code of the shop" in model.asked[1][-1].content
    new = tmp_path / "new.csv"
    pd.DataFrame({"zip": ["77777-0001", "88888"], "size": [1, 2]}).to_csv(new, index=False)
    replay_file(tmp_path / "out" / "recipe.json", new, tmp_path / "made.csv")
    again = pd.read_csv(tmp_path / "made.csv", dtype="str")
    assert again["zip"].tolist() == ["77777", "88888"]
    assert "zip code of five digits" in run.why("zip", 7).model_dump_json()
