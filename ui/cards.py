"""Approval cards: a gate drawn as controls, and the controls read back as a Decision."""

import json
from typing import Any

import gradio as gr
from pydantic import TypeAdapter, ValidationError

from ..agent.gates import Gate
from ..errors import ToolError
from ..tools.operations import AnyOperation
from ..tools.operations.base import written_code
from ..tools.proposals import Decision, Example, Group, Proposal, Verdict
from .desk import PERSON
from .presses import Presses
from .text import count, escape, label, pretty

MAX_CARDS = 40
MAX_EXAMPLES = 5
VERDICTS = [("Approve", "approve"), ("Edit", "edit"), ("Reject", "reject")]
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def draw_gate(gate: Gate, presses: Presses) -> None:
    """Draw the proposal of a gate inside a `gr.render`.

    Args:
        gate: the gate at which a run waits.
        presses: where the buttons go.
    """
    assert gate.proposal is not None
    gr.HTML(proposal_head(gate.proposal))
    if gate.proposal.pick == "one":
        _draw_choice(gate, presses)
    else:
        _draw_groups(gate, presses)


def proposal_head(proposal: Proposal) -> str:
    """Return title and notes of a proposal."""
    notes = "".join(f"<li>{escape(note, 400)}</li>" for note in proposal.notes)
    listed = f"<ul class='dq-quiet'>{notes}</ul>" if notes else ""
    return f"<h3>{escape(proposal.title, 200)}</h3>{listed}"


# -- groups that exclude each other ---------------------------------------------------------


def _draw_choice(gate: Gate, presses: Presses) -> None:
    assert gate.proposal is not None
    groups = gate.proposal.groups
    first = next((g.id for g in groups if g.recommended), None)
    choices = [(_choice(group), group.id) for group in groups]
    radio = gr.Radio(
        choices,
        value=first,
        label="Choose one",
        interactive=True,
        elem_classes="dq-choice",
        key=f"{gate.id}:choice",
    )
    with gr.Row():
        take = gr.Button("Choose", variant="primary", size="md", elem_id="dq-choose")
        none = gr.Button("None of these", size="md", elem_id="dq-none")
    for group in groups[:MAX_CARDS]:
        with gr.Accordion(label=group.title, open=group.recommended):
            gr.HTML(card(group))

    presses.on(take, "choose", gate.id, values=[radio])
    presses.on(none, "reject_all", gate.id)


def _choice(group: Group) -> str:
    return f"{group.title} (recommended)" if group.recommended else group.title


# -- groups decided one by one --------------------------------------------------------------


def _draw_groups(gate: Gate, presses: Presses) -> None:
    assert gate.proposal is not None
    groups = gate.proposal.groups
    wise = [group for group in groups if group.recommended]
    gr.HTML(
        f"<p class='dq-quiet'>{count(len(groups), 'group')}, {len(wise)} recommended. "
        "Each is set to what the evidence recommends; change what you see otherwise.</p>"
    )
    with gr.Row(elem_classes="dq-bar"):
        apply = gr.Button("Apply decisions", variant="primary", size="md", elem_id="dq-apply")
        good = gr.Button("Approve recommended", size="md", elem_id="dq-recommended")
        none = gr.Button("Reject all", size="md", elem_id="dq-reject-all")
    shown = groups[:MAX_CARDS]
    controls = [
        control for place, group in enumerate(shown) for control in _draw(gate, group, place)
    ]
    note = gr.Textbox(label="Note on these decisions (optional)", interactive=True, lines=1)
    rest = groups[MAX_CARDS:]
    if rest:
        gr.HTML(f"<p>{count(len(rest), 'more group')}: each is decided as recommended.</p>")

    presses.on(apply, "apply", gate.id, values=[note, *controls])
    presses.on(good, "recommended", gate.id)
    presses.on(none, "reject_all", gate.id)


def _draw(gate: Gate, group: Group, place: int) -> tuple[gr.Radio, gr.Textbox]:
    """Draw one card and return its verdict and its operations, which a style shows to edit."""
    with gr.Column(elem_classes="dq-card", elem_id=f"dq-group-{place}"):
        with gr.Row():
            with gr.Column(scale=5):
                gr.HTML(card(group))
            with gr.Column(scale=1, min_width=120):
                verdict = gr.Radio(
                    [v for v in VERDICTS if group.operations or v[1] != "edit"],
                    value="approve" if group.recommended else "reject",
                    label=f"Decision on: {group.title}",
                    show_label=False,
                    container=False,
                    interactive=True,
                    elem_classes="dq-verdict",
                    key=f"{gate.id}:{place}:verdict",
                )
        box = gr.Textbox(
            operations_text(group),
            label=f"Operations of: {group.title} (JSON)",
            info="Change values, remove an operation, or add one of the same form.",
            lines=4,
            max_lines=16,
            interactive=True,
            elem_classes="dq-code",
            key=f"{gate.id}:{place}:operations",
        )
    return verdict, box


