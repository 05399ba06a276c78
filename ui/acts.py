"""Acts: what each press on a button of a card or a plan does."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ..agent.budget import BudgetDecision, parse_budget
from ..agent.gates import Gate
from ..agent.intake import QuestionDecision
from ..agent.plan import Plan
from ..errors import ToolError
from .cards import read_decision
from .desk import PERSON, Desk, told
from .plan_editor import CHANGES
from .presses import Press

Draft = dict[str, Any] | None
Act = Callable[[Desk, Press], None]


def carry_out(desk: Desk, press: Press, draft: Draft) -> Draft:
    """Do what was pressed and return the draft of the plan, changed where the press changes it.

    Args:
        desk: what carries out answers and undoes.
        press: what was pressed.
        draft: the plan as edited so far, None where nothing was.
    """
    with told():
        if press.act in CHANGES:
            return _edit(desk, press, draft)
        if press.act == "approve_plan":
            gate = _gate(desk, press)
            desk.approve_plan(gate.run, gate, _plan(gate, draft))
        else:
            ACTS[press.act](desk, press)
    return draft


def _gate(desk: Desk, press: Press) -> Gate:
    return desk.copilot.gate(str(press.about[0]))


def _plan(gate: Gate, draft: Draft) -> Plan:
    if gate.plan is None:
        raise ToolError("This is no plan to change.")
    return Plan.model_validate(draft) if draft else gate.plan


def _edit(desk: Desk, press: Press, draft: Draft) -> Draft:
    plan, step = _plan(_gate(desk, press), draft), str(press.about[1])
    place = next((n for n, known in enumerate(plan.steps) if known.id == step), None)
    if place is None:  # drawn before the step was deleted
        return draft
    steps = CHANGES[press.act](plan.steps, place)
    return plan.model_copy(update={"steps": steps}).model_dump(mode="json")


def _reject_plan(desk: Desk, press: Press) -> None:
    gate = _gate(desk, press)
    desk.reject_plan(gate.run, gate.id)


def _choose(desk: Desk, press: Press) -> None:
    gate = _gate(desk, press)
    group = press.about[1] if len(press.about) > 1 else press.values[0]
    if group is None:
        raise ToolError("Choose one of them first.")
    desk.choose(gate.run, gate, str(group))


def _apply(desk: Desk, press: Press) -> None:
    gate = _gate(desk, press)
    assert gate.proposal is not None
    note, *values = (str(value or "") for value in press.values)
    decision = read_decision(gate.proposal.groups, values[::2], values[1::2], note)
    desk.apply(gate.run, gate, decision)


def _recommended(desk: Desk, press: Press) -> None:
    gate = _gate(desk, press)
    desk.take_recommended(gate.run, gate)


def _reject_all(desk: Desk, press: Press) -> None:
    gate = _gate(desk, press)
    desk.reject_all(gate.run, gate)


def _budget(desk: Desk, press: Press, go_on: bool) -> None:
    gate = _gate(desk, press)
    budget = parse_budget(str(press.values[0])) if go_on else None
    changed = budget if budget != gate.budget else None
    desk.decide(gate.run, gate.id, BudgetDecision(by=PERSON, go_on=go_on, budget=changed))


def _answer(desk: Desk, press: Press) -> None:
    gate = _gate(desk, press)
    if not press.values[0]:
        raise ToolError("Choose an answer first, or leave it open.")
    desk.decide(gate.run, gate.id, QuestionDecision(by=PERSON, choice=str(press.values[0])))


def _leave_open(desk: Desk, press: Press) -> None:
    gate = _gate(desk, press)
    desk.decide(gate.run, gate.id, QuestionDecision(by=PERSON))


def _undo(desk: Desk, press: Press) -> None:
    run, step = press.about
    desk.undo(str(run), str(step))


ACTS: dict[str, Act] = {
    "reject_plan": _reject_plan,
    "choose": _choose,
    "apply": _apply,
    "recommended": _recommended,
    "reject_all": _reject_all,
    "go_on": partial(_budget, go_on=True),
    "end": partial(_budget, go_on=False),
    "answer": _answer,
    "leave_open": _leave_open,
    "undo": _undo,
}
