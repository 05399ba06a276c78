"""Reading JSON out of what a model wrote, and asking once more where it cannot be read."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .model import ChatModel, Message, ModelError, Reply

FENCE = re.compile(r"```(?:json)?\s*\n?(.*?)```", re.DOTALL | re.IGNORECASE)
TRAILING_COMMA = re.compile(r",(\s*[}\]])")

Form = TypeVar("Form", bound=BaseModel)


def read_json(text: str) -> Any:
    """Return the first JSON object or list in a text, None where there is none.

    Fences, words around it and trailing commas are forgiven; nothing is evaluated.
    """
    for candidate in (text, *FENCE.findall(text), _braces(text)):
        for tried in (candidate, TRAILING_COMMA.sub(r"\1", candidate)):
            try:
                data = json.loads(tried)
            except json.JSONDecodeError:
                continue
            if isinstance(data, dict | list):
                return data
    return None


def _braces(text: str) -> str:
    """Return the text from the first opening to the last closing brace."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else ""


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
