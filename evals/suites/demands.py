"""Suite `demands`: does the main job serve people who do not know the dataset's name?

Each demand is worked on headless by the whole run, from the search to the export, with the auto
policy at every gate.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ...agent.copilot import Copilot
from ...agent.run import Run
from ...retrieval.demand import LicenseNeed
from ...settings import Settings
from ..cases import read_cases
from ..suite import Outcome, Report, Suite
from ..summary import mean, rate
from ..workspace import share_index

FILE = "demands.jsonl"


class DemandCase(BaseModel):
    """One demand with what serves it. The last three state what the words of the demand ask."""

    model_config = ConfigDict(extra="forbid")

    id: str
    demand: str = Field(min_length=1)
    records: list[str] = Field(description="Ids that serve; empty: nothing does.")
    target: str | None = None
    min_rows: int | None = None
    license: LicenseNeed | None = None


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Work on each demand in a workspace of its own that shares the index."""
    cases = read_cases(data / FILE, DemandCase, limit)
    results = []
    with tempfile.TemporaryDirectory(prefix="dataquarry-eval-") as folder:
        workspace = share_index(settings, Path(folder))
        copilot = Copilot(workspace)
        for number, case in enumerate(cases):
            report(f"{case.id}: {case.demand[:60]}", number / len(cases))
            results.append(_work_on(copilot, case))
    return Outcome(summary=_summary(results), cases=results)


def _work_on(copilot: Copilot, case: DemandCase) -> dict[str, Any]:
    """Run one demand to its end and hold the result against what serves it."""
    began = time.perf_counter()
    run = copilot.run(case.demand, approve="auto")
    seconds = time.perf_counter() - began
    facts = run.facts
    found = _found(facts.get("search", {}))
    chosen = facts.get("load", {}).get("record") or {}
    outcome = run.outcome or {"kind": run.status, "message": ""}
    unmet = _unmet(run, case)
    return {
        "id": case.id,
        "demand": case.demand,
        "expected": case.records,
        "hits": found[:5],
        "chosen": chosen.get("id"),
        "found@1": _served(case, found, 1),
        "found@5": _served(case, found, 5),
        "target": run.target,
        "target_right": _target_right(case, chosen.get("id"), run.target),
        "constraints_kept": _kept(case, unmet, run),
        "unmet": unmet,
        "not_worse": _not_worse(facts.get("measure")),
        "measure": facts.get("measure"),
        "outcome": outcome["kind"],
        "message": outcome["message"],
        "decisions": len(run.gates()),
        "seconds": round(seconds, 2),
    }


def _found(search: dict[str, Any]) -> list[str]:
    """Return the ids of the hits, best first; a near miss is no hit."""
    return [hit["record"]["id"] for hit in search.get("hits", [])]


def _served(case: DemandCase, found: list[str], first: int) -> bool:
    """Tell whether one of the first hits serves; where nothing does, whether there is no hit."""
    if not case.records:
        return not found
    return bool(set(found[:first]) & set(case.records))


def _target_right(case: DemandCase, chosen: str | None, target: str | None) -> bool | None:
    """Tell whether the target is right; None where none is named or another dataset was taken."""
    if case.target is None or chosen not in case.records:
        return None
    return target is not None and target.casefold() == case.target.casefold()


# -- constraints ------------------------------------------------------------------------------


def _unmet(run: Run, case: DemandCase) -> list[str]:
    """Return the constraints of the case that the prepared table breaks, measured on it."""
    table = run.table
    if table is None:
        return []
    unmet = []
    if case.min_rows is not None and table.rows < case.min_rows:
        unmet.append(f"rows: {table.rows} of {case.min_rows}")
    license = (run.facts.get("load", {}).get("record") or {}).get("license") or {}
    if case.license not in (None, "any") and license.get("basis") != "stated":
        unmet.append("license: not stated")
    return unmet


def _kept(case: DemandCase, unmet: list[str], run: Run) -> bool | None:
    """Tell whether no constraint is broken, or what is broken was said; None without any."""
    if case.min_rows is None and case.license in (None, "any"):
        return None
    return all(_said(what.split(":")[0], run) for what in unmet)


def _said(what: str, run: Run) -> bool:
    """Tell whether the run said that a constraint is unmet: with the hit, or when it ended."""
    facts = run.facts
    chosen = (facts.get("load", {}).get("record") or {}).get("id")
    search = facts.get("search", {})
    shown = [*search.get("hits", []), *search.get("near_misses", [])]
    words = [
        word for hit in shown if hit["record"]["id"] == chosen for word in hit.get("unmet", [])
    ]
    words += facts.get("export", {}).get("unmet", [])
    words += [step.summary for step in run.plan.steps if step.status in ("failed", "skipped")]
    sign = {"rows": "row", "license": "licen"}[what]
    return any(sign in word.lower() for word in words)


def _not_worse(measure: dict[str, Any] | None) -> bool | None:
    """Tell whether the prepared data beats or equals the raw; None where nothing was measured."""
    return None if measure is None else measure["verdict"] != "worse"


def _summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    served = [case for case in results if case["expected"]]
    empty = [case for case in results if not case["expected"]]
    return {
        "found@1": rate(results, "found@1"),
        "found@5": rate(results, "found@5"),
        "target_right": rate(results, "target_right"),
        "constraints_kept": rate(results, "constraints_kept"),
        "not_worse": rate(results, "not_worse"),
        "demands": len(results),
        "found@1_served": rate(served, "found@1"),
        "found@5_served": rate(served, "found@5"),
        "nothing_said_rightly": rate(empty, "found@1"),
        "exports": sum(case["outcome"] == "exported" for case in results),
        "decisions": mean(case["decisions"] for case in results),
        "seconds": mean(case["seconds"] for case in results),
    }


SUITE = Suite(
    name="demands",
    about="Demands in a user's own words: is a dataset that serves found, the target right, every "
    "constraint kept or said to be broken, and the prepared table no worse than the raw one?",
    needs_data=True,
    run=run,
    default="demands",
)
