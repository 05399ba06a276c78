"""The policy that asks on the terminal."""

import json
from typing import Any

import click
from rich.prompt import Prompt

from ..agent.budget import BudgetDecision, parse_budget
from ..agent.gates import Answer, Gate, PlanDecision
from ..agent.intake import IN_OWN_WORDS, QuestionDecision
from ..agent.plan import Plan
from ..errors import ToolError
from ..tools.operations import parse_operation
from ..tools.proposals import Decision, Group, Proposal, Verdict, approve, approve_recommended
from .output import console, safe
from .render import group_panel

PERSON = "person"


def ask(gate: Gate) -> Answer:
    """Show a gate and return the person's answer; asks again until the answer fits."""
    while True:
        try:
            answer = ASKED[gate.kind](gate)
            gate.check(answer)
        except ToolError as error:
            console().print(f"[red]{safe(str(error))}[/]")
        else:
            return answer


def _question(gate: Gate) -> Answer:
    """Ask for the number of an option, or for words where any may fit; 0 leaves it open."""
    assert gate.question is not None
    options = gate.question.options
    console().print(f"\n[bold]{safe(gate.question.text)}[/]")
    for number, option in enumerate(options, 1):
        console().print(f"  {number}. {safe(option)}")
    numbers = [str(number) for number in range(len(options) + 1)]
    if gate.question.about in IN_OWN_WORDS:
        said = Prompt.ask("Which one, or in your own words? 0 leaves it open", default="0").strip()
    else:
        said = Prompt.ask("Which one? 0 leaves it open", choices=numbers, default="0")
    chosen = options[int(said) - 1] if said in numbers[1:] else said
    return QuestionDecision(by=PERSON, choice=None if said in ("", "0") else chosen)


def _plan(gate: Gate) -> Answer:
    assert gate.plan is not None
    choice = Prompt.ask("Go on with this plan? yes, edit, or no", choices=["y", "e", "n"])
    if choice == "e":
        data = _edit(gate.plan.model_dump(mode="json"))
        return PlanDecision(by=PERSON, plan=Plan.model_validate(data))
    return PlanDecision(by=PERSON, approve=choice == "y")


def _budget(gate: Gate) -> Answer:
    assert gate.budget is not None
    assert gate.spent is not None
    limits = ", ".join(f"{k}={v}" for k, v in gate.budget.model_dump(exclude_none=True).items())
    console().print(f"Used so far: {gate.spent.words()}. Limits: {limits}.")
    choice = Prompt.ask("Go on? yes, with more, or no", choices=["y", "m", "n"])
    if choice == "m":
        more = parse_budget(Prompt.ask("New limits", default=limits))
        return BudgetDecision(by=PERSON, budget=more)
    return BudgetDecision(by=PERSON, go_on=choice == "y")


def _proposal(gate: Gate) -> Answer:
    assert gate.proposal is not None
    out = console()
    out.print(f"\n[bold]{safe(gate.proposal.title)}[/]")
    for note in gate.proposal.notes:
        out.print(f"[dim]{safe(note)}[/]")
    if gate.proposal.pick == "one":
        return _one(gate.proposal)
    return _each(gate.proposal)


def _one(proposal: Proposal) -> Decision:
    """Ask for the number of one group; 0 takes none."""
    out = console()
    best = 0
    for number, group in enumerate(proposal.groups, 1):
        best = number if group.recommended and not best else best
        out.print(f"  {number}. [bold]{safe(group.title)}[/] [dim]{safe(group.evidence)}[/]")
    numbers = [str(number) for number in range(len(proposal.groups) + 1)]
    choice = Prompt.ask("Which one? 0 for none", choices=numbers, default=str(best))
    chosen = [] if choice == "0" else [proposal.groups[int(choice) - 1]]
    return approve(chosen, by=PERSON)


def _each(proposal: Proposal) -> Decision:
    """Ask about group after group; 'r' takes what is recommended of those left, 's' none."""
    verdicts: dict[str, Verdict] = {}
    for place, group in enumerate(proposal.groups):
        console().print(group_panel(group))
        choice = Prompt.ask(
            "Apply? yes, no, edit, or for all left: recommended, stop",
            choices=["y", "n", "e", "r", "s"],
            default="y" if group.recommended else "n",
        )
        if choice in ("r", "s"):
            left = proposal.model_copy(update={"groups": proposal.groups[place:]})
            rest = approve_recommended(left, by=PERSON) if choice == "r" else approve([], by=PERSON)
            return Decision(by=PERSON, verdicts={**verdicts, **rest.verdicts})
        verdicts[group.id] = _verdict(choice, group)
    return Decision(by=PERSON, verdicts=verdicts)


def _verdict(choice: str, group: Group) -> Verdict:
    if choice == "e":
        data = _edit([operation.model_dump(mode="json") for operation in group.operations])
        return Verdict(verdict="edit", operations=[parse_operation(item) for item in data])
    return Verdict(verdict="approve" if choice == "y" else "reject")


def _edit(data: Any) -> Any:
    """Open the editor on JSON and return what was saved.

    Raises:
        ToolError: it is no longer JSON.
    """
    text = click.edit(json.dumps(data, indent=2, ensure_ascii=False), extension=".json")
    if text is None:
        return data
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ToolError(f"Not JSON: {error}") from error


ASKED = {"question": _question, "plan": _plan, "step": _proposal, "budget": _budget}
"""How each kind of gate is asked."""
