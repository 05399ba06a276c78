"""ModelTeacher: the coordinator's language model as the synthesis of texts needs it."""

from collections.abc import Callable
from typing import Any

from ..tools.textsynth.teacher import Written
from .model import ChatModel, Message, Reply


class ModelTeacher:
    """Writes with a ChatModel.

    Args:
        model: the model that is asked.
        spend: told of each reply.
    """

    def __init__(self, model: ChatModel, spend: Callable[[Reply], None] = lambda _: None) -> None:
        self.model = model
        self.name = model.name
        self._spend = spend

    def write(
        self,
        system: str,
        question: str,
        *,
        schema: dict[str, Any],
        temperature: float,
        max_tokens: int,
    ) -> Written:
        """Answer with JSON that follows the schema.

        Raises:
            ModelError: no answer can be had.
        """
        talk = [Message(role="system", content=system), Message(role="user", content=question)]
        reply = self.model.reply(
            talk, schema=schema, max_tokens=max_tokens, temperature=temperature
        )
        self._spend(reply)
        return Written(
            text=reply.text,
            finish="length" if reply.finish == "length" else "stop",
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
        )
