"""Tool `select`: keep a part of the rows, by a budget."""

from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ..errors import NotApplicable, ToolError
from ..retrieval.encoder import Encoder
from ..settings import Settings
from .base import Effect, Work, tool
from .difficulty import dataset_difficulty
from .operations.select import KeepRows
from .proposals import Proposal, propose_group
from .select import METHODS, Rows, select_rows
from .synthesis.columns import describe_columns
from .synthesis.generate import row_keys
from .synthesis.matrix import distance_matrix, measured_columns
from .textsynth.checks import judge_rows
from .textsynth.propose import open_purse
from .textsynth.sources import text_columns
from .textsynth.teacher import Budget

MAX_JUDGED = 2_000


class SelectArgs(BaseModel):
    """Arguments of `select`."""

    model_config = ConfigDict(extra="forbid")

    rows: int = Field(ge=1, description="How many rows to keep.")
    method: str = Field(
        default="hierarchical", description=f"How they are chosen: {', '.join(METHODS)}."
    )
    text: str | None = Field(
        default=None, description="Column of texts to compare rows by; found by default."
    )
    label: str | None = Field(
        default=None, description="Column of labels, for methods that need one; the target else."
    )
    like: str | None = Field(
        default=None, description="Text that describes what is wanted, for 'similar'."
    )


@tool(Effect.WRITE)
def select(work: Work, args: SelectArgs) -> Proposal:
    """Keep only as many rows as can be used, chosen for variety, likeness, quality or hardness.

    For more rows than can be labeled, paid for or trained on. Fewer rows rarely give a better
    model than all of them.
    """
    frame = work.frame
    if args.rows >= len(frame):
        raise NotApplicable(f"the table has {len(frame):,} rows; all are within the budget")
    scores = _judged(work, frame, args) if args.method == "best" else None
    return propose_selection(
        frame,
        args.rows,
        args.method,
        settings=work.settings,
        text=args.text,
        label=args.label or work.target,
        like=args.like,
        scores=scores,
    )


def propose_selection(
    frame: pd.DataFrame,
    rows: int,
    method: str = "hierarchical",
    *,
    settings: Settings,
    text: str | None = None,
    label: str | None = None,
    like: str | None = None,
    scores: list[float] | None = None,
) -> Proposal:
    """Propose to keep `rows` rows of a table.

    Rows are compared by the encoder's vectors of their text where there is one, else by all their
    columns.

    Raises:
        ToolError: no such method or column, or the method needs what is not there.
    """
    text = text or next((c.name for c in text_columns(frame)), None)
    for name in (text, label):
        if name is not None and name not in frame.columns:
            raise ToolError(f"The table has no column {name!r}.")
    encoder = Encoder(settings)
    vectors = _vectors(frame, text, label, encoder)
    targets = encoder.encode([like]) if like and text else None
    known = Rows(
        vectors,
        labels=None if label is None else frame[label].astype(str).to_numpy(dtype=str),
        targets=targets,
        scores=None if scores is None else np.array(scores),
    )
    chosen = select_rows(known, rows, method, seed=settings.seed)
    keys = row_keys(frame.iloc[chosen])
    operation = KeepRows(kept=[int(key) for key in keys], method=method)
    group = propose_group(
        frame,
        [operation],
        group_id="select:table",
        title=f"Keep {rows:,} of {len(frame):,} rows ({method})",
        rule=f"{METHODS[method].about} Rows are compared by {text or 'all columns'}.",
        evidence=_evidence(frame, chosen, text, label),
        recommended=False,
    )
    return Proposal(tool="select", title="Choose rows", groups=[group] if group else [])


def _vectors(frame: pd.DataFrame, text: str | None, label: str | None, encoder: Encoder) -> Any:
    if text is not None:
        return encoder.encode(list(frame[text].fillna("").astype(str)))
    inputs = frame.drop(columns=[label] if label else [])
    columns = measured_columns(describe_columns(inputs))
    if not columns:
        raise NotApplicable("the table has no column by which rows can be compared")
    return distance_matrix([inputs], columns)[0]


def _evidence(frame: pd.DataFrame, chosen: Any, text: str | None, label: str | None) -> str:
    """Say what is kept of each label, and how hard the texts are."""
    if label is None:
        return f"{len(chosen) / len(frame):.1%} of the rows are kept."
    before, after = (part[label].astype(str).value_counts() for part in (frame, frame.iloc[chosen]))
    shares = [f"{name}: {after.get(name, 0):,} of {count:,}" for name, count in before.items()]
    words = f"Kept by {label}: {'; '.join(shares[:10])}."
    if text is not None and len(frame) >= 20 and 2 <= len(before) <= len(frame) // 2:
        hard = dataset_difficulty(list(frame[text].astype(str)), list(frame[label].astype(str)))
        words += (
            f" How hard the texts are: compression alone gets {hard.gzip_accuracy:.0%} right, the "
            f"most frequent label {hard.majority:.0%}; feature density {hard.feature_density:.2f}."
        )
    return words


def _judged(work: Work, frame: pd.DataFrame, args: SelectArgs) -> list[float]:
    """Let the language model say how useful each row is (Ask-LLM)."""
    if work.model is None:
        raise NotApplicable("the method 'best' needs a language model: set DATAQUARRY_MODEL")
    if len(frame) > MAX_JUDGED:
        raise ToolError(f"A model judges {MAX_JUDGED:,} rows at most; choose some first.")
    purse = open_purse(work.model, Budget(), work.settings.home)
    rows = [{str(k): v for k, v in row.items()} for row in frame.to_dict(orient="records")]
    return judge_rows(rows, args.like or work.demand.text, purse, work.report)
