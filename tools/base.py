"""Tool: a typed function with one effect; and Work, what a tool is given.

A tool's name, docstring and arguments model are its only description: the language model's
schema, the form on the screen and the docs are all made from them.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import pandas as pd
from pydantic import BaseModel, ConfigDict

from ..errors import NotApplicable, ToolError
from ..retrieval.demand import Demand
from ..settings import Settings
from .language_model import LanguageModel
from .notes import Note
from .proposals import Decision, Proposal
from .tables import Change, Table, TableStore


class Effect(StrEnum):
    """What a tool does to the world. It alone decides whether a person is asked."""

    READ = "read"
    WRITE = "write"
    GENERATE = "generate"
    EXECUTE = "execute"
    EXPORT = "export"

    @property
    def asks(self) -> bool:
        """Whether a person decides before it takes place."""
        return self is not Effect.READ


def _no_report(message: str, share: float | None = None) -> None:
    """Report nothing: for tools used alone."""


@dataclass
class Work:
    """What a tool works on and with.

    `facts` holds the `data` of earlier results of this run by tool name, as plain JSON.
    `report(message, share)` tells how far a long step is (share from 0 to 1) and raises
    `Cancelled` when a person asked to stop: call it at least once a second. `model` is there
    where a language model is set; `notes` are what the person attached.
    """

    settings: Settings
    demand: Demand
    table: Table | None = None
    target: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    report: Callable[..., None] = _no_report
    export_to: Path | None = None
    model: LanguageModel | None = None
    notes: tuple[Note, ...] = ()

    @property
    def store(self) -> TableStore:
        """The store of this workspace's tables."""
        return TableStore(self.settings.tables_dir)

    @property
    def frame(self) -> pd.DataFrame:
        """The current table's frame.

        Raises:
            NotApplicable: no dataset is loaded yet.
        """
        return self.store.frame(self.need_table())

    def need_table(self) -> Table:
        """Return the current table.

        Raises:
            NotApplicable: no dataset is loaded yet.
        """
        if self.table is None:
            raise NotApplicable("no dataset is loaded yet")
        return self.table


class Result(BaseModel):
    """What a tool measured or made: a summary of short facts, and the same as plain JSON.

    `table` and `target` are set where they changed.
    """

    model_config = ConfigDict(extra="forbid")

    summary: str
    data: dict[str, Any] = {}
    table: str | None = None
    target: str | None = None


Apply = Callable[[Work, Proposal, Decision], Result]


@dataclass(frozen=True)
class Tool:
    """A registered tool.

    One that reads has a function which returns a Result. Every other has a function which returns
    a Proposal, and `apply`, which carries out what was approved of it.
    """

    name: str
    effect: Effect
    version: int
    function: Callable[[Work, Any], Any]
    arguments: type[BaseModel]
    apply: Apply | None

    @property
    def description(self) -> str:
        """The function's docstring."""
        return inspect.getdoc(self.function) or ""

    def parse(self, arguments: dict[str, Any]) -> BaseModel:
        """Check arguments that came as JSON.

        Raises:
            ToolError: they do not fit; the message names each fault.
        """
        from pydantic import ValidationError

        try:
            return self.arguments.model_validate(arguments)
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()
            )
            raise ToolError(f"{self.name}: {faults}") from error

    def run(self, work: Work, arguments: dict[str, Any]) -> Result:
        """Carry out a tool that reads."""
        result = self.function(work, self.parse(arguments))
        assert isinstance(result, Result)
        return result

    def propose(self, work: Work, arguments: dict[str, Any]) -> Proposal:
        """Say what a tool that changes something would do."""
        proposal = self.function(work, self.parse(arguments))
        assert isinstance(proposal, Proposal)
        return proposal


def tool(
    effect: Effect, *, version: int = 1, apply: Apply | None = None
) -> Callable[[Callable[[Work, Any], Any]], Tool]:
    """Make a Tool of a function `(work, args: Model) -> Result | Proposal`.

    The arguments model is read from the annotation of the second parameter. A tool that changes
    the table gets `apply_to_table` unless it names its own `apply`.
    """

    def decorate(function: Callable[[Work, Any], Any]) -> Tool:
        second = list(inspect.signature(function).parameters)[1]
        return Tool(
            name=function.__name__,
            effect=effect,
            version=version,
            function=function,
            arguments=get_type_hints(function)[second],
            apply=(apply or apply_to_table) if effect.asks else None,
        )

    return decorate


def apply_to_table(work: Work, proposal: Proposal, decision: Decision) -> Result:
    """Apply the approved groups to the current table and keep the result as a new version."""
    table = work.need_table()
    frame = work.store.frame(table)
    changes = []
    for group, operations in decision.approved(proposal):
        work.report(f"Applying: {group.title}")
        for operation in operations:
            frame = operation.apply(frame)
        changes.append(
            Change(
                tool=proposal.tool,
                group=group.id,
                title=group.title,
                rule=group.rule,
                evidence=group.evidence,
                affected=group.affected,
                unit=group.unit,
                decided_by=decision.by,
                edited=decision.verdicts[group.id].verdict == "edit",
                operations=operations,
            )
        )
    if not changes:
        return Result(summary="Nothing was approved; the table stays as it is.")
    new = work.store.put(frame, parent=table, changes=changes)
    return Result(
        summary=f"{len(changes)} of {len(proposal.groups)} groups applied: "
        f"{len(frame):,} rows, {frame.shape[1]} columns.",
        data={
            "approved": [change.group for change in changes],
            "rejected": _rejected(proposal, changes),
        },
        table=new.id,
    )


def _rejected(proposal: Proposal, changes: list[Change]) -> list[dict[str, Any]]:
    """Return what the documents of an export tell of the groups that were not approved."""
    approved = {change.group for change in changes}
    fields = {"id", "title", "rule", "evidence", "affected", "unit"}
    return [
        group.model_dump(mode="json", include=fields)
        for group in proposal.groups
        if group.id not in approved
    ]
