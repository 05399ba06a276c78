"""Planners: what to do for a demand, and what to change when something turns out otherwise."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from ..retrieval.demand import Demand
from .budget import Budget
from .intake import Intake
from .model import ChatModel, Reply
from .more_rows import step_for_rows, step_for_texts
from .plan import Plan, Step, make_steps

# Synthetic rows are not among them: the demand asked for their number.
CHANGES_VALUES = ("clean", "write_repairs", "features")
_OF_QUALITY = re.compile(
    r"\b(?:near[- ]?duplicates?|dedup\w*|outliers?|mis-?label\w*|label(?:ing)? errors?"
    r"|wrong labels?|noisy labels?|record linkage|data quality)\b",
    re.IGNORECASE,
)


class NoteRef(BaseModel):
    """A note that a person attached: its name, the blob that holds it, and how it begins."""

    model_config = ConfigDict(extra="forbid")

    name: str
    blob: str
    beginning: str


class Start(BaseModel):
    """What a run was started with, beside its demand."""

    model_config = ConfigDict(extra="forbid")

    demand: Demand
    user: str = Field(default="", description="Who started it, for the runs at once of each.")
    dataset: str | None = None
    input: str | None = None
    table: str | None = None
    arguments: dict[str, dict[str, Any]] = Field(
        default={}, description="What the person gives to tools of a settled plan."
    )
    target: str | None = None
    out: str | None = None
    csv: bool = False
    notes: list[NoteRef] = Field(default=[], description="What the person attached.")
    leave_out: list[str] = Field(default=[], description="Tools that the person leaves out.")
    wishes: list[str] = Field(default=[], description="Kept for all runs, in words.")
    budget: Budget = Budget()
    without_sandbox: bool = Field(
        default=False, description="Whether code may run where no sandbox works: a person said so."
    )
    read: bool = Field(
        default=False, description="Whether the demand came parsed: then nobody reads it again."
    )
    tools: tuple[str, ...] = ()
    """The tools the plan is made of, where the person has settled it; () leaves it open."""


@dataclass(frozen=True)
class Situation:
    """What a planner may look at when a step has ended."""

    start: Start
    plan: Plan
    step: Step
    problem: str | None
    has_table: bool
    rows: int | None
    target: str | None
    facts: dict[str, Any]
    has_model: bool = False
    """Whether there is a language model that steps may ask."""


@dataclass(frozen=True)
class Revision:
    """A changed plan and the reason for the change; `undo` names a step that did harm."""

    plan: Plan
    reason: str
    undo: str | None = None


Spend = Callable[[str, Reply], None]
"""Told of each reply of a language model: its name and the reply with its tokens."""


class Planner(Protocol):
    """Makes and revises plans; a step is never carried out by it."""

    @property
    def model(self) -> ChatModel | None:
        """The language model that plans, which steps may ask as well; None where there is none."""
        ...

    def understand(self, start: Start, spend: Spend) -> Intake:
        """Return the demand as it is understood, and at most one question about it."""
        ...

    def plan(self, start: Start, spend: Spend) -> Plan:
        """Return the plan for a demand."""
        ...

    def revise(self, situation: Situation, spend: Spend) -> Revision | None:
        """Return a changed plan after a step, or None where it stands."""
        ...


class RulePlanner:
    """The deterministic planner: the same demand gives the same plan, with no model."""

    model: ChatModel | None = None

    def understand(self, start: Start, spend: Spend = lambda *_: None) -> Intake:
        """Return the demand as the rules have read it before."""
        return Intake(start.demand)

    def plan(self, start: Start, spend: Spend = lambda *_: None) -> Plan:
        """Return the fixed order of steps, without those that the start makes needless."""
        steps: list[tuple[str, dict[str, Any], str]] = []
        if start.table is None:
            load: dict[str, Any] = {}
            if start.input:
                load["input"] = start.input
            elif start.dataset:
                load["dataset"] = start.dataset
            else:
                steps.append(("search", {}, "Find datasets that serve the demand."))
            steps.append(("load", load, "Load the dataset that is chosen."))
        steps += [
            *_if_settled(start, "link_tables", "Find the rows that stand for the same things."),
            ("profile", {}, "Measure what is in the table and what is wrong with it."),
            *_if_settled(start, "name_columns", "Ask the language model what columns mean."),
            (
                "choose_target",
                {"target": start.target} if start.target else {},
                "Settle which column is to be predicted.",
            ),
            ("clean", {}, "Propose repairs for the faults that were found."),
            *_if_settled(start, "write_repairs", "Have the model write checks and repairs."),
            *_audit(start),
            ("features", {}, "Propose features that help on held-out folds."),
            ("measure", {}, "Compare raw and prepared data on held-out rows."),
            (
                "export",
                {"csv": start.csv or start.demand.output_form == "csv"},
                "Write the dataset with its record of changes.",
            ),
        ]
        if start.tools:
            steps = [step for step in steps if step[0] in start.tools]
        return Plan(steps=make_steps(1, *[s for s in steps if s[0] not in start.leave_out]))

    def revise(self, situation: Situation, spend: Spend = lambda *_: None) -> Revision | None:
        """Try the next candidate, add missing rows, or stop where no table is left to work on."""
        if situation.step.tool == "write_texts" and not situation.has_table:
            return _stop(situation, situation.problem or "No texts were approved.")
        if situation.step.tool == "load" and not situation.has_table:
            return self._next_candidate(situation) or _stop(
                situation, situation.problem or "No dataset was chosen."
            )
        if situation.step.tool == "search":
            return _write_instead(situation) or self._nothing_found(situation)
        if situation.step.tool == "profile":
            return _add_rows(situation)
        if situation.step.tool == "measure":
            return _undo_harm(situation)
        return None

    def _nothing_found(self, situation: Situation) -> Revision | None:
        if _candidates(situation.facts):
            return None
        return _stop(situation, str(situation.facts.get("search", {}).get("note", "")))

    def _next_candidate(self, situation: Situation) -> Revision | None:
        if situation.step.status != "failed" or situation.start.input or situation.start.dataset:
            return None
        tried = [s.arguments.get("dataset") for s in situation.plan.steps if s.tool == "load"]
        candidates = _candidates(situation.facts)
        first = candidates[0] if candidates else None
        left = [c for c in candidates if c not in tried and c != first]
        if not left:
            return None
        step = ("load", {"dataset": left[0]}, f"The last one did not load: {situation.problem}")
        return Revision(_insert(situation, step), f"Trying {left[0]}: {situation.problem}")


def _if_settled(start: Start, tool: str, why: str) -> list[tuple[str, dict[str, Any], str]]:
    """Return a step that is taken only where the person's own plan names it."""
    return [(tool, start.arguments.get(tool, {}), why)] if tool in start.tools else []


