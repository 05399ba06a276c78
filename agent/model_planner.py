"""ModelPlanner: a language model plans; code checks, and the rules take over where it fails.

The model sees the demand, the tools and short measured facts, never rows. It reads demands and
proposes plans and nothing else: what it can set are the tools, their order and their arguments, and
of those not what is loaded, which the person's demand alone decides.

All it is asked begins with the same system message, so that a server reads that once.
"""

import json
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..errors import ToolError
from ..tools.registry import TOOLS, get_tool
from .intake import Intake
from .model import ChatModel, Message, ModelError
from .model_intake import Understood, take_over
from .plan import Plan, Step, make_steps
from .planner import Planner, Revision, RulePlanner, Situation, Spend, Start, next_number
from .prompts import as_data, render
from .reading import Form, ask

MOST_STEPS = 12
MOST_USES = 2
ASKS_AFTER = ("profile", "measure")
BEFORE_TABLE = ("search", "load")
MOST_TOKENS = {"understand": 250, "plan": 700, "revise": 500}
"""Length of an answer to each task: a small model that loses itself is cut off there."""
PERSONS_OWN = (*BEFORE_TABLE, "link_tables")
"""Tools that read what the person named; a model names no file and no dataset."""


class PlannedStep(BaseModel):
    """One step as a model writes it."""

    model_config = ConfigDict(extra="ignore")

    tool: str = Field(json_schema_extra={"enum": [tool.name for tool in TOOLS]})
    arguments: dict[str, Any] = {}
    why: str = Field(default="", max_length=500)


class Planned(BaseModel):
    """A plan as a model writes it, checked and mended as far as code can."""

    model_config = ConfigDict(extra="ignore")

    steps: list[PlannedStep] = Field(min_length=1, max_length=MOST_STEPS)
    note: str = ""

    @model_validator(mode="after")
    def _sound(self) -> "Planned":
        self.steps, mended = mend(self.steps)
        self.note = " ".join(filter(None, (self.note, mended)))
        return self


class Revised(BaseModel):
    """What a model says of the steps still to do: they are right, or these are."""

    model_config = ConfigDict(extra="ignore")

    change: bool = Field(default=True, description="false where the steps left are right")
    reason: str = Field(default="", max_length=500)
    steps: list[PlannedStep] = Field(default=[], max_length=MOST_STEPS)

    @model_validator(mode="after")
    def _sound(self) -> "Revised":
        self.change = self.change and bool(self.steps)  # a change to nothing is none
        if self.change:
            self.steps, _ = mend(self.steps)
        return self


def mend(steps: list[PlannedStep]) -> tuple[list[PlannedStep], str]:
    """Return the steps with what small models get wrong put right, and what that was.

    A tool is used at most twice, and not twice in a row in the same way; the export is the last
    step and the only one of its kind.

    Raises:
        ValueError: there is no step, or one names no tool or does not fit its arguments.
    """
    if not steps:
        raise ValueError("no steps")
    try:
        for step in steps:
            get_tool(step.tool).parse(step.arguments)
    except ToolError as error:
        raise ValueError(str(error)) from error
    kept: list[PlannedStep] = []
    for step in steps:
        often = sum(before.tool == step.tool for before in kept) >= MOST_USES
        if step.tool != "export" and not often and not (kept and _same(kept[-1], step)):
            kept.append(step)
    last = next((s for s in reversed(steps) if s.tool == "export"), PlannedStep(tool="export"))
    kept.append(last)
    if kept == steps:
        return steps, ""
    return kept, "Mended: repeated steps were left out or the export was put at the end."


def _same(one: PlannedStep, other: PlannedStep) -> bool:
    return (one.tool, one.arguments) == (other.tool, other.arguments)


class ModelPlanner:
    """Plans with a language model.

    Args:
        model: the model that is asked.
        rules: the planner that takes over where the model gives nothing usable.
    """

    def __init__(self, model: ChatModel, rules: Planner | None = None) -> None:
        self.model = model
        self.rules = rules or RulePlanner()

    def understand(self, start: Start, spend: Spend) -> Intake:
        """Return the demand with what the model read in it, or as the rules have read it."""
        read = self.rules.understand(start, spend)
        if start.read or start.tools:
            return read
        question = render("understand_user", demand=as_data(start.demand.text))
        try:
            said = self._ask(question, Understood, MOST_TOKENS["understand"], spend)
        except ModelError as error:
            return replace(read, note=f"Read by rules: {error}")
        return take_over(start, said, self.model.name)

    def plan(self, start: Start, spend: Spend) -> Plan:
        """Return the model's plan, or the rules' with a note that says why."""
        if start.tools:
            return self.rules.plan(start, spend)
        demand = start.demand.model_dump(exclude={"text", "topic"}, exclude_defaults=True)
        question = render(
            "plan_user",
            demand=as_data(start.demand.text),
            understood=as_data(json.dumps(demand)),
            given=_given(start),
            wanted=_notes(start) + _wishes(start),
        )
        try:
            planned = self._ask(question, Planned, MOST_TOKENS["plan"], spend)
            steps = _bound(planned.steps, start)
        except ModelError as error:
            plan = self.rules.plan(start, spend)
            note = f"Planned by rules: {error}"
            return plan.model_copy(update={"note": note})
        kept = [step for step in steps if step.tool not in start.leave_out]
        made = make_steps(1, *[(s.tool, s.arguments, s.why) for s in kept])
        return Plan(steps=made, note=planned.note[:500])

    def revise(self, situation: Situation, spend: Spend) -> Revision | None:
        """Return what the rules must change, else what the model would change of what is left."""
        must = self.rules.revise(situation, spend)
        if situation.start.tools:
            return must
        left = [step for step in situation.plan.steps if step.status == "pending"]
        nothing = all(step.tool == "export" for step in left)
        if must is not None or situation.step.tool not in ASKS_AFTER or nothing:
            return must
        try:
            revised = self._ask(_question(situation, left), Revised, MOST_TOKENS["revise"], spend)
        except ModelError as error:
            return Revision(situation.plan, f"The plan stands as approved: {error}")
        return _revision(situation, left, revised) if revised.change else None

    def _ask(self, question: str, form: type[Form], most: int, spend: Spend) -> Form:
        messages = [
            Message(role="system", content=render("plan_system", tools=_tools())),
            Message(role="user", content=question),
        ]
        return ask(
            self.model,
            messages,
            form,
            spend=lambda r: spend(self.model.name, r),
            max_tokens=most,
        )


