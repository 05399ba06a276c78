"""What texts are wanted: the kinds of task, the fields of their rows, and what makes a row right.

To add a kind: add its line to `KINDS`, and what is checked of it to `faults`.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal[
    "classification",
    "pair_classification",
    "question_answering",
    "extraction",
    "summarization",
    "instruction",
    "retrieval",
    "regression",
]
Row = dict[str, Any]

MAX_TEXT = 4_000
SHORTER = 0.7
"""A summary is at most this share of its text."""


@dataclass(frozen=True)
class KindOfTask:
    """The fields of a row: what they hold, which one is new text, and which is the label.

    Attributes:
        fields: what each field holds, in the words a model is told.
        main: fields whose text must be new and in the wanted language.
        label: the field that holds one of the task's labels.
        given: the field that a source document fills, where one is given.
    """

    fields: dict[str, str]
    main: tuple[str, ...]
    label: str | None = None
    given: str | None = None


KINDS: dict[Kind, KindOfTask] = {
    "classification": KindOfTask(
        {"text": "the text", "label": "its label"}, main=("text",), label="label"
    ),
    "pair_classification": KindOfTask(
        {
            "first": "the first text",
            "second": "the second text",
            "label": "how the two are related",
        },
        main=("first", "second"),
        label="label",
    ),
    "question_answering": KindOfTask(
        {
            "context": "a passage",
            "question": "a question that the passage answers",
            "answer": "the answer, copied word by word from the passage",
        },
        main=("question",),
        given="context",
    ),
    "extraction": KindOfTask(
        {
            "text": "the text",
            "entities": "a list of objects with 'type' and 'value', values copied from the text",
        },
        main=("text",),
        given="text",
    ),
    "summarization": KindOfTask(
        {"document": "a text of several sentences", "summary": "a much shorter summary of it"},
        main=("summary",),
        given="document",
    ),
    "instruction": KindOfTask(
        {
            "instruction": "what somebody asks to be done",
            "response": "a correct and complete answer",
        },
        main=("instruction",),
    ),
    "retrieval": KindOfTask(
        {"document": "a document", "query": "a search query that this document answers"},
        main=("query",),
        given="document",
    ),
    "regression": KindOfTask(
        {"text": "the text", "score": "its score, a number"}, main=("text",), label="score"
    ),
}


class TextTask(BaseModel):
    """What rows of text are wanted.

    `labels` maps each label (of an extraction: each type of entity) to what it means, "" where
    nobody said. A regression has no labels: its scores from `low` to `high` follow `rubric`.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    about: str = Field(min_length=1, description="The task in plain words.")
    labels: dict[str, str] = {}
    language: str | None = Field(default=None, description="ISO 639-1 code.")
    rubric: str = ""
    low: int = 1
    high: int = 5

    @model_validator(mode="after")
    def _complete(self) -> "TextTask":
        if self.kind in ("classification", "pair_classification") and len(self.labels) < 2:
            raise ValueError(f"a {self.kind} needs at least two labels")
        if self.kind == "extraction" and not self.labels:
            raise ValueError("an extraction needs the types of entity as labels")
        if self.kind == "regression" and not (self.rubric and self.low < self.high):
            raise ValueError("a regression needs a rubric and low < high")
        return self

    @property
    def form(self) -> KindOfTask:
        """The fields of a row."""
        return KINDS[self.kind]

    @property
    def balanced(self) -> list[str]:
        """The values of the label field among which rows are shared out evenly; may be empty."""
        if self.kind == "regression":
            return [str(score) for score in range(self.low, self.high + 1)]
        return list(self.labels) if self.form.label else []

    def answer_schema(self, count: int, filled: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the JSON schema of an answer with that many rows, without the fields filled in."""
        fields = {name: self._field(name) for name in self.form.fields if name not in filled}
        row = {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        }
        rows = {"type": "array", "items": row, "minItems": count, "maxItems": count}
        return {
            "type": "object",
            "properties": {"rows": rows},
            "required": ["rows"],
            "additionalProperties": False,
        }

    def _field(self, name: str) -> dict[str, Any]:
        if name == "entities":
            one = {
                "type": "object",
                "properties": {
                    "type": {"type": "string", "enum": list(self.labels)},
                    "value": {"type": "string"},
                },
                "required": ["type", "value"],
                "additionalProperties": False,
            }
            return {"type": "array", "items": one}
        if name == "score":
            return {"type": "number", "minimum": self.low, "maximum": self.high}
        if name == self.form.label:
            return {"type": "string", "enum": list(self.labels)}
        return {"type": "string"}


def main_text(task: TextTask, row: Row) -> str:
    """Return the text of a row that has to be new."""
    return " ".join(str(row[name]) for name in task.form.main)


def label_of(task: TextTask, row: Row) -> str | None:
    """Return the label of a row, None where the task has none; a score counts as its whole number.

    A score that cannot be read as a number is returned as it is.
    """
    if task.form.label is None:
        return None
    value = row[task.form.label]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(round(value)) if is_number and task.kind == "regression" else str(value)


def fault(task: TextTask, row: Row, wanted: str | None) -> str | None:
    """Say what is wrong with the form of a row, None where nothing is.

    Args:
        task: what is wanted.
        row: all fields of the task.
        wanted: the label that was asked for.
    """
    for name in task.form.fields:
        value = row.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return "a field is empty"
        if isinstance(value, str) and len(value) > MAX_TEXT:
            return "a field is too long"
    if wanted is not None and label_of(task, row) != wanted:
        return "another label than asked for"
    return _CHECKS[task.kind](task, row) if task.kind in _CHECKS else None


def _pair(task: TextTask, row: Row) -> str | None:
    return "both texts are the same" if _folded(row["first"]) == _folded(row["second"]) else None


def _answer(task: TextTask, row: Row) -> str | None:
    inside = _folded(row["answer"]) in _folded(row["context"])
    return None if inside else "the answer is not in the passage"


def _entities(task: TextTask, row: Row) -> str | None:
    entities = row["entities"]
    if not isinstance(entities, list) or not all(isinstance(e, dict) for e in entities):
        return "the entities are no list of objects"
    for entity in entities:
        if entity.get("type") not in task.labels:
            return "an entity has an unknown type"
        if not entity.get("value") or str(entity["value"]) not in str(row["text"]):
            return "an entity is not in the text"
    return None


def _summary(task: TextTask, row: Row) -> str | None:
    long = len(str(row["summary"])) > SHORTER * len(str(row["document"]))
    return "the summary is not shorter" if long else None


def _query(task: TextTask, row: Row) -> str | None:
    copied = _folded(row["query"]) in _folded(row["document"])
    return "the query is copied from the document" if copied else None


def _score(task: TextTask, row: Row) -> str | None:
    score = row["score"]
    number = isinstance(score, (int, float)) and not isinstance(score, bool)
    inside = number and task.low <= score <= task.high
    return None if inside else "the score is outside of the scale"


_CHECKS = {
    "pair_classification": _pair,
    "question_answering": _answer,
    "extraction": _entities,
    "summarization": _summary,
    "retrieval": _query,
    "regression": _score,
}


def as_cells(task: TextTask, row: Row) -> Row:
    """Return a row as cells of a table: entities become JSON text."""
    return {
        name: json.dumps(row[name], ensure_ascii=False) if name == "entities" else row[name]
        for name in task.form.fields
    }


def _folded(text: Any) -> str:
    return re.sub(r"\W+", " ", str(text)).strip().casefold()
