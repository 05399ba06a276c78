"""Acts: what each press on a button of a card or a plan does."""

from collections.abc import Callable
from functools import partial

from ..agent.budget import BudgetDecision, parse_budget
from ..agent.gates import Gate
from ..agent.intake import QuestionDecision
from ..errors import ToolError
from .cards import read_decision
from .desk import PERSON, Desk, told
from .plan_editor import CHANGES, Draft, drafted, edited
from .presses import Press

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
            return edited(_gate(desk, press), draft, str(press.about[1]), press.act)
        if press.act == "approve_plan":
            gate = _gate(desk, press)
            desk.approve_plan(gate.run, gate, drafted(gate, draft))
        else:
            ACTS[press.act](desk, press)
    return draft


def _gate(desk: Desk, press: Press) -> Gate:
    return desk.copilot.gate(str(press.about[0]))


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
