"""The card of a question gate: what is meant, and the answers to choose from."""

import gradio as gr

from ..agent.gates import Gate
from ..agent.intake import IN_OWN_WORDS
from .presses import Presses
from .text import escape


def draw_question(gate: Gate, presses: Presses) -> None:
    """Draw a question gate inside a `gr.render`."""
    question = gate.question
    assert question is not None
    gr.HTML(f"<h3>{escape(question.text, 300)}</h3>")
    choice: gr.Dropdown | gr.Radio
    if question.about in IN_OWN_WORDS:
        choice = gr.Dropdown(
            question.options,
            value=None,
            label="Choose one, or write your own",
            allow_custom_value=True,
            interactive=True,
            key=f"{gate.id}:answer",
        )
    else:
        choice = gr.Radio(
            question.options, label="Choose one", interactive=True, key=f"{gate.id}:answer"
        )
    with gr.Row():
        answer = gr.Button("Answer", variant="primary", size="md", elem_id="dq-answer")
        leave = gr.Button("Leave it open", size="md", elem_id="dq-leave-open")
    presses.on(answer, "answer", gate.id, values=[choice])
    presses.on(leave, "leave_open", gate.id)
