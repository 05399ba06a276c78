"""What a revision of a plan changed, step by step."""

from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .plan import Plan, Step

Kind = Literal["added", "removed", "moved", "changed", "skipped", "undone", "again"]
BY_STATUS: dict[str, Kind] = {"skipped": "skipped", "undone": "undone", "pending": "again"}


class Change(BaseModel):
    """One difference between two plans: what became of which step, and the details in words."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    step: str
    tool: str
    words: str = ""


def diff(old: Plan, new: Plan) -> list[Change]:
    """Return what has to be done to one plan to get the other: removals, then in the new order."""
    before, after = _by_id(old), _by_id(new)
    gone = [
        Change(kind="removed", step=step.id, tool=step.tool, words=step.why)
        for step in old.steps
        if step.id not in after
    ]
    moved = _moved([i for i in before if i in after], [i for i in after if i in before])
    changes = []
    for place, step in enumerate(new.steps):
        if step.id not in before:
            words = f"{_place(new, place)}: {step.why}" if step.why else _place(new, place)
            changes.append(Change(kind="added", step=step.id, tool=step.tool, words=words))
            continue
        changes += _changed(before[step.id], step)
        if step.id in moved:
            words = _place(new, place)
            changes.append(Change(kind="moved", step=step.id, tool=step.tool, words=words))
    return gone + changes


def _by_id(plan: Plan) -> dict[str, Step]:
    return {step.id: step for step in plan.steps}


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Return the fewest steps that have to be moved to come from one order to the other."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {step for block in blocks for step in new[block.b : block.b + block.size]}
    return set(new) - stayed


def _place(plan: Plan, place: int) -> str:
    return f"before {plan.steps[place + 1].tool}" if place + 1 < len(plan.steps) else "as the last"


def _changed(old: Step, new: Step) -> list[Change]:
    found = []
    if old.status != new.status and new.status in BY_STATUS:
        kind = BY_STATUS[new.status]
        found.append(Change(kind=kind, step=new.id, tool=new.tool, words=new.summary))
    if (old.tool, old.arguments) != (new.tool, new.arguments):
        words = f"{old.tool} {_arguments(old)} became {new.tool} {_arguments(new)}"
        found.append(Change(kind="changed", step=new.id, tool=new.tool, words=words))
    return found


def _arguments(step: Step) -> str:
    given: dict[str, Any] = step.arguments
    return "(" + ", ".join(f"{name}={value}" for name, value in given.items()) + ")"
