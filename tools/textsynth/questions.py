"""The questions to a teacher: one function for each way of writing rows.

Sources of the ways: from a description and label names, Fabricator (Golde et al. 2023); with real
rows as examples, the same; rows of found datasets rewritten, ReBase (Ge et al. 2024); documents
with queries made for them, InPars (Bonifacio et al. 2022); new instructions from given ones,
instructions refined, responses expanded, after Yue et al., "Building a family of data augmentation
models for low-cost LLM fine-tuning on the cloud" (2024).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from .prompts import as_data, render
from .tasks import Row, TextTask

Way = Literal["describe", "few_shot", "document", "transform", "expand", "refine", "respond"]
FROM_SOURCE: tuple[Way, ...] = ("document", "transform", "expand", "refine", "respond")
ONE_A_SOURCE: tuple[Way, ...] = ("transform", "refine", "respond")

MAX_SHOWN = 1_200
MAX_AVOID = 8


@dataclass(frozen=True)
class Known:
    """A row that was there before: an example to show, or a source to work from.

    `id` tells where it comes from, e.g. "sklearn:iris#17".
    """

    id: str
    row: Row


@dataclass(frozen=True)
class Question:
    """What is asked at once: for how many rows, of which label, from which parents."""

    text: str
    count: int
    wanted: str | None = None
    parents: tuple[str, ...] = ()
    filled: Row = field(default_factory=dict)
    """Fields that are not asked for, because a source has them."""


def question(
    task: TextTask,
    way: Way,
    count: int,
    *,
    wanted: str | None,
    examples: Sequence[Known] = (),
    source: Known | None = None,
    avoid: Sequence[str] = (),
) -> Question:
    """Return what to ask for some rows.

    Args:
        task: what is wanted.
        way: how the rows are to be written.
        count: how many.
        wanted: the label they shall have, None for any.
        examples: real rows to show.
        source: the row to work from, for the ways that have one.
        avoid: texts written before, not to be written again.
    """
    filled = _filled(task, way, source)
    shared = {
        "about": as_data(task.about, 2_000),
        "labels": labels_of(task),
        "language": f" in the language with the code {task.language!r}" if task.language else "",
        "count": str(count),
        "fields": "\n".join(f"- {n}: {t}" for n, t in task.form.fields.items() if n not in filled),
        "wanted": _wanted(task, wanted),
        "avoid": _avoid(avoid),
    }
    if way == "few_shot":
        shared["examples"] = as_shown(examples)
    elif way in ("document", "transform"):
        shared["examples"] = f"\nReal rows:\n{as_shown(examples)}\n" if examples else ""
    if source is not None:
        name = "document" if way == "document" else "source"
        shared[name] = _document(task, source) if way == "document" else as_shown([source])
    parents = [k.id for k in ([source] if source else []) + list(examples)]
    return Question(render(way, **shared), count, wanted, tuple(parents), filled)


def _filled(task: TextTask, way: Way, source: Known | None) -> Row:
    """Return the fields that the source gives and the teacher does not write."""
    name = {"document": task.form.given, "respond": "instruction"}.get(way)
    return {name: source.row[name]} if name and source else {}


def labels_of(task: TextTask) -> str:
    """Return the labels and what they mean, or the scale of scores, as a prompt shows them."""
    if task.kind == "regression":
        return f"Score from {task.low} to {task.high}: {as_data(task.rubric, 1_500)}\n"
    if not task.labels:
        return ""
    what = "Types of entity" if task.kind == "extraction" else "Labels"
    lines = [
        f"- {as_data(n, 80)}{f': {as_data(words, 200)}' if words else ''}"
        for n, words in task.labels.items()
    ]
    return f"{what}:\n" + "\n".join(lines) + "\n"


def _wanted(task: TextTask, wanted: str | None) -> str:
    if wanted is None:
        return ""
    words = task.labels.get(wanted)
    meaning = f" ({as_data(words, 200)})" if words else ""
    return f"All of them have the {task.form.label} {json.dumps(wanted)}{meaning}.\n"


def _avoid(texts: Sequence[str]) -> str:
    if not texts:
        return ""
    lines = "\n".join(f"- {as_data(text, 160)}" for text in texts[-MAX_AVOID:])
    return f"\nThese were written before; write about something else:\n{lines}"


def as_shown(rows: Sequence[Known]) -> str:
    """Return rows as data: nothing in them can close the mark."""
    lines = [as_data(json.dumps(k.row, ensure_ascii=False, default=str), MAX_SHOWN) for k in rows]
    return "\n".join(f"<data>{line}</data>" for line in lines)


def _document(task: TextTask, source: Known) -> str:
    return f"<data>{as_data(str(source.row[task.form.given or '']), 3 * MAX_SHOWN)}</data>"
