"""Propose synthetic rows: five to look at, a quality report, and one operation."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...errors import NotApplicable
from ..base import Effect, Work, tool
from ..operations.synthetic import AppendSyntheticRows, free_mark, real_rows
from ..proposals import Example, Group, Proposal
from .columns import describe_columns
from .conditions import Condition, parse_conditions
from .constraints import find_constraints
from .generate import MIN_ROWS, Method, Mode, is_modeled
from .quality import in_words, report_quality

PREVIEW = 5
MAX_SHOWN = 300


class SynthesizeArgs(BaseModel):
    """Arguments of `synthesize`."""

    model_config = ConfigDict(extra="forbid")

    rows: int | None = Field(
        default=None, ge=1, description="Rows the table shall have afterwards, with the real ones."
    )
    more: int | None = Field(
        default=None, ge=1, description="Rows to add, instead of how many there shall be."
    )
    mode: Literal["fidelity", "private"] = Field(
        default="fidelity",
        description="'fidelity' stays close to the real rows; 'private' keeps more distance.",
    )
    method: Literal["cart", "copula", "smote"] = Field(
        default="cart",
        description="'cart' is the best here; 'copula' the farthest from the real rows; 'smote' "
        "only adds to a class of the target.",
    )
    where: str | None = Field(
        default=None,
        description="Conditions that every new row meets, e.g. 'churn = yes and age >= 18'.",
    )

    @model_validator(mode="after")
    def _one_number(self) -> "SynthesizeArgs":
        if (self.rows is None) == (self.more is None):
            raise ValueError("give either rows (in all) or more (to add)")
        return self


@tool(Effect.GENERATE)
def synthesize(work: Work, args: SynthesizeArgs) -> Proposal:
    """Add synthetic rows, learned from the real ones, with a report of their quality.

    For a demand that asks for more rows than exist, or for more rows of one kind. The rows are
    marked in a column; they rarely make a model better.
    """
    frame = work.frame
    rows = args.rows if args.rows is not None else len(frame) + (args.more or 0)
    return propose_synthesis(
        frame,
        rows,
        seed=work.settings.seed,
        target=work.target,
        mode=args.mode,
        method=args.method,
        where=parse_conditions(args.where) if args.where else [],
        report=work.report,
        asked=rows if (work.demand.min_rows or 0) >= rows else None,
    )


def propose_synthesis(
    frame: pd.DataFrame,
    rows: int,
    *,
    seed: int = 0,
    target: str | None = None,
    mode: Mode = "fidelity",
    method: Method = "cart",
    where: Sequence[Condition] = (),
    report: Callable[..., None] | None = None,
    asked: int | None = None,
) -> Proposal:
    """Propose to bring a table to `rows` rows with synthetic ones.

    Args:
        frame: the table; rows marked as synthetic before are kept but not learned from.
        rows: rows it shall have afterwards.
        seed: seed of every draw.
        target: column that the others are made to fit, and that the report trains models on.
        mode: "fidelity" or "private".
        method: the generator, "cart", "copula" or "smote".
        where: conditions that every new row meets.
        report: is told how far the work is.
        asked: rows that the demand asked for; without them nothing is recommended.

    Raises:
        NotApplicable: the table has that many rows, fewer than 30 real ones, or none that the
            method could learn from.
        ToolError: no real row meets the conditions, or rows that are no copies cannot be made in
            private mode.
    """
    tell = report or (lambda message, share=None: None)
    mark = free_mark(frame)
    count = rows - len(frame)
    if count <= 0:
        raise NotApplicable(f"the table already has {len(frame):,} rows; {rows:,} were wanted")
    real = real_rows(frame, mark)
    if len(real) < MIN_ROWS:
        raise NotApplicable(f"{len(real)} real rows are too few to learn from ({MIN_ROWS} needed)")
    if method == "smote" and mode == "private":
        raise NotApplicable("SMOTE makes rows close to real ones; it has no private mode")
    constraints = find_constraints(real, describe_columns(real))
    operation = AppendSyntheticRows(
        count=count,
        seed=seed,
        mode=mode,
        method=method,
        target=target,
        where=list(where),
        constraints=constraints,
        mark=mark,
    )
    tell("Making synthetic rows", 0.0)
    made = operation.apply(frame).iloc[len(frame) :]
    quality = report_quality(
        real,
        mode=mode,
        seed=seed,
        target=target,
        method=method,
        where=where,
        constraints=constraints,
        report=report,
    )
    group = Group(
        id="synthetic_rows:table",
        title=f"Add {count:,} synthetic rows to {len(frame):,}",
        rule=operation.sentence(),
        evidence=in_words(quality),
        facts={
            "quality": quality.model_dump(mode="json"),
            "constraints": [str(rule) for rule in constraints],
            "preview": _preview(made),
        },
        examples=_examples(made, len(frame)),
        affected=count,
        unit="rows",
        recommended=asked is not None and quality.verdict != "FAIL",
        operations=[operation],
    )
    notes = _notes(real, mode)
    if constraints:
        notes.append(f"Rules kept: {'; '.join(map(str, constraints))}.")
    title = f"Synthetic rows ({quality.verdict})"
    return Proposal(tool="synthesize", title=title, groups=[group], notes=notes)


def _examples(made: pd.DataFrame, first: int) -> list[Example]:
    examples = []
    for place, (_, row) in enumerate(made.head(PREVIEW).iterrows()):
        words = ", ".join(f"{name}={_shown(value)}" for name, value in row.items())
        short = words if len(words) <= MAX_SHOWN else words[: MAX_SHOWN - 3] + "..."
        examples.append(Example(row=first + place, after=short))
    return examples


def _preview(made: pd.DataFrame) -> list[dict[str, str]]:
    rows = made.head(PREVIEW).to_dict(orient="records")
    return [{str(name): _shown(value) for name, value in row.items()} for row in rows]


def _shown(value: Any) -> str:
    if not isinstance(value, (list, dict)) and pd.isna(value):
        return "(missing)"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _notes(real: pd.DataFrame, mode: Mode) -> list[str]:
    columns = describe_columns(real)
    notes = [
        "Synthetic rows follow what the real rows show and add no knowledge; keep them out of "
        "any part of the data that measures a model.",
        "The measures describe this trial; they are no guarantee that nobody can be recognized.",
    ]
    ids = [c.name for c in columns if c.kind == "id"]
    if ids:
        notes.append(f"Fresh ids are made for: {', '.join(ids)}.")
    texts = [c.name for c in columns if c.free_text]
    empty = [name for c in columns if (name := c.name) in texts and not is_modeled(c, mode)]
    if empty:
        notes.append(f"Left empty, because sentences cannot be made up: {', '.join(empty)}.")
    elif texts:
        notes.append(f"Sentences are repeated from real rows in: {', '.join(texts)}.")
    return notes
