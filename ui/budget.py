"""The card of a budget gate: what is used, the limits, and whether to go on."""

import gradio as gr

from ..agent.budget import Budget, Spent
from ..agent.gates import Gate
from .presses import Presses
from .text import escape, label, number


def draw_budget(gate: Gate, presses: Presses) -> None:
    """Draw a budget gate inside a `gr.render`."""
    assert gate.budget is not None
    assert gate.spent is not None
    gr.HTML(budget_card(gate.budget, gate.spent))
    limits = gr.Textbox(
        ",".join(f"{k}={v}" for k, v in gate.budget.model_dump(exclude_none=True).items()),
        label="Limits: change them to allow more",
        interactive=True,
    )
    with gr.Row():
        on = gr.Button("Go on", variant="primary", size="md", elem_id="dq-go-on")
        end = gr.Button("End with what there is", size="md", elem_id="dq-end")
    presses.on(on, "go_on", gate.id, values=[limits])
    presses.on(end, "end", gate.id)


def budget_card(budget: Budget, spent: Spent) -> str:
    """Return limits and what is used of each as a table."""
    shares = budget.shares(spent)
    rows = "".join(
        f"<tr><td>{escape(label(name))}</td><td>{number(getattr(spent, name))}</td>"
        f"<td>{number(getattr(budget, name))}</td><td>{share:.0%}</td></tr>"
        for name, share in shares.items()
    )
    heads = "".join(f"<th scope='col'>{head}</th>" for head in ("", "used", "limit", "share"))
    return (
        "<h3>The budget is nearly used up. Go on?</h3><table class='dq-examples'>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
