"""LanguageModel: what a tool may ask of the language model of a run."""

from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

Form = TypeVar("Form", bound=BaseModel)


class Written(BaseModel):
    """What a language model wrote. `finish` is "length" where it was cut."""

    model_config = ConfigDict(extra="forbid")

    text: str
    finish: Literal["stop", "length"] = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0


class LanguageModel(Protocol):
    """A language model that answers one question at a time, within the limits of its run."""

    name: str

    def ask(self, system: str, user: str, form: type[Form]) -> Form:
        """Return the model's answer; one that cannot be read is asked for once more.

        Args:
            system: the task, the same at each call, so that a server can cache it.
            user: the question.
            form: what the answer has to be.

        Raises:
            ToolError: the model cannot be reached, gave no answer of that form, or its budget is
                used up.
        """
        ...

    def write(
        self,
        system: str,
        question: str,
        *,
        schema: dict[str, Any],
        temperature: float,
        max_tokens: int,
    ) -> Written:
        """Answer with JSON that follows the schema, unread.

        Raises:
            ToolError: no answer can be had; the message says why.
        """
        ...
