"""Trials with `kill -9`: a run is killed at a random moment in a process of its own and resumed."""

import random
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from ..agent.copilot import Copilot
from ..agent.policy import auto
from ..agent.run import ENDED, Run
from ..agent.store import RunStore
from ..errors import ToolError
from ..settings import Settings
from .suite import Report
from .trials import DEMAND, TARGET, data_of, faulty_frame, fresh

LOOK_SECONDS = 0.01
MOST_SECONDS = 300.0

_WATCH = """
CREATE TABLE computed (key TEXT NOT NULL);
CREATE TRIGGER count_computed BEFORE INSERT ON results
BEGIN INSERT INTO computed VALUES (new.key); END;
"""


def kill_trials(
    count: int, folder: Path, settings: Settings, report: Report
) -> list[dict[str, Any]]:
    """Kill `count` runs of the same table at random moments and resume each.

    An unkilled run tells what the table must be and how long a run takes; the moments are spread
    over that time.
    """
    source = folder / "orders.csv"
    faulty_frame(settings.seed).to_csv(source, index=False)
    whole, seconds = _unkilled(folder / "whole", source, settings)
    draw = random.Random(settings.seed)
    cases = []
    for number in range(count):
        report(f"kill {number + 1} of {count}", number / count)
        after = draw.uniform(0.0, seconds)
        cases.append(_trial(number, folder / f"kill-{number}", source, settings, after, whole))
    return cases


def _unkilled(home: Path, source: Path, settings: Settings) -> tuple[Run, float]:
    _watch(home)
    process = _begin(home, source, settings)
    _await_run(home, process)
    process.wait(MOST_SECONDS)
    copilot = fresh(settings, home)
    run = copilot.open(copilot.runs()[0].id)
    if run.status != "done":
        raise ToolError(f"The unkilled run did not end well: {run.status}, {run.outcome}.")
    times = [datetime.fromisoformat(event.time) for event in run.events()]
    return run, (times[-1] - times[0]).total_seconds()


def _trial(
    number: int, home: Path, source: Path, settings: Settings, after: float, whole: Run
) -> dict[str, Any]:
    """Kill one run some seconds after its start, resume it, and compare it with the whole one."""
    _watch(home)
    process = _begin(home, source, settings)
    _await_run(home, process)
    time.sleep(after)
    alive = process.poll() is None
    process.kill()
    process.wait()
    copilot = fresh(settings, home)
    run = copilot.open(copilot.runs()[0].id)
    at = run.plan.next_step()
    if run.status not in ENDED:
        _go_on(copilot, run)
    return {
        "id": f"kill-{number + 1:02d}",
        "kind": "kill",
        "same_table": data_of(run) == data_of(whole) and _exported(run) == _exported(whole),
        "paid_once": not _paid_twice(home),
        "ended": run.status == "done",
        "after": round(after, 3),
        "killed_alive": alive,
        "at": at.tool if at else "end" if run.plan.steps else "start",
    }


def _go_on(copilot: Copilot, run: Run) -> None:
    """Carry the run to its end; that its process died may show only after a moment."""
    if run.status != "interrupted":
        run.follow(auto)
    if run.status == "interrupted":
        copilot.resume(run.id)
        run.follow(auto)


def _exported(run: Run) -> bytes | None:
    """Return the bytes of the exported table, None where nothing was exported."""
    if not run.outcome or "folder" not in run.outcome:
        return None
    return (Path(run.outcome["folder"]) / "data.parquet").read_bytes()


# -- the process that is killed ---------------------------------------------------------------


def _begin(home: Path, source: Path, settings: Settings) -> "subprocess.Popen[bytes]":
    """Start a process that works on a run."""
    return subprocess.Popen(
        [sys.executable, "-m", __name__, str(home), str(source), str(settings.seed)],
        stdout=subprocess.DEVNULL,
    )


def main(home: str, source: str, seed: str) -> None:
    """Work on one run from its start to its export; what the process does that is killed."""
    copilot = fresh(Settings(seed=int(seed)), Path(home))
    copilot.run(DEMAND, input=source, target=TARGET, approve="auto")


def _await_run(home: Path, process: "subprocess.Popen[bytes]") -> None:
    store = RunStore(home / "runs.sqlite")
    late = time.monotonic() + MOST_SECONDS
    while not store.runs():
        if process.poll() is not None or time.monotonic() > late:
            raise ToolError("The process that was to be killed did not begin a run.")
        time.sleep(LOOK_SECONDS)
    store.close()


# -- what is paid -----------------------------------------------------------------------------


def _watch(home: Path) -> None:
    """Make a workspace whose store counts the results that are written, also those in vain."""
    store = RunStore(home / "runs.sqlite")
    store.close()
    with sqlite3.connect(home / "runs.sqlite") as db:
        db.executescript(_WATCH)
    db.close()


def _paid_twice(home: Path) -> list[str]:
    """Return the keys of steps whose result was computed more than once."""
    db = sqlite3.connect(home / "runs.sqlite")
    rows = db.execute("SELECT key FROM computed GROUP BY key HAVING COUNT(*) > 1").fetchall()
    db.close()
    return [row[0] for row in rows]


if __name__ == "__main__":
    main(*sys.argv[1:])
