"""A process that is killed in the middle of a step loses nothing and repeats nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
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


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def begun(run: Run) -> list[str]:
    started = (event for event in run.events() if event.type is EventType.STEP_STARTED)
    return [event.data["step"]["tool"] for event in started]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, table: Path, demand: str) -> Run:
    """A run that nobody killed."""
    return Copilot(Settings(home=tmp_path_factory.mktemp("whole"))).run(demand, input=table)


@pytest.mark.xdist_group("crash")  # all against one whole run
@pytest.mark.parametrize("tool", ["profile", "features", "measure"])
def test_killed_in_a_step_and_resumed(
    settings: Settings, whole: Run, table: Path, demand: str, tool: str
) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, demand, str(table)], env=os.environ)
    copilot = Copilot(settings)
    wait_until(lambda: bool(copilot.runs()))
    run = copilot.open(copilot.runs()[0].id)
    wait_until(lambda: tool in begun(run))
    child.send_signal(signal.SIGKILL)
    child.wait()
    wait_until(lambda: run.status == "interrupted")

    resumed = copilot.resume(run.id)
    resumed.follow(auto)
    assert resumed.status == "done"
    assert resumed.table == whole.table
    ended = [e.data["step"] for e in resumed.events() if e.type is EventType.STEP_FINISHED]
    assert len(ended) == len(set(ended))
    assert len(begun(resumed)) == len(set(begun(resumed)))
