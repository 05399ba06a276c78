"""Run: one demand worked on, as its clients see it."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import ToolError
from ..retrieval.demand import Demand
from ..tools.proposals import approve
from ..tools.recipe import Recipe, recipe_of
from ..tools.registry import get_tool
from ..tools.tables import Table, TableStore
from .budget import Spent, spent_of
from .driver import Driver
from .events import Event, EventType
from .gates import AlreadyDecided, Answer, Gate
from .plan import Plan
from .planner import Start
from .policy import Policy
from .undo import copy_makers, take_out, undoable, undone, versions_of

if TYPE_CHECKING:
    from .explain import CellAnswer, ColumnAnswer

ENDED = ("done", "failed", "cancelled")
BUSY = ("working", "queued")
POLL_SECONDS = 0.05
GRACE_SECONDS = 2.0


class Run:
    """A handle on a run. It holds no state of its own: any number may exist, in any process."""

    def __init__(self, run: str, driver: Driver) -> None:
        self.id = run
        self._driver = driver
        self._store = driver.store

    def __repr__(self) -> str:
        return f"Run({self.id!r}, status={self.status!r})"

    # -- looking --------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """What the run does: working, queued, waiting (at a gate), done, failed, or cancelled.

        A run whose process died counts as "interrupted"; `resume` goes on with it.
        """
        status = self._store.run(self.id).status
        busy = self._driver.busy(self.id)
        idle = busy is None or busy.done()
        left = idle and not self._store.held(self.id)
        # Whoever answers a gate or starts a run takes its lease a moment later.
        queued = status == "queued" and self.place is None
        left = left and (queued or status == "working")
        if left and self._store.seconds_since(self.id) > GRACE_SECONDS:
            return "interrupted"
        return status

    @property
    def place(self) -> int | None:
        """How many runs are before this one in the queue, None where it does not wait there."""
        return self._driver.queue.before(self.id)

    @property
    def demand(self) -> Demand:
        """The demand, parsed."""
        return Start.model_validate(self._start).demand

    @property
    def plan(self) -> Plan:
        """The plan as it stands; empty before there is one."""
        return Plan.model_validate(self._values.get("plan") or {})

    @property
    def table(self) -> Table | None:
        """The current table, None before one is loaded."""
        table = self._values.get("table")
        return self._driver.coordinator.tables.get(table) if table else None

    @property
    def tables(self) -> TableStore:
        """The store that holds every table of the run."""
        return self._driver.coordinator.tables

    @property
    def frame(self) -> pd.DataFrame:
        """The current table's frame.

        Raises:
            ToolError: no dataset is loaded.
        """
        return self._driver.coordinator.tables.frame(self._need_table())

    @property
    def target(self) -> str | None:
        """The column to be predicted, None where there is none."""
        target: str | None = self._values.get("target")
        return target

    @property
    def facts(self) -> dict[str, Any]:
        """Data of the latest result of each tool, as plain JSON."""
        return self._driver.coordinator.facts(self._values)

    @property
    def outcome(self) -> dict[str, Any] | None:
        """How the run ended: `kind`, `message`, and `folder` of an export; None before."""
        outcome: dict[str, Any] | None = self._values.get("outcome")
        return outcome

    @property
    def spent(self) -> Spent:
        """What the run has used so far, for its budget."""
        steps = int(self._values.get("steps_used", 0))
        return spent_of(self.events(), self.plan, steps, self._driver.settings)

    @property
    def recipe(self) -> Recipe:
        """The approved changes so far.

        Raises:
            ToolError: no dataset is loaded.
        """
        return recipe_of(self._driver.coordinator.tables, self._need_table(), self.target)

    def events(self, after: int = 0) -> Iterator[Event]:
        """Yield the events with a number above `after`; can be read again from the start."""
        yield from self._store.events(self.id, after)

    def facts_of(self, event: Event) -> dict[str, Any]:
        """Return the data of the result that a `step_finished` event tells of; {} for others."""
        blob = event.data.get("facts")
        return dict(self._store.blob(blob)) if blob else {}

    def why(self, column: str, row: int | None = None) -> "ColumnAnswer | CellAnswer":
        """Say which steps and rules made a column what it is, or one cell of the current table.

        Args:
            column: a column the table has, or had once.
            row: a row of the current table, from 0; the whole column if None.

        Raises:
            ToolError: there is no such column or cell.
        """
        from .explain import why_cell, why_column

        return why_column(self, column) if row is None else why_cell(self, row, column)

    def gate(self) -> Gate | None:
        """Return the gate the run waits at, None while it works or has ended."""
        return self._driver.open_gate(self.id)

    def gates(self) -> list[Gate]:
        """Return all gates so far, answered or not, in order."""
        return [self._driver.gate(gate) for gate in self._store.gates(self.id)]

    # -- acting ---------------------------------------------------------------------------

    def decide(self, gate: str | Gate, answer: Answer) -> None:
        """Answer a gate.

        Raises:
            ToolError: the answer does not fit the gate.
            AlreadyDecided: somebody else was first.
        """
        self._driver.decide(self.id, gate.id if isinstance(gate, Gate) else gate, answer)

    def note(self, text: str, by: str, reply: str = "") -> None:
        """Keep in the event log what somebody said about the run, and the reply to it."""
        self._store.emit(self.id, EventType.NOTED, {"by": by, "text": text, "reply": reply})

    def wait(self, timeout: float | None = None) -> str:
        """Wait until the run waits for an answer or has ended, and return its status.

        A defect in the work of this process is raised here.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.status) in BUSY and not _late(until):
            time.sleep(POLL_SECONDS)
        busy = self._driver.busy(self.id)
        if busy is not None and (status in ENDED or status == "interrupted"):
            busy.result(timeout=5)
        return status

    def follow(self, policy: Policy, on_event: Callable[[Event], None] | None = None) -> str:
        """Answer every gate with a policy until the run has ended; return its status."""
        seen = 0
        while True:
            status = self.status
            for event in self.events(seen):
                seen = event.seq
                if on_event:
                    on_event(event)
            gate = self.gate() if status == "waiting" else None
            if gate is not None:
                with suppress(AlreadyDecided):  # somebody else was first; their answer stands
                    self.decide(gate, policy(gate))
            elif status in ENDED or status == "interrupted":
                return self.wait()
            else:
                time.sleep(POLL_SECONDS)

    def cancel(self) -> None:
        """Stop the run, also in the middle of a step. `resume` goes on with it."""
        self._driver.cancel(self.id)

    def resume(self) -> None:
        """Go on after a crash or a cancel.

        Raises:
            ToolError: the run has ended.
        """
        self._driver.resume(self.id)

    def undo(self, step: str | None = None) -> str:
        """Take back a step that was approved, by default the last one; return its id.

        The last one is taken back by going to the point before it: the run waits at its gate
        again. An earlier one is taken out of the lineage: later changes are applied again as they
        were fitted, and what measured or exported the table is done again. Undoing a load or a
        choice of target takes back all that came after it.

        Raises:
            ToolError: there is nothing to undo, a later change needs the step, or the run is at
                work.
        """
        self._need_rest()
        steps = undoable(self.plan)
        if not steps:
            raise ToolError("There is nothing to undo: no change has been applied.")
        if step not in (None, *(done.id for done in steps)):
            can = ", ".join(f"{done.id} ({done.tool})" for done in steps)
            raise ToolError(f"Step {step!r} cannot be undone. These can: {can}.")
        chosen = steps[-1] if step is None else self.plan.step(step)
        last = chosen == steps[-1] or not self._made_version(chosen.id)
        if last and self._driver.came_to(self.id, chosen.id):
            self._driver.go_back(self.id, chosen.id)
        else:
            tables, table = self._driver.coordinator.tables, self._need_table()
            new = take_out(self._store, tables, self.id, chosen.id, table)
            self._driver.go_on_with(self.id, new.id, undone(self.plan, chosen.id))
        now = self.table
        data = {"step": chosen.id, "tool": chosen.tool, "table": now.id if now else None}
        self._store.emit(self.id, EventType.RUN_UNDONE, data)
        self._store.ask_stop(self.id, False)
        self._store.set_status(self.id, "working")
        self._driver.drive(self.id)
        return chosen.id

    def fork(self, step: str | None = None) -> "Run":
        """Begin a new run at the point before a step, by default the one now in question.

        Raises:
            ToolError: the run never came to that step.
        """
        waiting = self.plan.next_step()
        name = step or (waiting.id if waiting else "")
        new = uuid.uuid4().hex[:12]
        self._driver.before_step(self.id, name)
        self._store.add_run(new, self.demand.text, self._start)
        self._driver.copy(self.id, name, new)
        copy_makers(self._store, self.id, new)
        self._store.emit(new, EventType.RUN_FORKED, {"run": self.id, "step": name})
        self._driver.drive(new)
        return Run(new, self._driver)

    def export(self, folder: str | Path, *, csv: bool = False) -> Path:
        """Write the current table and its records to a folder, now.

        Raises:
            ToolError: no dataset is loaded, or the folder cannot take it.
        """
        self._need_table()
        work = self._driver.coordinator.work(self._values, lambda *_: None)
        work.export_to = Path(folder).expanduser().resolve()
        tool = get_tool("export")
        proposal = tool.propose(work, {"csv": csv})
        assert tool.apply is not None
        result = tool.apply(work, proposal, approve(proposal.groups, by="api"))
        return Path(result.data["folder"])

    # -- inside ---------------------------------------------------------------------------

    @property
    def _start(self) -> dict[str, Any]:
        """What the run was started with, its demand as it was understood."""
        start: dict[str, Any] = self._values.get("start") or self._store.start_of(self.id)
        return start

    @property
    def _values(self) -> Any:
        return self._driver.snapshot(self.id).values

    def _need_table(self) -> Table:
        table = self.table
        if table is None:
            raise ToolError(f"Run {self.id} has no dataset loaded.")
        return table

    def _made_version(self, step: str) -> bool:
        table, tables = self.table, self._driver.coordinator.tables
        return table is not None and bool(versions_of(self._store, tables, self.id, step, table))

    def _need_rest(self) -> None:
        if self.status in BUSY:
            raise ToolError("The run is at work. Wait until it asks something, or cancel it.")


def _late(until: float | None) -> bool:
    return until is not None and time.monotonic() > until
