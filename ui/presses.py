"""Presses: what is drawn anew reaches the server through one handler that is never drawn anew.

Gradio forgets the handlers of what a `gr.render` drew when it draws again, so that a button pressed
in that moment would ask for one that is gone, and the server would fail. The buttons here only
write in the browser what was pressed, and with which values, into a hidden box of the page; its
handler stays.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

WRITE = "(...values) => JSON.stringify({{asked: {asked}, values: values, at: Date.now()}})"


@dataclass(frozen=True)
class Press:
    """What was pressed: the act, what the button stands for, and the values of its controls."""

    act: str
    about: list[Any]
    values: list[Any]


class Presses:
    """The hidden box, and the way from a button to it."""

    def __init__(self) -> None:
        self.box = gr.Textbox(visible="hidden", elem_id="dq-press")

    def on(self, button: gr.Button, act: str, *about: str, values: Sequence[Any] = ()) -> None:
        """Let a button ask for an act.

        Args:
            button: the button, which may be drawn by a `gr.render`.
            act: name of the act.
            about: what the act is about, such as the id of a gate.
            values: the controls whose values go along.
        """
        js = WRITE.format(asked=json.dumps([act, *about]))
        button.click(
            fn=None, inputs=list(values), outputs=[self.box], js=js, api_visibility="private"
        )


def read_press(text: str) -> Press | None:
    """Return what a box says was pressed; None where it says nothing."""
    if not text:
        return None
    said = json.loads(text)
    act, *about = said["asked"]
    return Press(act, about, said["values"])
