"""Suite `coordinator`: do runs reach an export, whoever plans and whoever decides?"""

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ...agent.copilot import Copilot
from ...agent.events import Event, EventType
from ...agent.model import Reply, ScriptedModel
from ...agent.model_planner import ModelPlanner
from ...agent.openai_model import OpenAIModel
from ...agent.plan import Plan
from ...agent.planner import Planner, RulePlanner
from ...agent.run import Run
from ...errors import ToolError
from ...settings import Settings
from ..cases import read_cases
from ..people import PEOPLE, Name, accompany
from ..suite import Outcome, Report, Suite, SuiteRun
from ..workspace import share_index

FILE = "coordinator.jsonl"
SCRIPTS = "scripts.json"
WASTED = ("failed", "skipped")


class CoordinatorCase(BaseModel):
    """One demand, what the run starts with, and who decides."""

    model_config = ConfigDict(extra="forbid")

    id: str
    demand: str = Field(min_length=1)
    person: Name
    dataset: str | None = None
    input: str | None = Field(default=None, description="A file, relative to the folder.")
    target: str | None = None
    script: str | None = Field(default=None, description="Name of the scripted model's replies.")


Make = Callable[[CoordinatorCase, Path, Settings], Planner]


def run(
    data: Path, *, limit: int | None, settings: Settings, report: Report, make: Make
) -> Outcome:
    """Work on each demand with the planner that `make` returns for it."""
    cases = read_cases(data / FILE, CoordinatorCase, limit)
    for case in cases:
        if case.input and not (data / case.input).is_file():
            raise ToolError(f"{FILE}: case {case.id!r}: no file {case.input} in {data}.")
    results = []
    with tempfile.TemporaryDirectory(prefix="dataquarry-eval-") as folder:
        workspace = share_index(settings, Path(folder))
        for number, case in enumerate(cases):
            report(f"{case.id}: {case.demand[:60]}", number / len(cases))
            copilot = Copilot(workspace, make(case, data, workspace))
            results.append(_work_on(copilot, case, data))
    return Outcome(summary=_summary(results), cases=results)


def _work_on(copilot: Copilot, case: CoordinatorCase, data: Path) -> dict[str, Any]:
    began = time.perf_counter()
    run = copilot.start(
        case.demand,
        dataset=case.dataset,
        input=data / case.input if case.input else None,
        target=case.target,
    )
    outcome = accompany(run, PEOPLE[case.person]())
    seconds = time.perf_counter() - began
    events = list(run.events())
    first = next((e.data["plan"] for e in events if e.type is EventType.PLAN_MADE), None)
    return {
        "id": case.id,
        "demand": case.demand,
        "person": case.person,
        "exported": exported(run),
        "valid_plan": first is not None and sound(Plan.model_validate(first)),
        "by_rules": first is not None and first["note"].startswith("Planned by rules"),
        "steps": len(run.plan.steps),
        "wasted": sum(step.status in WASTED for step in run.plan.steps),
        "undone_by_planner": sum(step.status == "undone" for step in run.plan.steps),
        "decisions": sum(e.type is EventType.GATE_DECIDED for e in events),
        "tokens": sum(_tokens(event) for event in events),
        "seconds": round(seconds, 2),
        "outcome": outcome["kind"],
        "message": outcome["message"],
    }


def exported(run: Run) -> bool:
    """Tell whether a run ended with an export whose table is the run's, read back from the disk."""
    outcome = run.outcome
    if not outcome or outcome["kind"] != "exported" or run.table is None:
        return False
    frame = pd.read_parquet(Path(outcome["folder"]) / "data.parquet")
    return len(frame) == run.table.rows and list(frame.columns) == run.table.columns


def sound(plan: Plan) -> bool:
    """Tell whether a plan fits the tools, loads a table before working on it, and exports last."""
    try:
        plan.check()
    except ToolError:
        return False
    tools = [step.tool for step in plan.steps]
    if not tools or tools[-1] != "export":
        return False
    loads = tools.index("load") if "load" in tools else 0
    return "search" not in tools[loads:] and set(tools[:loads]) <= {"search"}


def _tokens(event: Event) -> int:
    return sum(event.data["tokens"].values()) if event.type is EventType.MODEL_CALLED else 0


def _summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    def total(name: str) -> int:
        return sum(case[name] for case in results)

    return {
        "demands": len(results),
        "exports": total("exported"),
        "valid_plans": total("valid_plan"),
        "wasted_steps": total("wasted") + total("undone_by_planner"),
        "decisions": total("decisions"),
        "tokens": total("tokens"),
        "seconds": round(sum(case["seconds"] for case in results), 1),
        "by_rules": total("by_rules"),
        "steps": total("steps"),
    }


# -- planners ---------------------------------------------------------------------------------


def _rules(case: CoordinatorCase, data: Path, settings: Settings) -> Planner:
    return RulePlanner()


def _model(case: CoordinatorCase, data: Path, settings: Settings) -> Planner:
    if not settings.model:
        raise ToolError("No model is set. Set DATAQUARRY_MODEL and OPENAI_BASE_URL.")
    return ModelPlanner(OpenAIModel(settings))


def _scripted(case: CoordinatorCase, data: Path, settings: Settings) -> Planner:
    scripts = read_scripts(data / SCRIPTS)
    name = case.script or "default"
    if name not in scripts:
        raise ToolError(f"{SCRIPTS} has no script {name!r}, which case {case.id!r} names.")
    return ModelPlanner(ScriptedModel(scripts[name]))


def read_scripts(file: Path) -> Mapping[str, list[Reply | str]]:
    """Return the replies of the scripted model by the name of the script.

    Raises:
        ToolError: the file is missing or is not a JSON object of lists of texts.
    """
    try:
        scripts = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ToolError(f"No {file.name} in {file.parent}: the scripted model needs it.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ToolError(f"{file} is not JSON: {error}.") from error
    if not isinstance(scripts, dict) or not all(_texts(replies) for replies in scripts.values()):
        raise ToolError(f"{file} must be a JSON object that maps names to lists of texts.")
    return scripts


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


PLANNERS: dict[str, SuiteRun] = {
    "rules": partial(run, make=_rules),
    "scripted": partial(run, make=_scripted),
    "model": partial(run, make=_model),
}

SUITE = Suite(
    name="coordinator",
    about="Runs with simulated people who approve, reject, edit and contradict themselves: are the "
    "plans valid, is an export reached, and what does it cost?",
    needs_data=True,
    run=PLANNERS["rules"],
    planners=PLANNERS,
    default="coordinator",
)
