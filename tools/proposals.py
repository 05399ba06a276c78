"""Proposal: a change somebody may approve, in groups; and the Decision on it."""

from collections.abc import Iterable
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ..errors import ToolError
from .operations import AnyOperation
from .operations.base import Operation

MAX_EXAMPLES = 5


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Example(_Model):
    """One place that a group changes. `row` counts from 0; None stands for a whole column."""

    row: int | None = None
    column: str | None = None
    before: str | None = None
    after: str | None = None


class Group(_Model):
    """Edits that share one rule and are decided together."""

    id: str = Field(description="Stable within the proposal: '<rule>:<column>'.")
    title: str
    rule: str = Field(description="The rule in words, as it would apply to any table.")
    evidence: str = Field(description="What was measured on this table, in words.")
    facts: dict[str, Any] = Field(default={}, description="The measurements as plain JSON.")
    examples: list[Example] = []
    affected: int = 0
    unit: Literal["cells", "rows", "columns", "table", "files"] = "cells"
    reversible: str = "The table before the change is kept; undo brings it back."
    recommended: bool = Field(
        default=False, description="Whether the evidence is strong enough for the auto policy."
    )
    operations: list[AnyOperation] = []
    payload: dict[str, Any] = Field(
        default={}, description="What a tool with its own apply needs, as plain JSON."
    )


class Proposal(_Model):
    """What a tool would change. `pick` is "one" where the groups exclude each other."""

    tool: str
    title: str
    groups: list[Group] = []
    pick: Literal["any", "one"] = "any"
    notes: list[str] = []

    def group(self, group_id: str) -> Group:
        """Return the group of that id.

        Raises:
            ToolError: there is none.
        """
        for group in self.groups:
            if group.id == group_id:
                return group
        known = ", ".join(group.id for group in self.groups) or "none"
        raise ToolError(f"The proposal has no group {group_id!r}. Its groups: {known}.")


class Verdict(_Model):
    """The answer to one group; `operations` replace the group's own when it is edited."""

    verdict: Literal["approve", "edit", "reject"]
    operations: list[AnyOperation] = []
    note: str = ""


class Decision(_Model):
    """The answer to a proposal. A group without a verdict is rejected."""

    by: str = Field(description="Who decided: a person's name, or 'policy:<name>'.")
    verdicts: dict[str, Verdict] = {}
    note: str = ""

    def approved(self, proposal: Proposal) -> list[tuple[Group, list[Operation]]]:
        """Return the groups to apply, in the proposal's order, with the operations decided on.

        Raises:
            ToolError: a verdict names no group, an edit has no operations, or more than one group
                is approved where the groups exclude each other.
        """
        for group_id in self.verdicts:
            proposal.group(group_id)
        chosen: list[tuple[Group, list[Operation]]] = []
        for group in proposal.groups:
            verdict = self.verdicts.get(group.id)
            if verdict is None or verdict.verdict == "reject":
                continue
            if verdict.verdict == "edit" and not verdict.operations:
                raise ToolError(f"The edit of group {group.id!r} holds no operations.")
            edited = verdict.verdict == "edit"
            chosen.append((group, verdict.operations if edited else group.operations))
        if proposal.pick == "one" and len(chosen) > 1:
            raise ToolError("Only one of these can be chosen; approve exactly one.")
        return chosen


def approve(groups: Iterable[Group], by: str) -> Decision:
    """Return a decision that approves these groups and rejects the rest."""
    return Decision(by=by, verdicts={g.id: Verdict(verdict="approve") for g in groups})


def approve_recommended(proposal: Proposal, by: str) -> Decision:
    """Return a decision that approves what the evidence recommends, one group at most if so."""
    groups = [group for group in proposal.groups if group.recommended]
    return approve(groups[:1] if proposal.pick == "one" else groups, by)


def apply_groups(frame: pd.DataFrame, proposal: Proposal, decision: Decision) -> pd.DataFrame:
    """Return the frame after the approved groups, in order. Pure: the argument stays as it is.

    Raises:
        ToolError: the decision does not fit the proposal, or an operation the frame.
    """
    for _, operations in decision.approved(proposal):
        for operation in operations:
            frame = operation.apply(frame)
    return frame


def propose_group(
    frame: pd.DataFrame,
    operations: list[Operation],
    *,
    group_id: str,
    title: str,
    rule: str,
    evidence: str,
    recommended: bool,
    facts: dict[str, Any] | None = None,
) -> Group | None:
    """Build a group by trying its operations: examples and counts are measured, never claimed.

    Returns None where the operations change nothing.
    """
    after = frame
    for operation in operations:
        after = operation.apply(after)
    examples, affected, unit = difference(frame, after)
    if affected == 0:
        return None
    return Group(
        id=group_id,
        title=title,
        rule=rule,
        evidence=evidence,
        facts=facts or {},
        examples=examples,
        affected=affected,
        unit=unit,
        recommended=recommended,
        operations=operations,
    )


def difference(
    before: pd.DataFrame, after: pd.DataFrame
) -> tuple[list[Example], int, Literal["cells", "rows", "columns"]]:
    """Compare two frames: up to five examples, how many places differ, and places of what kind.

    Rows that went or came count as rows, else columns that went or came, else changed cells.
    """
    if len(before) != len(after):
        return [], abs(len(before) - len(after)), "rows"
    gone = [c for c in before.columns if c not in after.columns]
    new = [c for c in after.columns if c not in before.columns]
    if gone or new:
        examples = [
            Example(row=0, column=str(c), before=shown(before[c].iloc[0]))
            for c in gone[: len(before)]
        ]
        for column in new:
            rows = range(min(len(after), MAX_EXAMPLES))
            examples += [
                Example(row=r, column=str(column), after=shown(after[column].iloc[r])) for r in rows
            ]
        return examples[:MAX_EXAMPLES], len(gone) + len(new), "columns"
    examples, affected = [], 0
    for column in before.columns:
        changed = changed_cells(before[column], after[column])
        affected += int(changed.sum())
        for row in changed.to_numpy().nonzero()[0][: MAX_EXAMPLES - len(examples)]:
            examples.append(
                Example(
                    row=int(row),
                    column=str(column),
                    before=shown(before[column].iloc[row]),
                    after=shown(after[column].iloc[row]),
                )
            )
    return examples, affected, "cells"


def changed_cells(before: pd.Series, after: pd.Series) -> pd.Series:
    """Return a mask of the rows in which two columns of equal length differ; NaN equals NaN.

    A cell whose text form stays the same but whose type changes (the word "3" to the number 3)
    counts as changed.
    """
    if before.dtype == after.dtype:
        same = (before == after) | (before.isna() & after.isna())
    else:
        same = before.isna() & after.isna()
    return ~same.fillna(False).astype(bool)


def shown(value: Any) -> str | None:
    """Return a cell as short text, None for a missing one."""
    if value is None or value is pd.NaT or (not isinstance(value, (list, dict)) and pd.isna(value)):
        return None
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "..."
