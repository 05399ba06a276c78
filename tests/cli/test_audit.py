"""`dataquarry audit`: what is approved is taken out, and the recipe replays it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from dataquarry import Settings
from dataquarry.agent.planner import RulePlanner, Start
from dataquarry.cli.app import app
from dataquarry.retrieval.demand import Demand
from typer.testing import CliRunner


def test_an_audit_proposes_and_an_export_follows(tmp_path: Path, settings: Settings) -> None:
    frame = pd.DataFrame({"size": np.random.default_rng(0).normal(9, 1, 120), "n": range(120)})
    frame.loc[5, "size"] = 1e6
    source = tmp_path / "sizes.csv"
    frame.to_csv(source, index=False)
    result = CliRunner().invoke(
        app,
        ["audit", str(source), "--approve", "everything", "--csv", "--json"],
        env={"DATAQUARRY_HOME": str(settings.home)},
    )
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [step["tool"] for step in said["plan"]["steps"]] == [
        "load",
        "profile",
        "audit",
        "export",
    ]
    assert len(pd.read_csv(tmp_path / "sizes-audited" / "data.csv")) == 119


def test_an_audit_is_planned_where_the_demand_speaks_of_it() -> None:
    def tools(text: str) -> list[str]:
        plan = RulePlanner().plan(Start(demand=Demand(text=text)))
        return [step.tool for step in plan.steps]

    assert "audit" in tools("reviews without near-duplicates and label errors")
    assert "audit" not in tools("reviews with star ratings")
