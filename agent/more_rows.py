"""Which step adds rows where a demand asks for more than there are."""

from typing import TYPE_CHECKING, Any

from ..tools.synthesis.conditions import asked_for_more

if TYPE_CHECKING:
    from .planner import Situation

NewStep = tuple[str, dict[str, Any], str]
"""A tool, its arguments, and why it is used."""

ADDING = ("synthesize", "write_texts")


def step_for_rows(situation: "Situation") -> NewStep | None:
    """Return the step that adds rows where the demand asks for more than the table has."""
    if situation.rows is None or any(step.tool in ADDING for step in situation.plan.steps):
        return None
    return _asked(situation) or _short(situation)


def step_for_texts(situation: "Situation") -> NewStep | None:
    """Return the step that writes texts where the search found none and the demand is for texts."""
    demand = situation.start.demand
    wanted = demand.modality == "text" and demand.min_rows is not None and situation.has_model
    if not wanted or situation.facts.get("search", {}).get("hits"):
        return None
    reason = "No dataset of such texts was found: the language model writes them, if you approve."
    return "write_texts", {}, reason


def _asked(situation: "Situation") -> NewStep | None:
    """Return the step for "500 more rows where churn = yes"."""
    asked = asked_for_more(situation.start.demand.text)
    if asked is None:
        return None
    count, where = asked
    if where is None:
        tool = "write_texts" if _has_texts(situation) else "synthesize"
        return tool, {"more": count}, f"The demand asks for {count:,} more rows."
    reason = f"The demand asks for {count:,} more rows where {where}."
    return "synthesize", {"more": count, "where": where}, reason


def _short(situation: "Situation") -> NewStep | None:
    wanted, rows = situation.start.demand.min_rows, situation.rows
    if wanted is None or rows is None or rows >= wanted:
        return None
    reason = f"The table has {rows:,} rows and the demand asks for {wanted:,}."
    tool = "write_texts" if _has_texts(situation) else "synthesize"
    return tool, {"rows": wanted}, reason


def _has_texts(situation: "Situation") -> bool:
    """Say whether the table is one of texts and there is a model to write more of them."""
    columns = situation.facts.get("profile", {}).get("columns", [])
    return situation.has_model and any(column["kind"] == "text" for column in columns)
