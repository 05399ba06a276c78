"""Asking a model for an answer of a form, and once more where it cannot be read."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..tools.answers import read_json
from .model import ChatModel, Message, ModelError, Reply

Form = TypeVar("Form", bound=BaseModel)


def ask(
    model: ChatModel,
    messages: Sequence[Message],
    form: type[Form],
    *,
    spend: Callable[[Reply], None],
    max_tokens: int = 1024,
) -> Form:
    """Ask a model for an answer of a form; what it gets wrong is told to it once.

    Args:
        model: who is asked.
        messages: the conversation so far.
        form: what the answer has to be.
        spend: told of each reply, also of those that cannot be used.
        max_tokens: length of an answer.

    Raises:
        ModelError: the model cannot be reached, or twice gave no answer of that form.
    """
    talk, fault = list(messages), ""
    for _ in range(2):
        reply = model.reply(talk, schema=form.model_json_schema(), max_tokens=max_tokens)
        spend(reply)
        try:
            return form.model_validate(_content(reply))
        except ValidationError as error:
            first = error.errors()[0]
            fault = f"{'.'.join(map(str, first['loc'])) or 'answer'}: {first['msg']}"
        except ValueError as error:
            fault = str(error)
        talk += [
            Message(role="assistant", content=reply.text[:2000]),
            Message(role="user", content=f"That cannot be used ({fault}). Answer with JSON only."),
        ]
    raise ModelError(f"The model {model.name} gave no usable answer: {fault}")


def _content(reply: Reply) -> Any:
    data = read_json(reply.text)
    if data is None:
        cut = reply.finish == "length"
        raise ValueError("the answer was cut" if cut else "no JSON in the answer")
    return data
