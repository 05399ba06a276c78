"""Intake: the demand as it was understood, and the one question that may be asked about it."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import ToolError
from ..retrieval.demand import Demand

About = Literal["task", "target", "domain", "modality", "min_rows", "license", "output_form"]
IN_OWN_WORDS = ("target", "domain")
"""What a person may also answer in words that no option has."""


class Question(BaseModel):
    """One question about what a demand leaves open, with the answers to choose from."""

    model_config = ConfigDict(extra="forbid")

    about: About
    text: str = Field(min_length=1, max_length=300)
    options: list[str] = Field(min_length=2, max_length=5)

    def answered(self, demand: Demand, choice: str) -> Demand:
        """Return the demand with what was answered.

        Raises:
            ToolError: the answer is none of the options, or does not fit the demand.
        """
        if self.about not in IN_OWN_WORDS and choice not in self.options:
            known = ", ".join(self.options)
            raise ToolError(f"Answer with one of: {known}; or leave it open.")
        content: dict[str, Any] = {**demand.model_dump(), self.about: choice}
        try:
            return Demand.model_validate(content)
        except ValidationError as error:
            raise ToolError(f"{choice!r} is no {self.about.replace('_', ' ')}.") from error


class QuestionDecision(BaseModel):
    """The answer to a question; None leaves it open."""

    model_config = ConfigDict(extra="forbid")

    by: str
    choice: str | None = Field(default=None, min_length=1, max_length=200)
    note: str = ""


@dataclass(frozen=True)
class Intake:
    """A demand as it was understood, by whom, and what is to be asked about it."""

    demand: Demand
    by: str = "rules"
    note: str = ""
    question: Question | None = None
