"""Tool `write_texts`: rows of text that do not exist yet, written by a language model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...errors import NotApplicable, ToolError
from ...retrieval.catalog import load_record
from ...retrieval.encoder import Encoder
from ...retrieval.index import DatasetIndex
from ..base import Effect, Result, Work, apply_to_table, tool
from ..operations.synthetic import free_mark, real_rows
from ..operations.written import PROVENANCE
from ..proposals import Decision, Proposal, Verdict
from ..tables import Origin
from .derive import known_rows, settle_task
from .language import main_language
from .propose import (
    GROUP,
    finished_group,
    make_check,
    open_purse,
    preview_texts,
    propose_found,
)
from .questions import FROM_SOURCE, Known, Way
from .sources import find_rows
from .tasks import Kind, TextTask
from .teacher import Budget, Purse
from .write import Job, write_rows

MAX_DATASETS = 5
SOURCES_A_ROW = 2
"""Rows of other datasets looked at for each row that is wanted."""


class WriteTextsArgs(BaseModel):
    """Arguments of `write_texts`."""

    model_config = ConfigDict(extra="forbid")

    rows: int | None = Field(
        default=None, ge=1, description="Rows there shall be afterwards, with the real ones."
    )
    more: int | None = Field(default=None, ge=1, description="Rows to add, instead.")
    kind: Kind | None = Field(default=None, description="Kind of task; found from table or demand.")
    about: str = Field(default="", description="The task in plain words; the demand by default.")
    labels: dict[str, str] = Field(
        default={}, description="Labels and what each means ('' where the name says it)."
    )
    way: Way | None = Field(
        default=None,
        description="'describe' (from words), 'few_shot' (with real rows), 'document' (for given "
        "texts), 'transform' (rows of other datasets), 'expand', 'refine', 'respond'.",
    )
    columns: dict[str, str] = Field(
        default={}, description="Column of the table for each field, e.g. {'text': 'review'}."
    )
    datasets: list[str] = Field(
        default=[], description="Ids of datasets whose rows are rewritten; found ones by default."
    )
    rubric: str = Field(default="", description="What the scores of a regression mean.")
    low: int | None = Field(default=None, description="Least score of a regression.")
    high: int | None = Field(default=None, description="Greatest score of a regression.")
    language: str | None = Field(default=None, description="ISO 639-1 code of the language.")
    check: Literal["none", "teacher", "classifier"] = Field(
        default="teacher", description="Who looks at the labels a second time."
    )
    max_tokens: int = Field(default=200_000, ge=1, description="Tokens that may be used.")
    max_money: float | None = Field(
        default=None, gt=0, description="What may be spent, at the prices of the settings."
    )

    @model_validator(mode="after")
    def _not_both(self) -> "WriteTextsArgs":
        if self.rows is not None and self.more is not None:
            raise ValueError("give either rows (in all) or more (to add)")
        return self


@dataclass(frozen=True)
class Settled:
    """What the arguments, the table and the demand come to."""

    job: Job
    count: int
    columns: dict[str, str]
    mark: str
    first: int


def apply_texts(work: Work, proposal: Proposal, decision: Decision) -> Result:
    """Write the approved rows and keep them as a new version of the table, with a report."""
    approved = decision.approved(proposal)
    if not approved or approved[0][1]:  # rows that were only found need nothing more
        _need_first_table(work, proposal)
        return apply_to_table(work, proposal, decision)
    args = WriteTextsArgs.model_validate(approved[0][0].payload)
    purse = _purse(work, args)
    settled = _settle(work, args, purse)
    texts = write_rows(settled.job, settled.count, purse, report=work.report)
    group, quality = finished_group(settled.job, texts, settled.columns, purse, settled.mark)
    done = Proposal(tool=proposal.tool, title=proposal.title, groups=[group])
    _need_first_table(work, done)
    verdicts = {GROUP: Verdict(verdict="approve")}
    result = apply_to_table(work, done, Decision(by=decision.by, verdicts=verdicts))
    data = {**result.data, "quality": quality.model_dump(mode="json")}
    return result.model_copy(update={"summary": f"{group.title}. {group.evidence}", "data": data})


@tool(Effect.GENERATE, apply=apply_texts)
def write_texts(work: Work, args: WriteTextsArgs) -> Proposal:
    """Add rows of text that do not exist yet, written by the language model of the settings.

    For a demand for texts (classification, pairs, questions, entities, summaries, instructions,
    queries, scores) of which there are too few or none. Five rows and the cost are shown first.
    Without a model nothing is written: fitting rows of found datasets are offered as they are.
    """
    if work.model is None:
        return _found_only(work, args)
    purse = _purse(work, args)
    settled = _settle(work, args, purse)
    asked = (work.demand.min_rows or 0) >= settled.first + settled.count
    return preview_texts(
        settled.job,
        settled.count,
        purse,
        columns=settled.columns,
        payload=args.model_dump(mode="json", exclude_defaults=True),
        first=settled.first,
        recommended=asked,
        report=work.report,
    )


def _purse(work: Work, args: WriteTextsArgs) -> Purse:
    assert work.model is not None
    settings = work.settings
    budget = Budget(
        max_tokens=args.max_tokens,
        max_money=args.max_money,
        price_in=settings.model_price_in,
        price_out=settings.model_price_out,
    )
    if budget.max_money is not None and not (budget.price_in or budget.price_out):
        raise ToolError(
            "Money cannot be counted without prices: set DATAQUARRY_MODEL_PRICE_IN and "
            "DATAQUARRY_MODEL_PRICE_OUT, or give max_tokens."
        )
    return open_purse(work.model, budget, settings.home)


def _settle(work: Work, args: WriteTextsArgs, purse: Purse) -> Settled:
    """Return the job that the arguments stand for; the same on every call."""
    task, columns, frame, mark = _task(work, args)
    count = _count(args, work, 0 if frame is None else len(work.frame))
    complete = frame is not None and set(columns) == set(task.form.fields)
    real = known_rows(frame, columns, _name(work)) if frame is not None and complete else []
    way = args.way or _way(task, real, args)
    job = Job(
        task=task,
        way=way,
        real=real,
        sources=_sources(work, args, task, way, frame, columns, count),
        seed=work.settings.seed,
    )
    encode = Encoder(work.settings).encode if args.check == "classifier" else None
    check = make_check(args.check, job, purse, encode)
    first = len(work.frame) if work.table else 0
    return Settled(Job(**{**vars(job), "check": check}), count, columns, mark, first)


def _task(
    work: Work, args: WriteTextsArgs
) -> tuple[TextTask, dict[str, str], pd.DataFrame | None, str]:
    """Return the task, its columns, the real rows of the table, and the name of the mark."""
    frame, mark = None, free_mark(pd.DataFrame())
    if work.table is not None and len(work.frame):
        mark = free_mark(work.frame)
        frame = real_rows(work.frame, mark).drop(columns=PROVENANCE, errors="ignore")
    given: dict[str, Any] = {
        name: value
        for name in ("kind", "labels", "rubric", "low", "high", "language")
        if (value := getattr(args, name))
    }
    if work.demand.languages and "language" not in given:
        given["language"] = work.demand.languages[0]
    about = args.about or work.demand.text
    task, columns = settle_task(given, about, frame, work.target, args.columns)
    if task.language is None and frame is not None:
        texts = [str(v) for v in frame[columns[_main(task, columns)]].dropna().head(200)]
        task = task.model_copy(update={"language": main_language(texts)})
    return task, columns, frame, mark


def _main(task: TextTask, columns: dict[str, str]) -> str:
    """Return the field of texts that the table has."""
    return next((name for name in task.form.main if name in columns), next(iter(columns)))


def _count(args: WriteTextsArgs, work: Work, have: int) -> int:
    rows = args.rows or (None if args.more else work.demand.min_rows)
    if args.more is None and rows is None:
        raise ToolError("Say how many texts: `rows` in all, or `more` to add.")
    count = args.more if args.more is not None else (rows or 0) - have
    if count <= 0:
        raise NotApplicable(f"the table already has {have:,} rows; {rows:,} were wanted")
    return count


def _way(task: TextTask, real: Sequence[Known], args: WriteTextsArgs) -> Way:
    if task.kind == "retrieval":
        return "document"
    if args.datasets:
        return "transform"
    if real:
        return "few_shot"
    return "document" if task.form.given in args.columns else "describe"


def _sources(
    work: Work,
    args: WriteTextsArgs,
    task: TextTask,
    way: Way,
    frame: pd.DataFrame | None,
    columns: dict[str, str],
    count: int,
) -> list[Known]:
    """Return the rows that others are made from: documents, instructions, rows of datasets."""
    if way not in FROM_SOURCE:
        return []
    if way == "transform":
        found = find_rows(_frames(work, args), task.about, SOURCES_A_ROW * count)
        if not found:
            raise NotApplicable("none of the datasets that were found has texts to rewrite")
        return found
    name = task.form.given if way == "document" else "instruction"
    places = {n: c for n, c in columns.items() if way != "document" or n == name}
    if frame is None or name not in places:
        raise NotApplicable(f"the way {way!r} needs a table with a column for the {name}")
    return known_rows(frame, places, _name(work))


def _frames(work: Work, args: WriteTextsArgs) -> dict[str, pd.DataFrame]:
    """Load the datasets that were named, else those the search found, a few at most."""
    found = work.facts.get("search") or {}
    hits = [hit["record"]["id"] for part in ("hits", "near_misses") for hit in found.get(part, [])]
    frames: dict[str, pd.DataFrame] = {}
    for name in args.datasets or hits:
        record = DatasetIndex.open(work.settings).record(name)
        if record.loadable and len(frames) < MAX_DATASETS:
            work.report(f"Loading {record.title}")
            frames[name] = load_record(record)
    return frames


def _name(work: Work) -> str:
    """Return what the rows of the table are called in provenance: the name of its origin."""
    first = work.store.lineage(work.need_table())[0]
    return first.origin.name if first.origin else first.id


def _found_only(work: Work, args: WriteTextsArgs) -> Proposal:
    task, columns, frame, mark = _task(work, args)
    count = _count(args, work, 0 if frame is None else len(work.frame))
    found = find_rows(_frames(work, args), task.about, max(SOURCES_A_ROW * count, 1_000))
    return propose_found(task, found, count, columns, mark)


def _need_first_table(work: Work, proposal: Proposal) -> None:
    """Begin with an empty table where none is loaded: rows are added to something."""
    if work.table is not None:
        return
    names = list(proposal.groups[0].operations[0].model_dump()["written"][0])
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in names})
    origin = Origin(kind="demand", name="Texts written for the demand")
    work.table = work.store.put(empty, origin=origin)
