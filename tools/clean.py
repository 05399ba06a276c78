"""The `clean` tool: propose repairs for the faults of a table, in groups."""

import pandas as pd
from pydantic import BaseModel, ConfigDict

from .base import Effect, Work, tool
from .cleaning import CLEANERS
from .cleaning.base import View
from .proposals import Group, Proposal

NOTHING = "No fault was found that a rule of this tool would repair."


class CleanArgs(BaseModel):
    """`clean` takes no arguments."""

    model_config = ConfigDict(extra="forbid")


@tool(Effect.WRITE)
def clean(work: Work, _: CleanArgs) -> Proposal:
    """Propose repairs: duplicates, missing values, types, constant columns, spaces and case."""
    return propose_cleaning(work.frame, work.target, report=work.report)


def propose_cleaning(
    frame: pd.DataFrame, target: str | None = None, *, report: object = None
) -> Proposal:
    """Propose repairs for the faults of a frame.

    Cleaners look in turn, each at the frame as it is after what was recommended so far, so that
    the recommended groups fit each other. Any subset of the groups can be applied.

    Args:
        frame: the table.
        target: column to be predicted; its values are never filled or invented.
        report: told how far the work is.
    """
    groups: list[Group] = []
    view = View(frame, target)
    for place, cleaner in enumerate(CLEANERS):
        if callable(report):
            report(f"Looking for {cleaner.__name__.replace('_', ' ')}", place / len(CLEANERS))
        found = cleaner(view)
        groups += found
        chosen = [operation for g in found if g.recommended for operation in g.operations]
        if chosen:
            for operation in chosen:
                frame = operation.apply(frame)
            view = View(frame, target)
    notes = [] if groups else [NOTHING]
    return Proposal(tool="clean", title="Repairs", groups=groups, notes=notes)
