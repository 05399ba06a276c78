"""Policies: who answers a gate when no person sits in front of it.

A policy is chosen by the person who starts the run, never by a model's output.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import ToolError
from ..tools.base import Effect
from ..tools.proposals import approve, approve_recommended
from .budget import BudgetDecision
from .gates import Answer, Gate, PlanDecision, parse_answer
from .intake import QuestionDecision

Policy = Callable[[Gate], Answer]
RISKY = (Effect.EXECUTE, Effect.GENERATE, Effect.EXPORT)


def auto(gate: Gate) -> Answer:
    """Approve the plan, and of each proposal what its evidence recommends; leave questions open."""
    if gate.kind == "question":
        return QuestionDecision(by="policy:auto")
    if gate.kind == "plan":
        return PlanDecision(by="policy:auto")
    if gate.kind == "budget":
        return BudgetDecision(by="policy:auto")
    assert gate.proposal is not None
    return approve_recommended(gate.proposal, by="policy:auto")


def everything(gate: Gate) -> Answer:
    """Approve the plan and every group; of groups that exclude each other, the recommended."""
    if gate.kind != "step" or (gate.proposal and gate.proposal.pick == "one"):
        return auto(gate)
    assert gate.proposal is not None
    return approve(gate.proposal.groups, by="policy:everything")


def risky(ask: Policy) -> Policy:
    """Return a policy that asks before code runs, rows are made, files leave, or a limit falls.

    Of all else it takes what the evidence recommends.
    """

    def policy(gate: Gate) -> Answer:
        return ask(gate) if gate.kind == "budget" or gate.effect in RISKY else auto(gate)

    return policy


def from_file(path: Path) -> Policy:
    """Read a policy file: a JSON object with a rule for each tool, and `default`.

    A rule is "auto", "everything", "reject", or an object that holds verdicts by group id in the
    form of `Decision.verdicts`; "plan" and "budget" name the rules for the plan and for going on
    when a limit is near ("auto" or "reject").

    Raises:
        ToolError: the file is missing, not JSON, or has a rule of another form.
    """
    try:
        rules = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ToolError(f"No policy file {path}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ToolError(f"{path} is not a policy: not JSON ({error}).") from error
    if not isinstance(rules, dict):
        raise ToolError(f"{path} is not a policy: it must be a JSON object of rules by tool.")
    for name, rule in rules.items():
        if rule not in ("auto", "everything", "reject") and not isinstance(rule, dict):
            raise ToolError(f"{path}: rule {name!r} must be auto, everything, reject or verdicts.")

    def policy(gate: Gate) -> Answer:
        rule = rules.get(gate.tool or gate.kind, rules.get("default", "reject"))
        return _follow(rule, gate, by=f"policy:{path.name}")

    return policy


def _follow(rule: Any, gate: Gate, by: str) -> Answer:
    if isinstance(rule, dict):
        known = {group.id for group in gate.proposal.groups} if gate.proposal else set()
        verdicts = {group: verdict for group, verdict in rule.items() if group in known}
        return parse_answer(gate.kind, {"by": by, "verdicts": verdicts})
    if rule == "reject" and gate.kind != "question":
        if gate.kind == "plan":
            return PlanDecision(by=by, approve=False)
        if gate.kind == "budget":
            return BudgetDecision(by=by, go_on=False)
        return approve([], by=by)
    answer = auto(gate) if rule == "auto" else everything(gate)
    return answer.model_copy(update={"by": by})
