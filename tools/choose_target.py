"""The `choose_target` tool: settle which column is to be predicted."""

from typing import Any

import pandas as pd
from pydantic import BaseModel, Field

from ..errors import NotApplicable, ToolError
from ..retrieval.demand import Demand
from ..retrieval.text import topic_words
from .base import Effect, Result, Work, tool
from .profile import ColumnProfile, Profile, profile_frame
from .proposals import Decision, Group, Proposal

MOST = 6
SURE = 0.5
RULE = "The target is kept apart: no repair or feature may look at it from held-out rows."
UNDO = "The table stays as it is; undo brings the choice back."
NO_TASK = ("clustering",)


class TargetArgs(BaseModel):
    """Arguments of `choose_target`."""

    target: str | None = Field(default=None, description="The column, where it is known.")


def apply_target(work: Work, proposal: Proposal, decision: Decision) -> Result:
    """Note which column was chosen."""
    chosen = [group for group, _ in decision.approved(proposal)]
    name = chosen[0].payload["target"] if chosen else None
    if name is None:
        raise NotApplicable("No column is to be predicted.")
    return Result(summary=f"Target: {name}.", data={"target": name}, target=name)


@tool(Effect.WRITE, apply=apply_target)
def choose_target(work: Work, args: TargetArgs) -> Proposal:
    """Choose the column to be predicted, from the words of the demand and what was measured."""
    frame = work.frame
    if args.target is not None:
        groups = [_given(frame, args.target)]
    else:
        groups = _ranked(_measured(work, frame), work.demand, _descriptions(work))
    if not groups:
        raise NotApplicable("No column fits what the demand wants to predict.")
    return Proposal(tool="choose_target", title="What is predicted?", groups=groups, pick="one")


def _given(frame: pd.DataFrame, target: str) -> Group:
    same = [name for name in frame.columns if str(name).lower() == target.lower()]
    name = target if target in frame.columns else same[0] if len(same) == 1 else None
    if name is None:
        columns = ", ".join(map(str, frame.columns))
        raise ToolError(f"The table has no column {target!r} to predict. Its columns: {columns}.")
    return _group(name, "It was named.", 1.0, recommended=True)


def _measured(work: Work, frame: pd.DataFrame) -> Profile:
    known = work.facts.get("profile")
    return Profile.model_validate(known) if known else profile_frame(frame)


def _descriptions(work: Work) -> dict[str, str]:
    """Return what the record says about its columns."""
    record: dict[str, Any] = work.facts.get("load", {}).get("record") or {}
    return {c["name"]: c.get("description") or "" for c in record.get("columns", [])}


def _ranked(profile: Profile, demand: Demand, about: dict[str, str]) -> list[Group]:
    """Return the columns that may be meant, best first; the first is recommended if it is clear."""
    scored = []
    for column in profile.columns:
        score, reasons = _score(column, demand, about.get(column.name, ""))
        if score > 0:
            scored.append((score, column.name, reasons))
    scored.sort(key=lambda found: -found[0])
    best = [score for score, _, _ in scored[:2]]
    clear = bool(best) and best[0] >= SURE and (len(best) == 1 or best[0] > best[1])
    wanted = demand.task not in NO_TASK
    return [
        _group(name, "; ".join(reasons), score, recommended=place == 0 and clear and wanted)
        for place, (score, name, reasons) in enumerate(scored[:MOST])
    ]


def _score(column: ColumnProfile, demand: Demand, about: str) -> tuple[float, list[str]]:
    """Return how likely a column is what the demand wants to predict, and why."""
    if column.kind in ("id", "constant", "empty", "text"):
        return 0.0, []
    wanted = topic_words(demand.target or "")
    anywhere = topic_words(demand.text)
    inputs = [word for words in demand.inputs for word in topic_words(words)]
    score, reasons = 0.0, []
    named = _share(wanted, column.name)
    described = _share(wanted, about)
    if named:
        score += 1.0 * named
        reasons.append("its name is what the demand predicts")
    if described:
        score += 0.4 * described
        reasons.append("its description tells of what the demand predicts")
    if not named and not wanted and _share(anywhere, column.name):
        score += 0.5 * _share(topic_words(column.name), demand.text)
        reasons.append("the demand names it")
    if _share(inputs, column.name) and not named:
        score -= 0.6
        reasons.append("the demand asks for it as an input")
    if score > 0 and demand.task is not None and _fits(column, demand.task):
        score += 0.1
        reasons.append(f"its values suit {demand.task}")
    return score, reasons


def _share(wanted: list[str], text: str) -> float:
    """Return the share of wanted stems that a text holds; a long common beginning counts too."""
    if not wanted:
        return 0.0
    there = topic_words(text) or [text.lower()]
    return sum(any(_alike(word, other) for other in there) for word in wanted) / len(wanted)


def _alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return one == other or (
        len(shorter) >= 4 and longer.startswith(shorter[: max(4, len(shorter) - 2)])
    )


def _fits(column: ColumnProfile, task: str) -> bool:
    few = column.distinct <= 20
    if task == "classification":
        return column.kind in ("category", "boolean") or few
    return column.kind in ("number", "integer") and not few


def _group(name: str, evidence: str, score: float, *, recommended: bool) -> Group:
    return Group(
        id=f"target:{name}",
        title=name,
        rule=RULE,
        evidence=evidence,
        facts={"score": round(score, 3)},
        affected=1,
        unit="columns",
        reversible=UNDO,
        recommended=recommended,
        payload={"target": name},
    )
