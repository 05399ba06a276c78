"""The `choose_target` tool: settle which column is to be predicted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ..errors import NotApplicable, ToolError
from ..retrieval.demand import Demand
from ..retrieval.encoder import Encoder, find_encoder
from ..settings import Settings
from .base import Effect, Result, Work, tool
from .meanings import Meaning, column_meanings
from .profile import Profile, profile_frame
from .proposals import Decision, Group, Proposal
from .targets import SURE, Candidate, Similar, asks_to_predict, rank_targets

MOST = 6
MARGIN = 0.03
RULE = "The target is kept apart: no repair or feature may look at it from held-out rows."
UNDO = "The table stays as it is; undo brings the choice back."
NONE = "none"
NO_TARGET_TASKS = ("clustering",)


class ChooseTargetArguments(BaseModel):
    """Arguments of `choose_target`."""

    model_config = ConfigDict(extra="forbid")

    target: str | None = Field(default=None, description="The column, where it is known.")


def apply_target(work: Work, proposal: Proposal, decision: Decision) -> Result:
    """Note which column was chosen.

    Raises:
        NotApplicable: none was chosen.
    """
    chosen = [group for group, _ in decision.approved(proposal)]
    name = chosen[0].payload["target"] if chosen else None
    if name is None:
        raise NotApplicable("No column is to be predicted.")
    return Result(summary=f"Target: {name}.", data={"target": name}, target=name)


@tool(Effect.WRITE, version=3, apply=apply_target)
def choose_target(work: Work, args: ChooseTargetArguments) -> Proposal:
    """Choose the column to be predicted, from the words of the demand and what was measured."""
    frame = work.frame
    notes = []
    if args.target is not None:
        groups = [_given(frame, args.target)]
    else:
        similar = similar_meaning(work.settings)
        if similar is None:
            notes.append("Columns were matched by their words only: no local encoder is installed.")
        meanings = column_meanings(work)
        about = {name: meaning.text for name, meaning in meanings.items()}
        ranked = rank_targets(_measured(work, frame), work.demand, about, _roles(work), similar)
        _cite(ranked, meanings)
        groups = _groups(ranked, work.demand)
    if not groups:
        raise NotApplicable("No column fits what the demand wants to predict.")
    return Proposal(
        tool="choose_target", title="What is predicted?", groups=groups, pick="one", notes=notes
    )


def similar_meaning(settings: Settings) -> Similar | None:
    """Return what compares meanings, or None where no encoder is on this machine."""
    if not Path(find_encoder(settings).path).is_dir():
        return None
    encoder = Encoder(settings)

    def similar(text: str, others: list[str]) -> list[float]:
        asked, *vectors = encoder.encode_queries([text, *others])
        return [float(vector @ asked) for vector in vectors]

    return similar


def named_target(columns: Sequence[str], target: str) -> str:
    """Return the column that a person named, whatever its case.

    Raises:
        ToolError: there is none; the message lists those there are.
    """
    same = [name for name in columns if str(name).lower() == target.lower()]
    name = target if target in columns else same[0] if len(same) == 1 else None
    if name is None:
        known = ", ".join(map(str, columns))
        raise ToolError(f"The table has no column {target!r} to predict. Its columns: {known}.")
    return name


def _given(frame: pd.DataFrame, target: str) -> Group:
    name = named_target(list(frame.columns), target)
    return _group(Candidate(name, 1.0, ["It was named."]), recommended=True)


def _measured(work: Work, frame: pd.DataFrame) -> Profile:
    """Return the profile of the run where it is of this table, else measure."""
    known = work.facts.get("profile")
    if known:
        profile = Profile.model_validate(known)
        if [column.name for column in profile.columns] == list(frame.columns):
            return profile
    return profile_frame(frame)


def _roles(work: Work) -> dict[str, str]:
    """Return the roles that the record gives its columns."""
    record: dict[str, Any] = (work.facts.get("load") or {}).get("record") or {}
    return {c["name"]: c["role"] for c in record.get("columns", []) if c.get("role")}


def _cite(ranked: list[Candidate], meanings: dict[str, Meaning]) -> None:
    """Add to the reasons what notes or the source say about a column."""
    for candidate in ranked:
        if candidate.name in meanings:
            candidate.reasons.append(meanings[candidate.name].cited)


def _groups(ranked: list[Candidate], demand: Demand) -> list[Group]:
    """Return the likeliest columns and the choice of none.

    The first is recommended where it is clear, and with its doubt where something is to be
    predicted and no column is clear.
    """
    shown = [candidate for candidate in ranked[:MOST] if candidate.score > 0]
    if not shown:
        return []
    ahead = shown[0].score - (shown[1].score if len(shown) > 1 else 0.0)
    clear = shown[0].score >= SURE and ahead >= MARGIN
    none = demand.task in NO_TARGET_TASKS
    if not clear and not none and asks_to_predict(demand):
        shown[0].reasons.append("no column is clearly meant, this one is the likeliest: check it")
        clear = True
    groups = [
        _group(candidate, recommended=place == 0 and clear and not none)
        for place, candidate in enumerate(shown)
    ]
    return [*groups, _none(recommended=none)]


def _group(candidate: Candidate, *, recommended: bool) -> Group:
    reasons = "; ".join(candidate.reasons)
    return Group(
        id=f"target:{candidate.name}",
        title=candidate.name,
        rule=RULE,
        evidence=reasons[:1].upper() + reasons[1:].rstrip(".") + ".",
        facts={"score": round(candidate.score, 3)},
        affected=1,
        unit="columns",
        reversible=UNDO,
        recommended=recommended,
        payload={"target": candidate.name},
    )


def _none(*, recommended: bool) -> Group:
    return Group(
        id=NONE,
        title="No target",
        rule="Nothing is predicted; features and scores are left out.",
        evidence="For demands that only describe, count or group.",
        affected=0,
        unit="columns",
        reversible=UNDO,
        recommended=recommended,
        payload={"target": None},
    )
