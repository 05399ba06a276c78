"""The plan as rows with controls: move, skip and delete steps, then approve."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

from ..agent.gates import Gate
from ..agent.plan import Plan, Step
from ..agent.undo import undoable
from ..errors import ToolError
from .presses import Presses
from .views import step_row

Change = Callable[[list[Step], int], list[Step]]
Draft = dict[str, Any] | None
"""A plan as edited so far, with the id of its gate: a draft of another gate counts for nothing."""


def move(steps: list[Step], place: int, by: int) -> list[Step]:
    """Return the steps with one moved up or down by one."""
    other = place + by
    if not 0 <= other < len(steps):
        return steps
    moved = list(steps)
    moved[place], moved[other] = moved[other], moved[place]
    return moved


def skip(steps: list[Step], place: int) -> list[Step]:
    """Return the steps with one marked as skipped, or to do again."""
    old = steps[place]
    update = (
        {"status": "skipped", "summary": "Skipped by a person."}
        if old.status == "pending"
        else {"status": "pending", "summary": ""}
    )
    return [*steps[:place], old.model_copy(update=update), *steps[place + 1 :]]


def delete(steps: list[Step], place: int) -> list[Step]:
    """Return the steps without one."""
    return [*steps[:place], *steps[place + 1 :]]


CHANGES: dict[str, Change] = {
    "up": partial(move, by=-1),
    "down": partial(move, by=1),
    "skip": skip,
    "delete": delete,
}
"""What each button beside a step does to the steps."""


def drafted(gate: Gate, draft: Draft) -> Plan:
    """Return the plan of a gate as edited so far.

    Raises:
        ToolError: the gate has no plan.
    """
    if gate.plan is None:
        raise ToolError("This is no plan to change.")
    if draft is None or draft["gate"] != gate.id:
        return gate.plan
    return Plan.model_validate(draft["plan"])


def edited(gate: Gate, draft: Draft, step: str, change: str) -> Draft:
    """Return the draft after one change of one step.

    Raises:
        ToolError: the gate has no plan.
    """
    plan = drafted(gate, draft)
    place = next((n for n, known in enumerate(plan.steps) if known.id == step), None)
    if place is None:  # drawn before the step was deleted
        return draft
    new = plan.model_copy(update={"steps": CHANGES[change](plan.steps, place)})
    return {"gate": gate.id, "plan": new.model_dump(mode="json")}


def draw_plan(gate: Gate, plan: Plan, presses: Presses) -> None:
    """Draw the editor inside a `gr.render`.

    Args:
        gate: the plan gate of the run that waits.
        plan: the plan as edited so far.
        presses: where the buttons go.
    """
    gr.HTML("<p class='dq-quiet'>Change the steps if you like, then approve the plan.</p>")
    with gr.Row(elem_classes="dq-bar"):
        good = gr.Button("Approve plan", variant="primary", size="md", elem_id="dq-approve-plan")
        none = gr.Button("Reject plan", size="md", elem_id="dq-reject-plan")
    for place, step in enumerate(plan.steps):
        _draw_step(gate, step, place, presses)
    presses.on(good, "approve_plan", gate.id)
    presses.on(none, "reject_plan", gate.id)


def draw_done(run: str, plan: Plan, rests: bool, presses: Presses) -> None:
    """Draw the plan of a run under way; what was applied can be taken back, step by step.

    Args:
        run: id of the run.
        plan: its plan as it stands.
        rests: whether the run rests, so that steps can be undone.
        presses: where the buttons go.
    """
    can = {step.id for step in undoable(plan)} if rests else set()
    for place, step in enumerate(plan.steps):
        with gr.Row(elem_classes="dq-plan-row"):
            with gr.Column(scale=8):
                gr.HTML(f"<ol class='dq-plan' start='{place + 1}'>{step_row(step)}</ol>")
            if step.id in can:
                button = gr.Button("Undo this step", size="sm", scale=1, min_width=110)
                presses.on(button, "undo", run, step.id)


def _draw_step(gate: Gate, step: Step, place: int, presses: Presses) -> None:
    words = {"up": "Up", "down": "Down", "delete": "Delete"}
    words["skip"] = "Skip" if step.status == "pending" else "Keep"
    with gr.Row(elem_classes="dq-plan-row"):
        with gr.Column(scale=5):
            gr.HTML(f"<ol class='dq-plan' start='{place + 1}'>{step_row(step)}</ol>")
        with gr.Column(scale=3, min_width=240), gr.Row(elem_classes="dq-tools"):
            for change in CHANGES:
                button = gr.Button(words[change], size="sm", min_width=48)
                presses.on(button, change, gate.id, step.id)
