"""ChatModel: what DataQuarry asks of a language model, and a model that replays a script."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from ..errors import ToolError


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Message(_Model):
    """One message of a conversation with a model."""

    role: Literal["system", "user", "assistant"]
    content: str


class ToolCall(_Model):
    """A tool the model wants to use, with its arguments as JSON, unchecked."""

    name: str
    arguments: dict[str, Any] = {}


class Reply(_Model):
    """What a model answered. `finish` is "length" where the answer was cut."""

    text: str = ""
    call: ToolCall | None = None
    finish: Literal["stop", "length", "tool"] = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ModelError(ToolError):
    """The model cannot be reached or answers nothing that can be read; the message says why."""


class ChatModel(Protocol):
    """A language model behind one call."""

    name: str

    def reply(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[dict[str, Any]] = (),
        schema: dict[str, Any] | None = None,
        max_tokens: int = 1024,
        temperature: float = 0.0,
    ) -> Reply:
        """Answer a conversation.

        Args:
            messages: the conversation; the system message first and always the same.
            tools: function schemas in the form of the OpenAI API; at most one is called.
            schema: JSON schema the text of the answer has to follow.
            max_tokens: length of the answer.
            temperature: how far answers may differ; 0 is the most likely one.

        Raises:
            ModelError: no answer can be had.
        """
        ...


class ScriptedModel:
    """A model that replays replies in order, for tests and recorded demonstrations.

    What it was asked is kept in `asked`, so that a test can look at the prompts.
    """

    name = "scripted"

    def __init__(self, replies: Iterable[Reply | str]) -> None:
        self._left = [Reply(text=r) if isinstance(r, str) else r for r in replies]
        self.asked: list[list[Message]] = []

    def reply(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[dict[str, Any]] = (),
        schema: dict[str, Any] | None = None,
        max_tokens: int = 1024,
        temperature: float = 0.0,
    ) -> Reply:
        """Return the next reply of the script.

        Raises:
            ModelError: the script is at its end.
        """
        self.asked.append(list(messages))
        if not self._left:
            raise ModelError("The script has no more replies.")
        return self._left.pop(0)
