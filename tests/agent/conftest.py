"""A small messy table and a workspace, for whole runs with the real tools."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dataquarry import Copilot, Settings
from dataquarry.agent.gates import Answer, Gate, PlanDecision
from dataquarry.agent.policy import Policy, auto


def passengers(rows: int = 150) -> pd.DataFrame:
    """Return a table with duplicates, case variants, missing cells and a real signal."""
    random = np.random.default_rng(7)
    sex = random.choice(["male", "female"], rows)
    cabin = random.choice(["1st", "2nd", "3rd"], rows)
    age = random.normal(30, 12, rows).round(1).clip(1)
    odds = 1.5 * (sex == "female") - 0.5 * (cabin == "3rd") - age / 60
    frame = pd.DataFrame(
        {
            "passenger": [f"P{number:04d}" for number in range(rows)],
            "class": cabin,
            "sex": np.where(random.random(rows) < 0.1, " " + sex.astype(object), sex),
            "age": np.where(random.random(rows) < 0.2, np.nan, age),
            "survived": (random.random(rows) < 1 / (1 + np.exp(-odds))).astype(int),
        }
    )
    return pd.concat([frame, frame.head(12)], ignore_index=True)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of passengers, only to be read."""
    path = tmp_path_factory.mktemp("table") / "passengers.csv"
    passengers().to_csv(path, index=False)
    return path


@pytest.fixture
def copilot(settings: Settings) -> Copilot:
    return Copilot(settings)


@pytest.fixture(scope="module")
def demand() -> str:
    return "Predict whether a passenger survived from class, sex and age"


@pytest.fixture
def quick() -> Policy:
    """Approve as the auto policy does, with the search for features taken out of the plan."""

    def policy(gate: Gate) -> Answer:
        if gate.plan is None:
            return auto(gate)
        steps = [step for step in gate.plan.steps if step.tool != "features"]
        return PlanDecision(by="test", plan=gate.plan.model_copy(update={"steps": steps}))

    return policy
