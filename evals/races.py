"""Trials with many clients: one gate decided by several at once, and many runs at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

from ..agent.copilot import Copilot
from ..agent.gates import AlreadyDecided, PlanDecision
from ..agent.policy import auto
from ..agent.run import ENDED, Run
from ..settings import Settings
from ..tools.load import keep_frame
from ..tools.tables import TableStore
from .suite import Report
from .trials import DEMAND, TARGET, faulty_frame, fresh, settle

CLIENTS = 4
WAIT_SECONDS = 600.0
LOOK_SECONDS = 0.1
FIRST_SEED = 1000


def race_trials(
    count: int, folder: Path, settings: Settings, report: Report
) -> list[dict[str, Any]]:
    """Let clients with connections of their own decide `count` gates at the same moment each."""
    clients = [fresh(settings, folder / "race") for _ in range(CLIENTS)]
    frame = faulty_frame(settings.seed, rows=20)
    cases = []
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(count):
            report(f"race {number + 1} of {count}", number / count)
            run = clients[0].start(DEMAND, input=frame)
            gate = settle(run)
            assert gate is not None
            start = threading.Barrier(CLIENTS)
            jobs = [
                pool.submit(_decide, client, run.id, gate.id, start, f"client {place}")
                for place, client in enumerate(clients)
            ]
            winners = [job.result() for job in jobs]
            cases.append(_judged(number, run, winners))
    return cases


def _decide(copilot: Copilot, run: str, gate: str, start: threading.Barrier, by: str) -> str:
    """Decline the plan together with the others; return who won, "" for one who came second."""
    start.wait()
    try:
        copilot.open(run).decide(gate, PlanDecision(by=by, approve=False))
    except AlreadyDecided:
        return ""
    return by


def _judged(number: int, run: Run, winners: list[str]) -> dict[str, Any]:
    won = [winner for winner in winners if winner]
    settle(run)
    answer = run.gates()[0].answer or {}
    return {
        "id": f"race-{number + 1:03d}",
        "kind": "race",
        "one_winner": len(won) == 1 and answer.get("by") == won[0],
        "winners": won,
    }


def crowd_trials(
    count: int, folder: Path, settings: Settings, report: Report
) -> list[dict[str, Any]]:
    """Work on `count` runs at once, each on a table of its own, and look at them meanwhile.

    `slowest_look` is the longest time that reading a run's state took, in seconds.
    """
    all_at_once = {"most_runs": count, "most_runs_of_user": count}
    copilot = fresh(settings.model_copy(update=all_at_once), folder / "crowd")
    looks: dict[str, float] = {}
    runs = [
        copilot.start(DEMAND, input=faulty_frame(FIRST_SEED + number), target=TARGET)
        for number in range(count)
    ]
    late = time.monotonic() + WAIT_SECONDS
    working = runs
    while working and time.monotonic() < late:
        working = [run for run in working if _look(run, looks)]
        report(f"{count} runs at once", 1 - len(working) / count)
        time.sleep(LOOK_SECONDS)
    tables = TableStore(copilot.settings.tables_dir)
    return [_unmixed(number, run, tables, looks[run.id]) for number, run in enumerate(runs)]


def _look(run: Run, looks: dict[str, float]) -> bool:
    """Read a run as a view does, answer its gate, and tell whether it is still at work."""
    began = time.perf_counter()
    status, gate = run.status, run.gate()
    last = max((event.seq for event in run.events()), default=0)
    seconds = time.perf_counter() - began
    looks[run.id] = max(looks.get(run.id, 0.0), seconds if last else 0.0)
    if status == "waiting" and gate is not None:
        run.decide(gate, auto(gate))
    return status not in ENDED


def _unmixed(number: int, run: Run, tables: TableStore, look: float) -> dict[str, Any]:
    """Tell whether a run ended well and its table descends from its own frame."""
    first = tables.lineage(run.table)[0] if run.table else None
    own = faulty_frame(FIRST_SEED + number)
    return {
        "id": f"crowd-{number + 1:02d}",
        "kind": "crowd",
        "unmixed": first is not None and tables.frame(first).equals(_kept(tables, own)),
        "ended": run.status == "done",
        "slowest_look": round(look, 3),
    }


def _kept(tables: TableStore, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame as the store gives it back."""
    return tables.frame(keep_frame(tables, frame, "own"))
