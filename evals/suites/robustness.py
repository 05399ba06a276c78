"""Suite `robustness`: can a run be lost, paid twice, mixed with another, or undone wrongly?"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...settings import Settings
from ..kills import kill_trials
from ..races import crowd_trials, race_trials
from ..suite import Outcome, Report, Suite
from ..summary import rate
from ..undos import undo_trials

Trials = Callable[[int, Path, Settings, Report], list[dict[str, Any]]]

KINDS: dict[str, tuple[Trials, int]] = {
    "kill": (kill_trials, 50),
    "undo": (undo_trials, 100),
    "race": (race_trials, 200),
    "crowd": (crowd_trials, 20),
}
"""Each kind of trial with how often it is made."""


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Make the trials of each kind, at most `limit` of it. The seed is that of the settings."""
    began = time.perf_counter()
    cases: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="dataquarry-eval-") as folder:
        for trials, count in KINDS.values():
            cases += trials(min(count, limit or count), Path(folder), settings, report)
    return Outcome(summary=summarize(cases, time.perf_counter() - began), cases=cases)


def summarize(cases: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """Return the figures over trials of any kind."""
    looks = [case["slowest_look"] for case in cases if case["kind"] == "crowd"]
    return {
        "same_table": rate(cases, "same_table"),
        "paid_once": rate(cases, "paid_once"),
        "identical": rate(cases, "identical"),
        "one_winner": rate(cases, "one_winner"),
        "unmixed": rate(cases, "unmixed"),
        **{f"{kind}s": sum(case["kind"] == kind for case in cases) for kind in KINDS},
        "killed_alive": sum(bool(case.get("killed_alive")) for case in cases),
        "slowest_look_seconds": max(looks, default=None),
        "seconds": round(seconds, 1),
    }


SUITE = Suite(
    name="robustness",
    about="Runs killed at random moments, undone and redone, decided by several at once, and many "
    "at the same time: is anything lost, paid twice, mixed or changed?",
    needs_data=False,
    run=run,
)
