"""Looking at an endpoint: is it there, and what can the model behind it do?"""

from dataclasses import dataclass, field
from typing import Any

from ..settings import Settings
from .model import Message, ModelError
from .openai_model import OpenAIModel

PROBE_SECONDS = 60.0
SHORT = 60
TOOL = {
    "type": "function",
    "function": {
        "name": "add",
        "description": "Add two numbers.",
        "parameters": {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "required": ["a", "b"],
        },
    },
}
SCHEMA = {
    "type": "object",
    "properties": {"sum": {"type": "integer"}},
    "required": ["sum"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Abilities:
    """What an endpoint showed that it can do. `context` is in tokens, None where it says nothing.

    `faults` says in words what failed of what was tried.
    """

    models: list[str]
    tools: bool = False
    schema: bool = False
    streaming: bool = False
    context: int | None = None
    faults: list[str] = field(default_factory=list)

    def words(self) -> str:
        """Return the abilities in one line."""
        can = {"tools": self.tools, "JSON schema": self.schema, "streaming": self.streaming}
        parts = [f"{name}: {'yes' if able else 'no'}" for name, able in can.items()]
        parts.append(f"context: {self.context:,} tokens" if self.context else "context: not told")
        return ", ".join(parts)


def look_at(settings: Settings) -> Abilities:
    """Ask the endpoint of the settings a few short questions.

    Raises:
        ModelError: it cannot be reached, or answers no model and no completion.
    """
    wait = min(settings.model_timeout, PROBE_SECONDS)
    model = OpenAIModel(settings.model_copy(update={"model_timeout": wait, "model_retries": 0}))
    listed = model.models()
    if not settings.model:
        return Abilities(models=[str(entry["id"]) for entry in listed])
    faults: list[str] = []
    return Abilities(
        models=[str(entry["id"]) for entry in listed],
        tools=_calls_a_tool(model, faults),
        schema=_follows_a_schema(model, faults),
        streaming=_streams(model, faults),
        context=_context(listed, settings.model),
        faults=faults,
    )


def _calls_a_tool(model: OpenAIModel, faults: list[str]) -> bool:
    question = [Message(role="user", content="Add 2 and 3 with the tool.")]
    try:
        call = model.reply(question, tools=[TOOL], max_tokens=SHORT).call
    except ModelError as error:
        faults.append(str(error))
        return False
    return call is not None and call.name == "add"


def _follows_a_schema(model: OpenAIModel, faults: list[str]) -> bool:
    import json

    question = [Message(role="user", content="What is 2 and 3? Answer as JSON.")]
    try:
        text = model.reply(question, schema=SCHEMA, max_tokens=SHORT).text
        data = json.loads(text)
    except ModelError as error:
        faults.append(str(error))
        return False
    except ValueError:
        return False
    return isinstance(data, dict) and set(data) == {"sum"}


def _streams(model: OpenAIModel, faults: list[str]) -> bool:
    try:
        return model.streams([Message(role="user", content="Say hello.")], max_tokens=8)
    except ModelError as error:
        faults.append(str(error))
        return False


def _context(listed: list[dict[str, Any]], name: str) -> int | None:
    """Return the size of the context where the list of models tells it, as some servers do."""
    entry = next((e for e in listed if e["id"] == name), None)
    if entry is None:
        return None
    meta = entry.get("meta") or {}
    found = [
        *(entry.get(field) for field in ("max_model_len", "context_length", "context_window")),
        *(meta.get(field) for field in ("n_ctx", "n_ctx_train")),
    ]
    return next((size for size in found if isinstance(size, int) and size > 0), None)