def card(group: Group) -> str:
    """Return a group in words: rule, evidence, examples, count, reversibility."""
    wise = "<span class='dq-badge dq-done'>recommended</span>" if group.recommended else ""
    unit = group.unit if group.affected != 1 else group.unit.rstrip("s")
    touched = f"<span class='dq-badge'>{group.affected:,} {escape(unit)}</span>"
    title = f"<h4><span class='dq-title'>{escape(group.title, 200)}</span> {touched} {wise}</h4>"
    return f"{title}{body(group)}"


def body(group: Group) -> str:
    """Return a card without its title."""
    return (
        f"<p><b>Rule</b> {escape(group.rule, 500)}</p>"
        f"<p><b>Evidence</b> {escape(group.evidence, 700)}</p>"
        f"{code(group)}{examples(group.examples)}"
        f"<p class='dq-quiet'>{escape(group.reversible, 300)}</p>"
    )


def code(group: Group) -> str:
    """Return the code that a model wrote for a group, in full: it is approved with the group."""
    return "".join(
        f"<pre class='dq-written'>{escape(text, 8000)}</pre>"
        for text in written_code(group.operations)
    )


def examples(found: list[Example]) -> str:
    """Return up to five examples as a table, before and after."""
    if not found:
        return ""
    rows = "".join(
        f"<tr><td>{'' if e.row is None else f'{e.row:,}'}</td><td>{escape(e.column or '', 60)}</td>"
        f"<td><del>{_side(e.before)}</del></td><td><ins>{_side(e.after)}</ins></td></tr>"
        for e in found[:MAX_EXAMPLES]
    )
    heads = "".join(f"<th scope='col'>{h}</th>" for h in ("row", "column", "before", "after"))
    return (
        f"<table class='dq-examples'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _side(value: str | None) -> str:
    return "<i>none</i>" if value is None else escape(value, 120)


# -- reading the controls -------------------------------------------------------------------


def operations_text(group: Group) -> str:
    """Return the operations of a group as JSON to edit."""
    return pretty([operation.model_dump(mode="json") for operation in group.operations])


def read_decision(
    groups: list[Group], verdicts: list[str], boxes: list[str], note: str
) -> Decision:
    """Return the decision that the controls say; groups without controls follow the evidence.

    Raises:
        ToolError: an edited box holds no valid operations.
    """
    said: dict[str, Verdict] = {}
    for place, group in enumerate(groups):
        verdict = verdicts[place] if place < len(verdicts) else _default(group)
        operations = read_operations(group, boxes[place]) if verdict == "edit" else []
        said[group.id] = Verdict.model_validate({"verdict": verdict, "operations": operations})
    return Decision(by=PERSON, verdicts=said, note=note.strip())


def _default(group: Group) -> str:
    return "approve" if group.recommended else "reject"


def read_operations(group: Group, text: str) -> list[Any]:
    """Return the operations that an edited box holds.

    Raises:
        ToolError: it is not JSON, or not operations; the message says where.
    """
    try:
        return TypeAdapter(list[AnyOperation]).validate_python(json.loads(text))
    except json.JSONDecodeError as error:
        raise ToolError(
            f"The edit of “{group.title}” is not JSON: line {error.lineno}: {error.msg}."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the list"
        raise ToolError(f"The edit of “{group.title}”: {where}: {first['msg']}.") from error


def load_choices(gate: Gate | None) -> dict[str, str]:
    """Return the group to approve for each record of an open load gate, by record id."""
    if gate is None or gate.tool != "load" or gate.proposal is None:
        return {}
    return {
        str(group.payload.get("dataset") or group.id): group.id for group in gate.proposal.groups
    }


def decide_hint(gate: Gate | None) -> str:
    """Return what to say on the Decide tab when there are no cards to draw."""
    if gate is None:
        return "<p class='dq-quiet'>Nothing waits for your decision.</p>"
    return f"<p class='dq-quiet'>The {escape(label(gate.kind).lower())} waits: see its tab.</p>"
