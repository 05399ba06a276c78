"""The `clean` tool: propose repairs for the faults of a table, in groups."""

from dataclasses import replace

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from .base import Effect, Work, tool
from .cleaning import CLEANERS, WHOLE
from .cleaning.base import Cleaner, View
from .meanings import cited_meanings
from .operations.base import Operation
from .proposals import Group, Proposal, shown
from .quality import columns_of

NOTHING = "No fault was found that a rule of this tool would repair."

LONG = 50_000
"""Rows from which a table is glanced at first."""

GLANCE = 25_000
"""Rows of a long table that are looked at first."""


class CleanArgs(BaseModel):
    """`clean` takes no arguments."""

    model_config = ConfigDict(extra="forbid")


@tool(Effect.WRITE)
def clean(work: Work, _: CleanArgs) -> Proposal:
    """Propose repairs: duplicates, missing values, types, constant columns, spaces and case."""
    proposal = propose_cleaning(work.frame, work.target, report=work.report)
    meanings = cited_meanings(work)
    groups = [_explained(group, meanings) for group in proposal.groups]
    return proposal.model_copy(update={"groups": groups})


def _explained(group: Group, meanings: dict[str, str]) -> Group:
    """Return a group that also tells what its column means, where that is known."""
    columns = columns_of(group)
    meaning = meanings.get(columns[0]) if len(columns) == 1 else None
    if meaning is None:
        return group
    evidence = f"{group.evidence} Of {columns[0]}, {shown(meaning)}"
    return group.model_copy(update={"evidence": evidence})


def propose_cleaning(
    frame: pd.DataFrame, target: str | None = None, *, report: object = None
) -> Proposal:
    """Propose repairs for the faults of a frame.

    Cleaners look in turn, each at the frame as it is after what was recommended so far, so that
    the recommended groups fit each other. Any subset of the groups can be applied. Of a long
    table they look at a sample first, and then at all rows of the columns where it has the fault.

    Args:
        frame: the table.
        target: column to be predicted; its values are never filled or invented.
        report: told how far the work is.
    """
    groups: list[Group] = []
    view, glance = View(frame, target), _glance(frame, target)
    for place, cleaner in enumerate(CLEANERS):
        if callable(report):
            report(f"Looking for {cleaner.__name__.replace('_', ' ')}", place / len(CLEANERS))
        found = _look(cleaner, view, glance)
        groups += found
        chosen = [operation for g in found if g.recommended for operation in g.operations]
        if chosen:
            view = replace(view, frame=_applied(view.frame, chosen))
            glance = glance and replace(glance, frame=_applied(glance.frame, chosen))
    notes = [] if groups else [NOTHING]
    return Proposal(tool="clean", title="Repairs", groups=groups, notes=notes)


def _glance(frame: pd.DataFrame, target: str | None) -> View | None:
    """Return a view of some rows of a long table, None where all rows are looked at anyway."""
    if len(frame) <= LONG:
        return None
    rows = np.random.default_rng(0).choice(len(frame), GLANCE, replace=False)
    return View(frame.iloc[np.sort(rows)].reset_index(drop=True), target)


def _look(cleaner: Cleaner, view: View, glance: View | None) -> list[Group]:
    if glance is None or cleaner in WHOLE:
        return cleaner(view)
    scope = frozenset(name for group in cleaner(glance) for name in _columns(group))
    return cleaner(replace(view, scope=scope)) if scope else []


def _columns(group: Group) -> set[str]:
    named = [o.model_dump().get(field) for o in group.operations for field in ("column", "other")]
    return {str(name) for name in named if name is not None}


def _applied(frame: pd.DataFrame, operations: list[Operation]) -> pd.DataFrame:
    for operation in operations:
        frame = operation.apply(frame)
    return frame
