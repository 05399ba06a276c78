"""Suite `sandbox`: is every attack held at each level, and what does honest code pay?

The overhead of a call is its time less that of the same code without a sandbox, in a process that
has its libraries loaded. A cold call starts a sandbox of its own, a warm one finds it started.
"""

import re
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

from ...settings import Settings
from ...tools.sandbox import CodeFailed, Level, Limits, Sandbox, check_code, working_levels
from ..sandbox_payloads import ATTACKS, HONEST, Attack, Honest
from ..suite import Outcome, Report, Suite

SECRET = "chirp-4711"
NO_PORT = "9"
NO_PROCESS = "999999"


def sample() -> pd.DataFrame:
    """Return the rows that the honest features read."""
    return pd.DataFrame(
        {
            "price": [200.0, 100.0, 300.0],
            "area": [100, 50, 100],
            "kind": ["a", "a", "b"],
            "name": ["red 7", "blue", "green 8"],
            "day": pd.to_datetime(["2020-01-01", "2021-02-02", "2022-03-03"]),
            "end": pd.to_datetime(["2020-01-31", "2021-02-02", "2022-03-03"]),
        }
    )


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Try all attacks and honest codes, at most `limit` of each, at each level."""
    cases: list[dict[str, Any]] = []
    frame = sample()
    for level in working_levels():
        with (
            tempfile.TemporaryDirectory(prefix="dataquarry-eval-") as folder,
            Sandbox(level) as box,
        ):
            _timed(box, HONEST[0], frame)  # starts it
            canary = Path(folder) / "canary.txt"
            canary.write_text(SECRET)
            for honest in HONEST[:limit]:
                report(f"{level}: {honest.name}")
                cases.append(_honest(box, honest, frame))
            for attack in ATTACKS[:limit]:
                report(f"{level}: {attack.name}")
                cases.append(_attack(box, attack, frame, canary))
    return Outcome(summary=_summary(cases), cases=cases)


def _honest(box: Sandbox, honest: Honest, frame: pd.DataFrame) -> dict[str, Any]:
    """Run honest code in a sandbox of its own, and again in the warm one."""
    used = _children_seconds()
    with Sandbox(box.level) as cold:
        cold_seconds, right = _timed(cold, honest, frame)
    cold_processor = _children_seconds() - used
    warm_seconds, _ = _timed(box, honest, frame)
    with Sandbox(Level.NONE) as bare:
        _timed(bare, honest, frame)
        bare_seconds, _ = _timed(bare, honest, frame)
    return {
        "id": f"{box.level}:{honest.name}",
        "kind": "honest",
        "level": box.level.value,
        "right": right,
        "cold_seconds": round(cold_seconds, 3),
        "cold_processor_seconds": round(cold_processor, 3),
        "warm_seconds": round(warm_seconds, 3),
        "overhead_cold": round(cold_seconds - bare_seconds, 3),
        "overhead_warm": round(warm_seconds - bare_seconds, 3),
    }


def _children_seconds() -> float:
    """Return the processor time of all ended children so far: a busy machine does not change it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _timed(box: Sandbox, honest: Honest, frame: pd.DataFrame) -> tuple[float, bool]:
    began = time.perf_counter()
    state = box.fit(honest.code, frame) if check_code(honest.code) else None
    made = box.transform(honest.code, frame, state).frame
    seconds = time.perf_counter() - began
    assert made is not None
    first = float(made.iloc[:, 0].to_numpy(dtype="float64")[0])
    return seconds, abs(first - honest.first) < 1e-9


def _attack(box: Sandbox, attack: Attack, frame: pd.DataFrame, canary: Path) -> dict[str, Any]:
    target = canary.with_name("target")
    code = attack.code(canary=str(canary), target=str(target), port=NO_PORT, victim=NO_PROCESS)
    began = time.perf_counter()
    try:
        box.transform(code, frame[["price"]], limits=Limits(seconds=attack.seconds))
        outcome = "got through"
    except CodeFailed as failed:
        outcome = f"{failed.kind}: {failed}"
    held = bool(re.search(attack.held_by, outcome)) and SECRET not in outcome
    return {
        "id": f"{box.level}:{attack.name}",
        "kind": "attack",
        "level": box.level.value,
        "held": held and canary.read_text() == SECRET and not target.exists(),
        "outcome": outcome[:200],
        "seconds": round(time.perf_counter() - began, 3),
    }


def _summary(cases: list[dict[str, Any]]) -> dict[str, Any]:
    honest = [case for case in cases if case["kind"] == "honest"]
    attacks = [case for case in cases if case["kind"] == "attack"]
    return {
        "levels": sorted({case["level"] for case in cases}),
        "attacks": len(attacks),
        "held": sum(case["held"] for case in attacks),
        "honest": len(honest),
        "right": sum(case["right"] for case in honest),
        "slowest_overhead_cold": max((c["overhead_cold"] for c in honest), default=None),
        "most_processor_cold": max((c["cold_processor_seconds"] for c in honest), default=None),
        "slowest_overhead_warm": max((c["overhead_warm"] for c in honest), default=None),
    }


SUITE = Suite(
    name="sandbox",
    about="Attacks and honest code in the sandbox, at each level that works on this machine: what "
    "gets through, and what does a call cost?",
    needs_data=False,
    run=run,
)