def _audit(start: Start) -> list[tuple[str, dict[str, Any], str]]:
    """Compare rows and ask models about labels where the demand speaks of it: that takes time."""
    if "audit" not in start.tools and not _OF_QUALITY.search(start.demand.text):
        return []
    return [
        (
            "audit",
            start.arguments.get("audit", {}),
            "Look for copies, outliers, poor texts and wrong labels.",
        )
    ]


def _candidates(facts: dict[str, Any]) -> list[str]:
    found = facts.get("search", {})
    return [hit["record"]["id"] for part in ("hits", "near_misses") for hit in found.get(part, [])]


def _add_rows(situation: Situation) -> Revision | None:
    step = step_for_rows(situation)
    if step is None:
        return None
    before = "measure" if any(s.tool == "measure" for s in situation.plan.steps) else "export"
    return Revision(_insert(situation, step, before=before), step[2])


def _write_instead(situation: Situation) -> Revision | None:
    """Write texts in place of loading some; without real rows there is nothing to measure on."""
    step = step_for_texts(situation)
    if step is None:
        return None
    needless = ("load", "features", "measure")
    kept = [s for s in situation.plan.steps if s.tool not in needless]
    plan = situation.plan.model_copy(update={"steps": kept})
    return Revision(_insert(replace(situation, plan=plan), step), step[2])


def _undo_harm(situation: Situation) -> Revision | None:
    """Take back the latest step that changed values where the prepared table scores worse."""
    measured = situation.facts.get("measure", {})
    if measured.get("verdict") != "worse" or situation.step.status != "done":
        return None
    done = [s for s in situation.plan.steps if s.status == "done" and s.tool in CHANGES_VALUES]
    if not done:
        return None
    harm = done[-1]
    reason = (
        f"The prepared table scores {measured['prepared']:.3f} and the raw one "
        f"{measured['raw']:.3f}: step {harm.id} ({harm.tool}) is undone."
    )
    return Revision(situation.plan, reason, undo=harm.id)


def _stop(situation: Situation, reason: str) -> Revision:
    """Drop the steps still to do."""
    kept = [step for step in situation.plan.steps if step.status != "pending"]
    return Revision(situation.plan.model_copy(update={"steps": kept}), reason)


def _insert(
    situation: Situation, step: tuple[str, dict[str, Any], str], before: str | None = None
) -> Plan:
    """Return the plan with a step put before the pending one of a tool, or next."""
    steps = list(situation.plan.steps)
    places = [
        place
        for place, old in enumerate(steps)
        if old.status == "pending" and (before is None or old.tool == before)
    ]
    number = next_number(situation.plan)
    place = places[0] if places else len(steps)
    steps[place:place] = make_steps(number, step)
    return situation.plan.model_copy(update={"steps": steps})


def next_number(plan: Plan) -> int:
    """Return a step number that the plan has not used."""
    return max((int(s.id[1:]) for s in plan.steps if s.id[1:].isdigit()), default=0) + 1
