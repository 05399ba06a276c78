"""Tool `label_texts`: labels for the rows of a table of texts that have none."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ...errors import NotApplicable, ToolError
from ...retrieval.encoder import Encoder
from ..base import Effect, Result, Work, apply_to_table, tool
from ..operations.feature_base import keys
from ..operations.repairs import SetByKey
from ..proposals import Decision, Example, Group, Proposal, Verdict
from . import labeling
from .derive import settle_task
from .labeling import SURE, TEXTS_A_QUESTION, VOTES
from .propose import open_purse
from .tasks import TextTask
from .teacher import Budget, Purse

MIN_KNOWN = 10
GROUP = "labels:table"


class LabelTextsArgs(BaseModel):
    """Arguments of `label_texts`."""

    model_config = ConfigDict(extra="forbid")

    about: str = Field(default="", description="What the label says; the demand by default.")
    labels: dict[str, str] = Field(
        default={}, description="Labels and what each means; those of the table by default."
    )
    columns: dict[str, str] = Field(
        default={}, description="Columns of 'text' and 'label'; found by default."
    )
    rows: int | None = Field(
        default=None, ge=1, description="Label at most so many: the ones most worth learning from."
    )
    max_tokens: int = Field(default=200_000, ge=1, description="Tokens that may be used.")


@dataclass(frozen=True)
class _Settled:
    task: TextTask
    text: str
    label: str
    open: pd.DataFrame
    known: pd.DataFrame


def apply_labels(work: Work, proposal: Proposal, decision: Decision) -> Result:
    """Label the texts and write the labels of which the teacher is sure."""
    approved = decision.approved(proposal)
    if not approved:
        return apply_to_table(work, proposal, decision)
    args = LabelTextsArgs.model_validate(approved[0][0].payload)
    group = _labeled(work, _settle(work, args), _purse(work, args), args)
    done = Proposal(tool=proposal.tool, title=proposal.title, groups=[group])
    verdicts = {GROUP: Verdict(verdict="approve")}
    result = apply_to_table(work, done, Decision(by=decision.by, verdicts=verdicts))
    return result.model_copy(update={"summary": f"{group.title}. {group.evidence}"})


@tool(Effect.GENERATE, apply=apply_labels)
def label_texts(work: Work, args: LabelTextsArgs) -> Proposal:
    """Label the texts that have no label, by asking the language model several times.

    Only labels of which it is sure are written. With `rows`, those texts are chosen of which the
    model is sure and a classifier trained on the labeled rows is not.
    """
    work.need_table()
    if work.model is None:
        note = "No language model is set (DATAQUARRY_MODEL) that could label texts."
        return Proposal(tool="label_texts", title="Labels", notes=[note])
    settled = _settle(work, args)
    purse = _purse(work, args)
    first = list(settled.open[settled.text].head(TEXTS_A_QUESTION))
    shown = labeling.label_texts(settled.task, first, purse, report=work.report)
    total = round((purse.prompt_tokens + purse.completion_tokens) * len(settled.open) / len(first))
    group = Group(
        id=GROUP,
        title=f"Label {len(settled.open):,} texts with {purse.teacher.name}",
        rule=f"Each text is asked about {VOTES} times; a label is written to {settled.label!r} "
        f"where at least {SURE:.0%} of the answers agree.",
        evidence=f"{len(settled.known):,} texts have a label. About {total:,} tokens for all: "
        f"{'within' if total <= args.max_tokens else 'more than'} the budget.",
        facts={"tokens": total, "preview": list(zip(first, shown.labels, strict=True))},
        examples=[
            Example(row=int(place), column=settled.label, after=label)
            for place, label in list(zip(settled.open.index, shown.labels, strict=True))[:5]
        ],
        affected=len(settled.open),
        unit="cells",
        payload=args.model_dump(mode="json", exclude_defaults=True),
    )
    note = "Labels of a model are guesses: do not test on them."
    return Proposal(tool="label_texts", title="Labels", groups=[group], notes=[note])


def _settle(work: Work, args: LabelTextsArgs) -> _Settled:
    frame = work.frame
    given = {"labels": args.labels, "kind": "classification"}
    about = args.about or work.demand.text
    task, places = settle_task(given, about, frame, work.target, args.columns)
    text, label = places["text"], places["label"]
    with_text = frame[frame[text].notna()]
    unlabeled = with_text[with_text[label].isna()]
    if unlabeled.empty:
        raise NotApplicable(f"every text has a {label!r}")
    return _Settled(task, text, label, unlabeled, with_text[with_text[label].notna()])


def _purse(work: Work, args: LabelTextsArgs) -> Purse:
    assert work.model is not None
    return open_purse(work.model, Budget(max_tokens=args.max_tokens), work.settings.home)


def _labeled(work: Work, settled: _Settled, purse: Purse, args: LabelTextsArgs) -> Group:
    """Return the group that writes the labels.

    Raises:
        ToolError: the teacher is sure of none, or the budget is used up.
    """
    texts = [str(text) for text in settled.open[settled.text]]
    labeled = labeling.label_texts(settled.task, texts, purse, report=work.report)
    sure = [n for n, c in enumerate(labeled.confidence) if c >= SURE and labeled.labels[n]]
    chosen = sure
    if args.rows is not None and len(sure) > args.rows:
        if len(settled.known) < MIN_KNOWN or settled.known[settled.label].nunique() < 2:
            raise ToolError(f"Choosing rows needs {MIN_KNOWN} labeled ones of two labels.")
        encode = Encoder(work.settings).encode
        real = encode([str(text) for text in settled.known[settled.text]])
        names = settled.known[settled.label].astype(str).tolist()
        picked = labeling.choose_labeled(
            labeled, encode(texts), args.rows, real=real, real_labels=names
        )
        chosen = [int(n) for n in picked]
    if not chosen:
        raise ToolError(f"{purse.teacher.name} was sure of none of {len(texts):,} labels.")
    known = keys(settled.open, [settled.text]).tolist()
    values = {str(known[n]): str(labeled.labels[n]) for n in chosen}
    operation = SetByKey(key=settled.text, column=settled.label, values=values, where="missing")
    surely = float(np.mean(labeled.confidence))
    return Group(
        id=GROUP,
        title=f"Label {len(chosen):,} texts with {purse.teacher.name}",
        rule=operation.sentence(),
        evidence=f"{len(sure):,} of {len(texts):,} labels were sure; on average {surely:.0%} of "
        f"the answers agree. {purse.prompt_tokens + purse.completion_tokens:,} tokens were used.",
        affected=len(chosen),
        unit="cells",
        operations=[operation],
    )
