"""Propose texts: what will be asked and what it costs, with five rows written to look at."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...errors import ToolError
from ..language_model import LanguageModel
from ..operations.written import AppendWrittenRows
from ..proposals import Example, Group, Proposal
from .checks import Check, ClassifierCheck, Encode, RoundTripCheck, TeacherCheck
from .quality import TextQuality, in_words, measure_texts
from .questions import Known
from .sources import take_rows
from .tasks import TextTask, as_cells, main_text
from .teacher import Budget, Purse
from .write import Job, Texts, write_rows

PREVIEW = 5
MAX_SHOWN = 300
GROUP = "written_rows:table"
WAYS = {
    "describe": "from a description of the task and its labels",
    "few_shot": "with real rows as examples",
    "document": "for given documents",
    "transform": "by rewriting rows of other datasets",
    "expand": "as new instructions like given ones",
    "refine": "by refining given instructions",
    "respond": "as fuller responses to given instructions",
    "retrieved": "found by search and taken as they are",
}


class Estimate(BaseModel):
    """What all rows will use, judged by the first ones. `money` is None where no price is set."""

    model_config = ConfigDict(extra="forbid")

    questions: int
    tokens: int
    money: float | None
    spent_tokens: int
    within_budget: bool

    def in_words(self) -> str:
        """Return the estimate in a sentence."""
        cost = f", {self.money:.2f} at the prices of the settings" if self.money is not None else ""
        fits = "within" if self.within_budget else "more than"
        return (
            f"About {self.tokens:,} tokens in {self.questions:,} questions{cost}: {fits} the "
            f"budget. {self.spent_tokens:,} of them are spent on the preview and not paid again."
        )


def make_check(name: str, job: Job, purse: Purse, encode: Encode | None) -> Check | None:
    """Return the second look of that name that fits a task; None for "none".

    Raises:
        NotApplicable: a classifier has too few real rows.
        ToolError: a classifier has no encoder.
    """
    if job.task.kind == "retrieval":
        documents = [str(k.row["document"]) for k in job.sources]
        return RoundTripCheck(documents) if len(set(documents)) > PREVIEW else None
    if name == "none" or not job.task.balanced:
        return None
    if name == "teacher":
        return TeacherCheck(job.task, purse)
    if encode is None:
        raise ToolError("A check by a classifier needs an encoder.")
    return ClassifierCheck(job.task, [k.row for k in job.real], encode)


def preview_texts(
    job: Job,
    count: int,
    purse: Purse,
    *,
    columns: dict[str, str],
    payload: dict[str, Any],
    first: int = 0,
    recommended: bool = False,
    report: Callable[..., None] = lambda message, share=None: None,
) -> Proposal:
    """Write five rows and propose the rest.

    Args:
        job: what to write.
        count: how many rows.
        purse: the teacher with its budget.
        columns: the column of the table for each field of the task.
        payload: what is needed to carry it out.
        first: number of the first new row.
        recommended: whether the demand asked for these rows.
        report: is told how far it is.

    Raises:
        ToolError: the teacher cannot be reached, or none of its first answers could be used.
    """
    texts = write_rows(job, count, purse, stop_at=min(PREVIEW, count), report=report)
    if not texts.rows:
        why = ", ".join(f"{c} because {r}" for r, c in texts.rejected.items()) or texts.ended
        raise ToolError(f"{purse.teacher.name} wrote no row that could be kept: {why}.")
    estimate = estimate_rest(texts, count, purse)
    rows = [in_columns(job.task, w.row, columns) for w in texts.rows[:PREVIEW]]
    way = WAYS[job.way]
    group = Group(
        id=GROUP,
        title=f"Add {count:,} texts written by {purse.teacher.name}",
        rule=f"Rows for a {job.task.kind.replace('_', ' ')} task are written {way}: "
        f"{job.task.about[:200]}",
        evidence=f"{estimate.in_words()} {_first_words(texts)}",
        facts={
            "estimate": estimate.model_dump(mode="json"),
            "preview": rows,
            "rejected": dict(texts.rejected),
            "likeness_limit": round(texts.limit, 3),
        },
        examples=[Example(row=first + n, after=_short(row)) for n, row in enumerate(rows)],
        affected=count,
        unit="rows",
        recommended=recommended and estimate.within_budget,
        payload=payload,
    )
    return Proposal(tool="write_texts", title="Synthetic texts", groups=[group], notes=NOTES)


NOTES = [
    "A model wrote these rows: they may be wrong, one-sided, or like texts it was trained on. Keep "
    "them out of any part of the data that measures a model.",
    "What is written beyond the preview is checked in the same way; the report follows when it is "
    "done, and undo takes the rows back.",
]


def estimate_rest(texts: Texts, count: int, purse: Purse) -> Estimate:
    """Return what all rows will use if they go on as the first ones did."""
    scale = count / max(1, len(texts.rows))
    prompt, completion = round(purse.prompt_tokens * scale), round(purse.completion_tokens * scale)
    priced = purse.budget.price_in or purse.budget.price_out
    return Estimate(
        questions=round(purse.asked * scale),
        tokens=prompt + completion,
        money=round(purse.budget.money(prompt, completion), 4) if priced else None,
        spent_tokens=purse.prompt_tokens + purse.completion_tokens,
        within_budget=purse.budget.exceeded(prompt, completion) is None,
    )


def _first_words(texts: Texts) -> str:
    rejected = sum(texts.rejected.values())
    kept = f"{len(texts.rows)} rows were written to look at."
    if not rejected:
        return kept
    why = ", ".join(f"{count} because {reason}" for reason, count in texts.rejected.items())
    return f"{kept} {rejected} more were not kept: {why}."


def finished_group(
    job: Job, texts: Texts, columns: dict[str, str], purse: Purse, mark: str
) -> tuple[Group, TextQuality]:
    """Return the group with what was written, and the report on it.

    Raises:
        ToolError: no row could be kept.
    """
    if not texts.rows:
        raise ToolError(f"No row could be kept. {texts.ended}")
    quality = measure_texts(job.task, texts, [main_text(job.task, k.row) for k in job.real])
    operation = AppendWrittenRows(
        written=[in_columns(job.task, w.row, columns) for w in texts.rows],
        provenance=[written.provenance() for written in texts.rows],
        way=WAYS[job.way],
        model=purse.teacher.name,
        mark=mark,
    )
    spent = f"{purse.prompt_tokens + purse.completion_tokens:,} tokens were used."
    ended = f" {texts.ended}" if texts.ended else ""
    group = Group(
        id=GROUP,
        title=f"Add {len(texts.rows):,} texts written by {purse.teacher.name}",
        rule=operation.sentence(),
        evidence=f"{in_words(quality)} {spent}{ended}",
        facts={"quality": quality.model_dump(mode="json")},
        affected=len(texts.rows),
        unit="rows",
        operations=[operation],
    )
    return group, quality


def propose_found(
    task: TextTask, found: Sequence[Known], count: int, columns: dict[str, str], mark: str
) -> Proposal:
    """Propose rows of found datasets as they are; the unmet part is named. Invents nothing."""
    taken = take_rows(task, found, count)
    notes = [
        "No language model is set (DATAQUARRY_MODEL): nothing is written, rows are only found."
    ]
    if taken.unmet:
        notes.append(f"Unmet: {'; '.join(taken.unmet)}.")
    if not taken.rows:
        return Proposal(tool="write_texts", title="Texts from other datasets", notes=notes)
    sources = sorted({known.id.split("#")[0] for known in taken.rows})
    operation = AppendWrittenRows(
        written=[in_columns(task, known.row, columns) for known in taken.rows],
        provenance=[{"model": None, "prompt": None, "parents": [k.id]} for k in taken.rows],
        way=WAYS["retrieved"],
        mark=mark,
    )
    rows = operation.written[:PREVIEW]
    group = Group(
        id="found_rows:table",
        title=f"Add {len(taken.rows):,} rows of {', '.join(sources)}",
        rule=operation.sentence(),
        evidence=f"{len(found):,} rows of {len(sources)} datasets were looked at. "
        + (f"Unmet: {'; '.join(taken.unmet)}." if taken.unmet else "All that was asked is there."),
        facts={"preview": rows, "unmet": taken.unmet, "sources": sources},
        examples=[Example(after=_short(row)) for row in rows],
        affected=len(taken.rows),
        unit="rows",
        operations=[operation],
    )
    notes.append("Each source keeps its own license; look at it before you share the rows.")
    return Proposal(
        tool="write_texts", title="Texts from other datasets", groups=[group], notes=notes
    )


def in_columns(task: TextTask, row: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    """Return a row with the names of the table's columns; a field without one keeps its own."""
    return {columns.get(name, name): value for name, value in as_cells(task, row).items()}


def open_purse(teacher: LanguageModel, budget: Budget, home: Path) -> Purse:
    """Return a purse that keeps its replies in a workspace."""
    return Purse(teacher, budget, home / "replies.sqlite")


def _short(row: dict[str, Any]) -> str:
    words = json.dumps(row, ensure_ascii=False, default=str)
    return words if len(words) <= MAX_SHOWN else words[: MAX_SHOWN - 3] + "..."
