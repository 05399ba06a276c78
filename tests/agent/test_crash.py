"""A process that is killed in the middle of a step loses nothing and repeats nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dataquarry import Copilot, Settings
from dataquarry.agent.events import EventType
from dataquarry.agent.policy import auto
from dataquarry.agent.run import Run

CHILD = """
import sys
from dataquarry import Copilot
Copilot().run(sys.argv[1], input=sys.argv[2])
"""


def wait_for(run: Run, kind: EventType, tool: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        for event in run.events():
            step = event.data.get("step") or {}
            if event.type is kind and isinstance(step, dict) and step.get("tool") == tool:
                return
        time.sleep(0.02)
    raise AssertionError(f"{tool} was never begun")


def only_run(copilot: Copilot) -> Run:
    until = time.monotonic() + 60
    while not copilot.runs():
        assert time.monotonic() < until
        time.sleep(0.05)
    return copilot.open(copilot.runs()[0].id)


@pytest.mark.parametrize("tool", ["profile", "features", "measure"])
def test_killed_in_a_step_and_resumed(
    settings: Settings, tmp_path: Path, table: Path, demand: str, tool: str
) -> None:
    whole = Copilot(Settings(home=tmp_path / "other")).run(demand, input=table)
    child = subprocess.Popen([sys.executable, "-c", CHILD, demand, str(table)], env=os.environ)
    copilot = Copilot(settings)
    run = only_run(copilot)
    wait_for(run, EventType.STEP_STARTED, tool)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert run.status == "interrupted"

    resumed = copilot.resume(run.id)
    resumed.follow(auto)
    assert resumed.status == "done"
    assert resumed.table == whole.table
    ended = [e.data["step"] for e in resumed.events() if e.type is EventType.STEP_FINISHED]
    assert len(ended) == len(set(ended))
    begun = [e.data["step"]["id"] for e in resumed.events() if e.type is EventType.STEP_STARTED]
    assert len(begun) == len(set(begun))
