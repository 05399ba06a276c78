"""Look: what a run shows at one moment, read once for all views."""

from dataclasses import dataclass, field
from typing import Any

from ..agent.budget import Spent
from ..agent.events import Event, EventType
from ..agent.gates import Gate
from ..agent.plan import Plan
from ..agent.run import Run
from ..tools.tables import Table

FINDERS = ("clean", "write_repairs", "audit")
"""Tools that propose what to do about faults."""


@dataclass(frozen=True)
class Look:
    """A run as it stands. `seq` is the number of its last event."""

    run: str
    status: str
    seq: int
    events: list[Event] = field(default_factory=list)
    plan: Plan = field(default_factory=Plan)
    facts: dict[str, Any] = field(default_factory=dict)
    gate: Gate | None = None
    findings: list[Gate] = field(default_factory=list)
    """The last gate of each tool that finds faults."""
    table: Table | None = None
    target: str | None = None
    place: int | None = None
    """How many runs are before it in the queue."""
    spent: Spent = field(default_factory=Spent)
    outcome: dict[str, Any] | None = None


def look_at(run: Run) -> Look:
    """Read all that the views need."""
    events, status = list(run.events()), run.status
    return Look(
        run=run.id,
        status=status,
        seq=events[-1].seq if events else 0,
        events=events,
        plan=run.plan,
        facts=run.facts,
        gate=run.gate(),
        findings=list({gate.tool: gate for gate in run.gates() if gate.tool in FINDERS}.values()),
        table=run.table,
        target=run.target,
        outcome=run.outcome,
        place=run.place if status == "queued" else None,
        spent=run.spent,
    )


def only_progress(events: list[Event]) -> bool:
    """Return whether nothing but the progress of a step was told."""
    return all(event.type == EventType.STEP_PROGRESS for event in events)