def _tools() -> str:
    """Return one line about each tool, always the same, so that a server can cache it."""
    lines = []
    for tool in TOOLS:
        fields = tool.arguments.model_fields
        arguments = ", ".join(f"{n}: {f.description or ''}" for n, f in fields.items()) or "none"
        about = tool.description.splitlines()[0]
        lines.append(f"- {tool.name} ({tool.effect.value}): {about} Arguments: {arguments}")
    return "\n".join(lines)


def _notes(start: Start) -> str:
    """Return how the person's notes begin, marked as data; "" where there are none."""
    notes = [(as_data(n.name, 80), as_data(n.beginning, 1500)) for n in start.notes]
    listed = "\n".join(f"- <data>{name}: {text}</data>" for name, text in notes)
    cite = 'Notes of the person\'s own (cite a note by its name in "why" where it decides a step):'
    return f"\n{cite}\n{listed}" if listed else ""


def _wishes(start: Start) -> str:
    """Return what the person keeps for all runs, marked as data: it sets no rule of the prompt."""
    left = [f"leave out {tool}" for tool in start.leave_out]
    listed = "\n".join(f"- <data>{as_data(w, 300)}</data>" for w in [*start.wishes, *left])
    return f"\nWishes of the person's own, for all runs:\n{listed}" if listed else ""


def _given(start: Start) -> str:
    if start.table or start.input:
        return "a table of the person's own; nothing is to be searched."
    if start.dataset:
        return "a dataset is chosen; nothing is to be searched."
    return "nothing; a dataset has to be found."


def _bound(steps: list[PlannedStep], start: Start) -> list[PlannedStep]:
    """Return the steps with what is loaded and predicted as the start, and not the model, has it.

    Before a table is loaded nobody knows its columns, so a target that a model names is a guess.
    """
    said = {step.tool: step.why for step in steps}
    settled = {
        step.tool: PlannedStep(
            tool=step.tool, arguments=step.arguments, why=said.get(step.tool) or step.why
        )
        for step in RulePlanner().plan(start).steps
        if step.tool in (*PERSONS_OWN, "choose_target")
    }
    rest = [
        settled["choose_target"] if step.tool == "choose_target" else step
        for step in steps
        if step.tool not in PERSONS_OWN
    ]
    return [step for tool, step in settled.items() if tool in PERSONS_OWN] + rest


def _question(situation: Situation, left: list[Step]) -> str:
    ended = [s for s in situation.plan.steps if s.status != "pending"]
    done = "\n".join(f"- {s.tool}: {s.status}. {as_data(s.summary, 300)}" for s in ended)
    return render(
        "revise_user",
        demand=as_data(situation.start.demand.text),
        done=done,
        left=", ".join(step.tool for step in left),
        tool=situation.step.tool,
    )


def _revision(situation: Situation, left: list[Step], revised: Revised) -> Revision | None:
    """Return the plan with another rest, None where the model changes nothing."""
    known, number = list(left), next_number(situation.plan)
    rest: list[Step] = []
    for step in revised.steps:
        if step.tool in PERSONS_OWN:
            continue
        kept = next((old for old in known if _meant(step, old)), None)
        if kept is None:
            rest += make_steps(number, (step.tool, step.arguments, step.why))
            number += 1
        else:
            known.remove(kept)
            rest.append(kept)
    if rest == left:
        return None
    steps = [step for step in situation.plan.steps if step.status != "pending"] + rest
    reason = revised.reason.strip() or f"The model changed the plan after {situation.step.tool}."
    return Revision(situation.plan.model_copy(update={"steps": steps}), reason[:500])


def _meant(step: PlannedStep, old: Step) -> bool:
    """Tell whether a model means a step of the plan: by its tool, or what a person settled."""
    settled = step.tool == "choose_target" or not step.arguments
    return step.tool == old.tool and (settled or step.arguments == old.arguments)
