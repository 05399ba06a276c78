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
from ...retrieval.licenses import unmet_license
from ...retrieval.records import Record
from ...settings import Settings
from ..cases import read_cases
from ..people import Trusts, accompany
from ..suite import Outcome, Report, Suite
from ..summary import rate
from ..workspace import share_index

FILE = "demands.jsonl"
SIGNS = {"rows": "row", "license": "license"}
"""The word by which a message is known to speak of a constraint."""


class DemandCase(BaseModel):
    """One demand with what serves it. The last three state what the words of the demand ask."""

    model_config = ConfigDict(extra="forbid")

    id: str
    demand: str = Field(min_length=1)
    records: list[str] = Field(description="Ids that serve; empty: nothing does.")
    target: str | list[str] | None = Field(
        default=None, description="Name of the column; all of them where copies name it otherwise."
    )
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
    run = copilot.start(case.demand)
    outcome = accompany(run, Trusts())
    seconds = time.perf_counter() - began
    facts = run.facts
    found = _found(facts.get("search", {}))
    record = facts.get("load", {}).get("record") or {}
    chosen = {record["id"], *record["same_as"]} if record else set()
    unmet = _unmet(run, case)
    measure = facts.get("measure")
    return {
        "id": case.id,
        "demand": case.demand,
        "found@1": _served(case, found, 1),
        "found@5": _served(case, found, 5),
        "target_right": _target_right(case, chosen, run.target),
        "constraints_kept": _kept(run, case, unmet),
        "not_worse": None if measure is None else measure["verdict"] != "worse",
        "expected": case.records,
        "hits": [hit["record"]["id"] for hit in facts.get("search", {}).get("hits", [])[:5]],
        "chosen": record.get("id"),
        "target": run.target,
        "rows": run.table.rows if run.table else None,
        "unmet": list(unmet.values()),
        "measure": measure,
        "outcome": outcome["kind"],
        "message": outcome["message"],
        "decisions": len(run.gates()),
        "seconds": round(seconds, 2),
    }


def _found(search: dict[str, Any]) -> list[set[str]]:
    """Return the ids of each hit, best first, with those of its copies; a near miss is no hit."""
    records = [hit["record"] for hit in search.get("hits", [])]
    return [{record["id"], *record["same_as"]} for record in records]


def _served(case: DemandCase, found: list[set[str]], first: int) -> bool:
    """Tell whether one of the first hits serves; where nothing does, whether there is no hit."""
    if not case.records:
        return not found
    return any(ids & set(case.records) for ids in found[:first])


def _target_right(case: DemandCase, chosen: set[str], target: str | None) -> bool | None:
    """Tell whether the target is right; None where none is asked for or nothing serves.

    The right column of a dataset that does not serve is wrong.
    """
    names = [case.target] if isinstance(case.target, str) else case.target
    if not names or not case.records:
        return None
    served = bool(chosen & set(case.records))
    return served and target is not None and _plain(target) in map(_plain, names)


def _plain(name: str) -> str:
    """Return a column's name without case and punctuation, in which copies of a table differ."""
    return "".join(char for char in name.casefold() if char.isalnum())


# -- constraints ------------------------------------------------------------------------------


def _unmet(run: Run, case: DemandCase) -> dict[str, str]:
    """Return the constraints of the case that the prepared table breaks, as measured on it."""
    table = run.table
    loaded = run.facts.get("load", {}).get("record")
    unmet = {}
    if table and case.min_rows is not None and table.rows < case.min_rows:
        unmet["rows"] = f"{table.rows} of {case.min_rows} rows"
    if loaded and case.license:
        problem = unmet_license(Record.model_validate(loaded).license, case.license)
        if problem:
            unmet["license"] = problem
    return unmet


def _said(run: Run, what: str) -> bool:
    """Tell whether the run said that a constraint is broken: with the hit, or where it ended."""
    facts = run.facts
    loaded = facts.get("load", {}).get("record") or {}
    search = facts.get("search", {})
    shown = [*search.get("hits", []), *search.get("near_misses", [])]
    words = [
        *(
            text
            for hit in shown
            if hit["record"]["id"] == loaded.get("id")
            for text in hit["unmet"]
        ),
        *facts.get("export", {}).get("unmet", []),
        *(step.summary for step in run.plan.steps if step.status != "done"),
    ]
    return any(SIGNS[what] in text.lower() for text in words)


def _kept(run: Run, case: DemandCase, unmet: dict[str, str]) -> bool | None:
    """Tell whether each constraint is kept or said to be broken; None where there is none."""
    if case.min_rows is None and case.license in (None, "any"):
        return None
    return all(_said(run, what) for what in unmet)


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
        "defects": sum(case["outcome"] == "defect" for case in results),
        "decisions": sum(case["decisions"] for case in results),
        "seconds": round(sum(case["seconds"] for case in results), 1),
    }


SUITE = Suite(
    name="demands",
    about="Demands in a user's own words: is a dataset that serves found, the target right, every "
    "constraint kept or said to be broken, and the prepared table no worse than the raw one?",
    needs_data=True,
    run=run,
    default="demands",
)
