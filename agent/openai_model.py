"""A ChatModel behind any OpenAI-compatible endpoint."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..settings import Settings
from ..tools.answers import read_json
from .model import Message, ModelError, Reply, ToolCall

NO_KEY = "none"  # local servers ask for no key, and the client refuses to be made without one


class OpenAIModel:
    """Asks an endpoint through the `openai` client, which waits and tries again on 429 and 5xx.

    Args:
        settings: `model`, `openai_base_url`, `openai_api_key`, `model_timeout` are used.
    """

    def __init__(self, settings: Settings) -> None:
        from openai import OpenAI

        self.name = settings.model
        self.url = settings.openai_base_url or "https://api.openai.com/v1"
        self._client = OpenAI(
            base_url=self.url,
            api_key=settings.openai_api_key.get_secret_value() or NO_KEY,
            timeout=settings.model_timeout,
            max_retries=settings.model_retries,
        )

    def reply(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[dict[str, Any]] = (),
        schema: dict[str, Any] | None = None,
        max_tokens: int = 1024,
        temperature: float = 0.0,
    ) -> Reply:
        """Answer a conversation; a tool call written as fenced JSON counts as one.

        Raises:
            ModelError: the endpoint cannot be reached, refuses, or answers no completion.
        """
        options: dict[str, Any] = {}
        if tools:
            options["tools"] = list(tools)
        if schema is not None:
            form = {"name": "answer", "schema": schema, "strict": False}
            options["response_format"] = {"type": "json_schema", "json_schema": form}
        completion = self._ask(
            model=self.name,
            messages=_plain(messages),
            max_tokens=max_tokens,
            temperature=temperature,
            **options,
        )
        return _reply(completion, {tool["function"]["name"] for tool in tools})

    def models(self) -> list[dict[str, Any]]:
        """Return what the endpoint says of each of its models; `id` is its name.

        Raises:
            ModelError: the endpoint cannot be reached or refuses.
        """
        with self._told():
            return [entry.model_dump() for entry in self._client.models.list().data]

    def streams(self, messages: Sequence[Message], max_tokens: int) -> bool:
        """Say whether an answer comes in pieces when asked for so.

        Raises:
            ModelError: the endpoint cannot be reached or refuses.
        """
        with self._told():
            pieces = self._client.chat.completions.create(
                model=self.name,
                messages=_plain(messages),
                max_tokens=max_tokens,
                stream=True,
            )
            return any(piece.choices for piece in pieces)

    def _ask(self, **request: Any) -> Any:
        with self._told():
            return self._client.chat.completions.create(**request)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the client raises into one clear error."""
        import openai

        try:
            yield
        except openai.APITimeoutError as error:
            raise ModelError(f"The model at {self.url} did not answer in time.") from error
        except openai.APIConnectionError as error:
            raise ModelError(
                f"The model at {self.url} cannot be reached. Is the server up?"
            ) from error
        except openai.RateLimitError as error:
            raise ModelError(f"The model at {self.url} is over its rate limit.") from error
        except openai.APIStatusError as error:
            raise ModelError(
                f"The model at {self.url} refused: {error.status_code} " + _short(error.message)
            ) from error
        except (openai.OpenAIError, ValueError) as error:
            raise ModelError(f"The model at {self.url} answered no JSON.") from error


def _plain(messages: Sequence[Message]) -> Any:
    return [message.model_dump() for message in messages]


def _reply(completion: Any, names: set[str]) -> Reply:
    choices = getattr(completion, "choices", None)
    if not choices:  # a 200 page of HTML comes back as text
        raise ModelError("The endpoint answered, but no chat completion. Check OPENAI_BASE_URL.")
    message, usage = choices[0].message, completion.usage
    text = message.content or ""
    call = _called(message) or _written(text, names)
    cut = choices[0].finish_reason not in ("stop", "tool_calls", "function_call")
    return Reply(
        text=text,
        call=call,
        finish="tool" if call else "length" if cut else "stop",
        prompt_tokens=usage.prompt_tokens if usage else 0,
        completion_tokens=usage.completion_tokens if usage else 0,
    )


def _called(message: Any) -> ToolCall | None:
    """Return the first tool call of a message."""
    for call in message.tool_calls or []:
        arguments = read_json(call.function.arguments or "{}")
        if isinstance(arguments, dict):
            return ToolCall(name=call.function.name, arguments=arguments)
    return None


def _written(text: str, names: set[str]) -> ToolCall | None:
    """Return a tool call that a small model wrote as JSON into its text."""
    data = read_json(text) if names else None
    if isinstance(data, dict) and data.get("name") in names:
        arguments = data.get("arguments", data.get("parameters", {}))
        if isinstance(arguments, dict):
            return ToolCall(name=data["name"], arguments=arguments)
    return None


def _short(text: str) -> str:
    return " ".join(text.split())[:200]
