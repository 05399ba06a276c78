"""The plan as rows with controls: move, skip and delete steps, then approve."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

from ..agent.gates import Gate
from ..agent.plan import Plan, Step
from ..agent.undo import undoable
from .cards import PRIVATE
from .desk import Desk
from .text import label
from .views import step_row

After = Callable[[Any], Any]
Change = Callable[[list[Step], int], list[Step]]


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


def draw_plan(desk: Desk, run: str, gate: Gate, draft: gr.State, plan: Plan, after: After) -> None:
    """Draw the editor inside a `gr.render`.

    Args:
        desk: what carries out the answer.
        run: id of the run that waits.
        gate: its plan gate.
        draft: the state that holds the edited plan as JSON; a change draws the editor again.
        plan: the plan as edited so far.
        after: given each event that answers, to bring the page up to date.
    """
    gr.HTML("<p class='dq-quiet'>Change the steps if you like, then approve the plan.</p>")
    with gr.Row(elem_classes="dq-bar"):
        good = gr.Button("Approve plan", variant="primary", size="md", elem_id="dq-approve-plan")
        none = gr.Button("Reject plan", size="md", elem_id="dq-reject-plan")
    for place, step in enumerate(plan.steps):
        _draw_step(step, place, plan, draft)
    after(good.click(lambda: desk.approve_plan(run, gate, plan), **PRIVATE))
    after(none.click(lambda: desk.reject_plan(run, gate.id), **PRIVATE))


def draw_done(desk: Desk, run: str, plan: Plan, rests: bool, after: After) -> None:
    """Draw the plan of a run under way; what was applied can be taken back, step by step.

    Args:
        desk: what carries out an undo.
        run: id of the run.
        plan: its plan as it stands.
        rests: whether the run rests, so that steps can be undone.
        after: given each event that undoes, to bring the page up to date.
    """
    can = {step.id for step in undoable(plan)} if rests else set()
    for place, step in enumerate(plan.steps):
        with gr.Row(elem_classes="dq-plan-row"):
            with gr.Column(scale=8):
                gr.HTML(f"<ol class='dq-plan' start='{place + 1}'>{step_row(step)}</ol>")
            if step.id in can:
                button = gr.Button("Undo this step", size="sm", scale=1, min_width=110)
                after(button.click(partial(desk.undo, run, step.id), **PRIVATE))


def _draw_step(step: Step, place: int, plan: Plan, draft: gr.State) -> None:
    name = label(step.tool)
    changes: list[tuple[str, str, Change]] = [
        ("Up", f"Move {name} up", partial(move, by=-1)),
        ("Down", f"Move {name} down", partial(move, by=1)),
        ("Skip" if step.status == "pending" else "Keep", f"Skip {name}", skip),
        ("Delete", f"Delete {name}", delete),
    ]
    with gr.Row(elem_classes="dq-plan-row"):
        with gr.Column(scale=5):
            gr.HTML(f"<ol class='dq-plan' start='{place + 1}'>{step_row(step)}</ol>")
        with gr.Column(scale=3, min_width=240), gr.Row(elem_classes="dq-tools"):
            for word, _, change in changes:
                button = gr.Button(word, size="sm", min_width=48)
                button.click(partial(_changed, plan, change, place), outputs=[draft], **PRIVATE)


def _changed(plan: Plan, change: Change, place: int) -> dict[str, Any]:
    steps = change(plan.steps, place)
    return plan.model_copy(update={"steps": steps}).model_dump(mode="json")
