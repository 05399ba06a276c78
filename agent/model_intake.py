"""What a language model reads in a demand, and what of it code takes over.

The rules have read the demand before. The model only fills in what they left open, and only what
the words of the demand bear out; its question is asked only if the answer would change the plan.
"""

import re
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ..errors import ToolError
from ..retrieval.demand import Demand, LicenseNeed, Task
from .intake import Intake, Question
from .planner import RulePlanner, Start

MOST_OPTIONS = 5
READ_BY = {
    "search": ("task", "target", "domain", "modality", "min_rows", "license"),
    "profile": ("min_rows",),
    "choose_target": ("task", "target"),
    "export": ("output_form",),
}
"""What of a demand each tool, or the revision after it, goes by."""

SPOKEN_OF = {"license": re.compile(r"licen[cs]|commercial|open|public domain|free", re.I)}
"""A field that is not taken word for word, and the words without which nobody asked for it."""


class Asked(BaseModel):
    """A question as a model writes it."""

    model_config = ConfigDict(extra="ignore")

    about: str
    text: str = Field(max_length=300)
    options: list[str] = []


class Understood(BaseModel):
    """A demand as a model reads it: only what the words say."""

    model_config = ConfigDict(extra="ignore")

    task: Task | None = None
    target: str | None = Field(default=None, max_length=80)
    domain: str | None = Field(default=None, max_length=60)
    min_rows: int | None = Field(default=None, ge=0)
    license: LicenseNeed | None = None
    question: Asked | None = None

    @field_validator("task", "license", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        """Take a word that is none of the known ones as left open: it is nothing to ask again."""
        return value if value in (*get_args(Task), *get_args(LicenseNeed)) else None


def take_over(start: Start, said: Understood, model: str) -> Intake:
    """Return the demand with what the model read in its words, and its question if it matters."""
    demand = start.demand
    values = said.model_dump(exclude={"question"}, exclude_none=True)
    found = {
        name: value
        for name, value in values.items()
        if value and _open(demand, name) and _borne_out(demand, name, value)
    }
    read = demand.model_copy(update=found)
    question = _question(start.model_copy(update={"demand": read}), said.question)
    return Intake(read, by=model, question=question)


def _open(demand: Demand, name: str) -> bool:
    """Tell whether the demand leaves a field open."""
    return getattr(demand, name) in (None, "", "any")


def _borne_out(demand: Demand, name: str, value: Any) -> bool:
    """Tell whether the words of the demand contain what a model says it read in them."""
    text = demand.text.lower()
    if name == "task":
        return True
    if name in SPOKEN_OF:
        return bool(SPOKEN_OF[name].search(text))
    if isinstance(value, int):
        plain = re.sub(r"(?<=\d)[,. ](?=\d{3})", "", text)
        return bool(re.search(rf"(?<!\d){value}(?!\d)", plain))
    words = re.findall(r"\w+", str(value).lower())
    return bool(words) and all(re.search(rf"\b{re.escape(word)}", text) for word in words)


def _question(start: Start, asked: Asked | None) -> Question | None:
    """Return a model's question if it can be asked and its answer would change the plan."""
    if asked is None:
        return None
    try:
        options = list(dict.fromkeys(option.strip() for option in asked.options))[:MOST_OPTIONS]
        question = Question.model_validate({**asked.model_dump(), "options": options})
        return question if changes_plan(start, question) else None
    except (ValidationError, ToolError):  # options that are no values of the field
        return None


def changes_plan(start: Start, question: Question) -> bool:
    """Tell whether two answers to a question lead to different plans.

    Raises:
        ToolError: an option is no value of what is asked about.
    """
    if not _open(start.demand, question.about):
        return False
    plans = [_planned(start, question.answered(start.demand, o)) for o in question.options]
    return any(plan != plans[0] for plan in plans)


def _planned(start: Start, demand: Demand) -> list[Any]:
    """Return the steps for a demand with all that their tools read of it."""
    steps = RulePlanner().plan(start.model_copy(update={"demand": demand})).steps
    settled = {"target"} if start.target else set()
    return [
        (step.tool, step.arguments, [getattr(demand, n) for n in names if n not in settled])
        for step in steps
        for names in [READ_BY.get(step.tool, ())]
    ]
