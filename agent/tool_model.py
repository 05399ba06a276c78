"""ToolModel: the coordinator's language model as tools see it."""

from collections.abc import Callable
from typing import Any

from ..tools.language_model import Form, Written
from .model import ChatModel, Message, Reply
from .reading import ask


class ToolModel:
    """Answers tools with a ChatModel.

    Args:
        model: the model that is asked.
        spend: told of each reply.
        check: called before each question; raises a ToolError where nothing may be spent.
    """

    def __init__(
        self,
        model: ChatModel,
        spend: Callable[[Reply], None] = lambda _: None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.model = model
        self.name = model.name
        self._spend, self._check = spend, check

    def ask(self, system: str, user: str, form: type[Form]) -> Form:
        """Return the model's answer in a form.

        Raises:
            ModelError: the model cannot be reached, or twice gave no answer of that form.
            ToolError: the budget is used up.
        """
        self._check()
        return ask(self.model, _talk(system, user), form, spend=self._spend)

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
            ToolError: the budget is used up.
        """
        self._check()
        reply = self.model.reply(
            _talk(system, question), schema=schema, max_tokens=max_tokens, temperature=temperature
        )
        self._spend(reply)
        return Written(
            text=reply.text,
            finish="length" if reply.finish == "length" else "stop",
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
        )


def _talk(system: str, user: str) -> list[Message]:
    return [Message(role="system", content=system), Message(role="user", content=user)]
