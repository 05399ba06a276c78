"""A step after which the prepared table scores worse is undone, and the run says so."""

import numpy as np
import pandas as pd
from dataquarry import Copilot
from dataquarry.agent.gates import Answer, Gate
from dataquarry.agent.policy import auto
from dataquarry.tools.operations.values import ReplaceValues
from dataquarry.tools.proposals import Decision, Verdict


def shops(rows: int = 600) -> pd.DataFrame:
    """Return rows whose outcome the kind decides, with stray spaces in some kinds."""
    random = np.random.default_rng(0)
    kind = random.choice(["good", "bad"], rows)
    outcome = np.where(random.random(rows) < 0.95, kind == "good", kind == "bad")
    spaced = np.where(random.random(rows) < 0.1, np.char.add(" ", kind), kind)
    noise = random.normal(size=rows).round(3)
    return pd.DataFrame({"kind": spaced, "noise": noise, "won": outcome.astype(int)})


def careless(gate: Gate) -> Answer:
    """Edit the first repair so that it wipes out the column that tells the outcome."""
    if gate.tool != "clean" or gate.proposal is None:
        return auto(gate)
    kinds = ("good", "bad", " good", " bad")
    wipe = ReplaceValues(column="kind", mapping=dict.fromkeys(kinds, "same"))
    edit = Verdict(verdict="edit", operations=[wipe])
    return Decision(by="careless", verdicts={gate.proposal.groups[0].id: edit})


def test_a_harmful_repair_is_undone_and_told(copilot: Copilot) -> None:
    run = copilot.start(
        "Predict won",
        input=shops(),
        target="won",
        tools=("profile", "choose_target", "clean", "measure"),
    )
    assert run.follow(careless) == "done"
    clean = next(step for step in run.plan.steps if step.tool == "clean")
    assert clean.status == "undone"
    assert set(run.frame["kind"]) == {"good", "bad", " good", " bad"}
    told = [event.data for event in run.events() if event.type == "run_undone"]
    assert [data["step"] for data in told] == [clean.id]
    assert "the raw one" in clean.summary
    assert "is undone" in clean.summary
