"""The `audit` tool: faults that only models, neighbors or comparisons show, proposed in groups."""

from collections.abc import Callable
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ..errors import ToolError
from ..settings import Settings
from .auditing.base import Audited, Report
from .auditing.names import named_people
from .auditing.outliers import far_numbers, strange_rows
from .auditing.rows import copied_rows, copied_texts, wrong_labels
from .auditing.text_rules import poor_texts
from .base import Effect, Work, tool
from .proposals import Group, Proposal

What = Literal["copies", "outliers", "texts", "labels", "names"]

AUDITS: dict[What, tuple[Callable[[Audited], list[Group]], ...]] = {
    "copies": (copied_rows, copied_texts),
    "outliers": (far_numbers, strange_rows),
    "texts": (poor_texts,),
    "labels": (wrong_labels,),
    "names": (named_people,),
}
"""What can be looked for, and the functions that do, in their order."""

USUAL: list[What] = ["copies", "outliers", "texts", "labels"]
"""What is looked for unless a person asks for more; names need an extra and a model."""

NOTHING = "Nothing of that kind was found."


class AuditArgs(BaseModel):
    """Arguments of `audit`."""

    model_config = ConfigDict(extra="forbid")

    what: list[What] = Field(
        default=USUAL, min_length=1, description=f"What to look for: {', '.join(AUDITS)}."
    )


@tool(Effect.WRITE)
def audit(work: Work, args: AuditArgs) -> Proposal:
    """Look for near-duplicates, outliers, poor texts and wrong labels, and propose to mend them.

    Takes longer than `clean`: rows are compared with each other and models are asked. Nothing is
    recommended; a person judges by the examples.
    """
    return propose_audit(
        work.frame, work.target, what=args.what, settings=work.settings, report=work.report
    )


def propose_audit(
    frame: pd.DataFrame,
    target: str | None = None,
    *,
    what: list[What] | None = None,
    settings: Settings | None = None,
    report: Report = lambda message, share=None: None,
) -> Proposal:
    """Propose what to do about copies, outliers, poor texts and wrong labels.

    Args:
        frame: the table.
        target: column of classes whose labels are judged.
        what: what to look for; all but names by default.
        settings: where the encoder's cache is, and the seed.
        report: told how far the work is.

    Raises:
        ToolError: there is no such target, or names are wanted and presidio or its spaCy model is
            not installed.
    """
    if target is not None and target not in frame.columns:
        raise ToolError(f"The table has no column {target!r}.")
    audited = Audited(frame, target, settings or Settings(), report)
    groups: list[Group] = []
    for name in what or USUAL:
        for look in AUDITS[name]:
            report(f"Looking for {look.__name__.replace('_', ' ')}")
            groups += look(audited)
    notes = audited.notes + ([] if groups else [NOTHING])
    return Proposal(tool="audit", title="Audit", groups=groups, notes=notes)
