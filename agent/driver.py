"""Driver: carries runs forward in the background, one at a time each, and answers their gates."""

import sys
import threading
import time
import traceback
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from langgraph.types import Command, StateSnapshot

from ..errors import Cancelled, ToolError
from ..settings import Settings
from ..tools.proposals import Proposal
from .budget import MOST_STEPS
from .control import Control
from .coordinator import GRAPH_VERSION, Coordinator
from .database import StoreUnavailable, open_saver
from .events import EventType
from .gates import AlreadyDecided, Answer, Gate
from .plan import Plan
from .planner import Planner
from .queue import RunQueue
from .store import LEASE_SECONDS, RunStore

FRAMES = 4
"""How many calls, the last ones, are named where a defect came from."""
BEAT_SECONDS = 0.3
BEATS_A_RENEWAL = int(LEASE_SECONDS / BEAT_SECONDS / 4)
NODES_A_STEP = 8
SWITCH_SECONDS = 0.0005
"""How long a thread computes before another one has its turn. With Python's own 0.005, whoever
looks at a run waits for seconds while twenty others compute."""


class Driver:
    """Works on the runs of one workspace from one process."""

    def __init__(self, settings: Settings, store: RunStore, planner: Planner) -> None:
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        self.settings = settings
        self.store = store
        self.coordinator = Coordinator(settings, store, planner)
        self._graph = self.coordinator.graph().compile(checkpointer=open_saver(settings))
        self._owner = uuid.uuid4().hex
        self.queue = RunQueue(store, settings.most_runs, settings.most_runs_of_user)
        self._pool = ThreadPoolExecutor(settings.most_runs + 1, thread_name_prefix="run")
        self._lock = threading.Lock()
        self._busy: dict[str, Future[None]] = {}
        self._driving: set[str] = set()
        self._wanted: set[str] = set()
        self._controls: dict[str, Control] = {}
        self._queued: set[str] = set()
        self._porter: threading.Thread | None = None

    # -- working on a run -----------------------------------------------------------------

    def drive(self, run: str) -> None:
        """Carry a run forward in the background until it waits or ends."""
        with self._lock:
            self._wanted.add(run)
            if run not in self._driving:
                self._driving.add(run)
                self._busy[run] = self._pool.submit(self._drive, run)

    def busy(self, run: str) -> Future[None] | None:
        """Return the work of this process on a run, if it ever had any."""
        return self._busy.get(run)

    def _drive(self, run: str) -> None:
        """Work as long as somebody wants it: who asks while this is at its end is served too."""
        try:
            while self._take(run):
                self._drive_on(run)
        except BaseException:
            with self._lock:
                self._driving.discard(run)
            raise

    def _take(self, run: str) -> bool:
        """Take the wish that a run goes on; where there is none, this is no longer at work."""
        with self._lock:
            wanted = run in self._wanted
            self._wanted.discard(run)
            if not wanted:
                self._driving.discard(run)
            return wanted

    def _drive_on(self, run: str) -> None:
        """Work while there is an open way; look again after the lease is given back.

        Whoever answers a gate while this holds the lease cannot take it: so the answer is looked
        for once more after giving it back, and none is ever left lying.
        """
        while self._can_go_on(run):
            owner = f"{self._owner}:{run}"
            turn = self.queue.enter(run, owner)
            if turn != "taken":
                if turn == "queued":
                    self._wait_in_line(run)
                return
            try:
                self._hold(run, owner)
            finally:
                with suppress(StoreUnavailable):  # then it lapses by itself
                    self.store.give_lease(run, owner)
        if self.store.stop_asked(run):
            self._cancelled(run)

    def _wait_in_line(self, run: str) -> None:
        """Let a run wait for its turn, and tell so once."""
        with self._lock:
            known = run in self._queued
            self._queued.add(run)
            if self._porter is None:
                self._porter = threading.Thread(target=self._look_after, name="porter", daemon=True)
                self._porter.start()
        if not known:
            most, of_user = self.queue.most, self.queue.most_of_user
            data = {"before": self.queue.before(run), "most": most, "most_of_user": of_user}
            self.store.emit(run, EventType.RUN_QUEUED, data)

    def _look_after(self) -> None:
        """Drive the runs that wait in this process when it is their turn, until none waits."""
        beats = 0
        while True:
            time.sleep(BEAT_SECONDS)
            beats += 1
            with self._lock:
                mine = set(self._queued)
                if not mine:
                    self._porter = None
                    return
            with suppress(StoreUnavailable):  # the next beat looks again
                self._call_up(mine, renew=beats % BEATS_A_RENEWAL == 0)

    def _call_up(self, mine: set[str], *, renew: bool) -> None:
        """Drive those of the waiting runs that there is room for; forget those taken away."""
        if renew:
            self.queue.renew(mine)
        room = self.queue.room()
        waiting = {run for run, _ in room.waiting}
        for run in mine - waiting:
            self._leave_line(run)
        for run in mine.intersection(room.next_ones(self.queue.most, self.queue.most_of_user)):
            self._leave_line(run)
            self.drive(run)

    def _leave_line(self, run: str) -> None:
        with self._lock:
            self._queued.discard(run)

    def _hold(self, run: str, owner: str) -> None:
        """Work on a run under its lease, with a heart that beats beside it."""
        control = Control(lambda text, share: self._progress(run, text, share))
        self._controls[run] = control
        ended = threading.Event()
        heart = threading.Thread(
            target=self._beat, args=(run, owner, control, ended), name="heart", daemon=True
        )
        heart.start()
        try:
            self._advance(run, control)
        except Cancelled:
            self._cancelled(run)
        except BaseException as defect:
            data = {"error": type(defect).__name__, "message": str(defect), "where": _where(defect)}
            with suppress(StoreUnavailable):  # the run then counts as interrupted
                self.store.emit(run, EventType.RUN_FAILED, data)
                self.store.set_status(run, "failed")
            raise
        finally:
            ended.set()
            heart.join()

    def _advance(self, run: str, control: Control) -> None:
        """Walk the graph until it ends or a gate has no answer yet."""
        while True:
            if control.stop.is_set():
                raise Cancelled("The run was stopped.")
            way = self._way(run)
            if way is None:
                break
            self._graph.invoke(
                way if way != {} else None, self._config(run), context=control, durability="sync"
            )
        state = self.snapshot(run)
        ended = not state.next
        failed = ended and state.values["outcome"]["kind"] == "failed"
        self.store.set_status(run, "failed" if failed else "done" if ended else "waiting")

    def _way(self, run: str) -> Any:
        """Return what to give the graph next: input, an answer, {} to go on, None to wait."""
        state = self.snapshot(run)
        if not state.values:
            return {"run": run, "epoch": 0, "start": self.store.start_of(run)}
        if not state.next:
            return None
        if not state.interrupts:
            return {}
        gate = self.store.gate(state.values["gate"])
        if gate is None or gate["answer"] is None:
            return None
        return Command(resume={state.interrupts[0].id: True})

    def _can_go_on(self, run: str) -> bool:
        return not self.store.stop_asked(run) and self._way(run) is not None

    def _beat(self, run: str, owner: str, control: Control, ended: threading.Event) -> None:
        """Renew the lease and look for a request to stop, from any process."""
        beats = 0
        while not ended.wait(BEAT_SECONDS):
            beats += 1
            renew = beats % BEATS_A_RENEWAL == 0
            with suppress(StoreUnavailable):  # the next beat looks again
                if self.store.stop_asked(run) or (renew and not self.store.take_lease(run, owner)):
                    control.stop.set()

    def _progress(self, run: str, message: str, share: float | None) -> None:
        self.store.emit(run, EventType.STEP_PROGRESS, {"message": message, "share": share})

    def _cancelled(self, run: str) -> None:
        if self.store.end_early(run):
            self.store.emit(run, EventType.RUN_CANCELLED, {})

    # -- what people do -------------------------------------------------------------------

    def gate(self, gate: str) -> Gate:
        """Return a gate with its plan or proposal.

        Raises:
            ToolError: there is no such gate.
        """
        content = self.store.gate(gate)
        if content is None:
            raise ToolError(f"No gate {gate!r}.")
        if content.get("proposal"):
            proposal = Proposal.model_validate(self.store.blob(content["proposal"]))
            content["proposal"] = proposal
        return Gate.model_validate({"id": gate, **content})

    def open_gate(self, run: str) -> Gate | None:
        """Return the gate a run waits at, if it waits."""
        state = self.snapshot(run)
        if not state.interrupts:
            return None
        gate = self.gate(state.values["gate"])
        return gate if gate.answer is None else None

    def decide(self, run: str, gate_id: str, answer: Answer) -> None:
        """Answer a gate: once, whoever comes first.

        Raises:
            ToolError: the answer does not fit, or the gate is not the run's.
            AlreadyDecided: somebody else was first.
        """
        gate = self.gate(gate_id)
        if gate.run != run:
            raise ToolError(f"Gate {gate_id!r} belongs to another run.")
        gate.check(answer)
        content = answer.model_dump(mode="json")
        if not self.store.answer_gate(gate_id, content):
            raise AlreadyDecided(f"Gate {gate_id} has been answered already; that answer stands.")
        self.store.set_status(run, "working")
        data = {"gate": gate_id, "kind": gate.kind, "step": gate.step, "answer": content}
        self.store.emit(run, EventType.GATE_DECIDED, data, key=f"{gate_id}:decided")
        self.drive(run)

    def cancel(self, run: str) -> None:
        """Stop a run; one that nobody works on is stopped at once."""
        self.store.ask_stop(run, True)
        control = self._controls.get(run)
        if control is not None:
            control.stop.set()
        if not self.store.held(run):
            self._leave_line(run)
            self.queue.leave(run)
            self._cancelled(run)

    def resume(self, run: str) -> None:
        """Go on where a run stopped.

        Raises:
            ToolError: the run has ended, or was made by another version of the graph.
        """
        state = self.snapshot(run)
        if state.values and not state.next:
            raise ToolError(f"Run {run} has ended. Undo a step to go on from there.")
        self.store.ask_stop(run, False)
        if state.interrupts and self.store.run(run).status == "cancelled":
            self.store.set_status(run, "waiting")
        self.store.emit(run, EventType.RUN_RESUMED, {})
        self.drive(run)

    # -- checkpoints ----------------------------------------------------------------------

    def snapshot(self, run: str) -> StateSnapshot:
        """Return where a run stands."""
        return self._graph.get_state(self._config(run))

    def before_step(self, run: str, step: str) -> StateSnapshot:
        """Return the latest checkpoint at which a step was the next to do.

        Raises:
            ToolError: the run never came to that step.
        """
        state = self._find_before(run, step)
        if state is None:
            raise ToolError(f"Run {run} never came to step {step!r}.")
        return state

    def came_to(self, run: str, step: str) -> bool:
        """Tell whether a run itself came to a step; a fork took over those before its origin."""
        return self._find_before(run, step) is not None

    def _find_before(self, run: str, step: str) -> StateSnapshot | None:
        history = self._graph.get_state_history(self._config(run))
        waits = (s for s in history if s.next == ("step",) and _next_step(s) == step)
        return next(waits, None)

    def go_back(self, run: str, step: str) -> None:
        """Move a run to the point before a step; what came after stays in the store."""
        past = self.before_step(run, step)
        epoch = self.snapshot(run).values["epoch"] + 1
        move: Any = Command(update={"epoch": epoch}, goto="step")
        self._graph.update_state(past.config, move, as_node="replan")

    def go_on_with(self, run: str, table: str, plan: Plan) -> None:
        """Put another table and plan in the place of a run's and go on with the next step."""
        values = self.snapshot(run).values
        update = {
            "epoch": values["epoch"] + 1,
            "table": table,
            "plan": plan.model_dump(mode="json"),
            "gate": None,
            "proposal": None,
            "outcome": None,
        }
        move: Any = Command(update=update, goto="step")
        self._graph.update_state(self._config(run), move, as_node="replan")

    def copy(self, run: str, step: str, new: str) -> None:
        """Begin a new run at the point before a step of another."""
        values = {**self.before_step(run, step).values, "run": new, "epoch": 0}
        move: Any = Command(update=values, goto="step")
        self._graph.update_state(self._config(new), move, as_node="replan")

    def _config(self, run: str) -> Any:
        return {
            "configurable": {"thread_id": f"{GRAPH_VERSION}:{run}"},
            "recursion_limit": MOST_STEPS * NODES_A_STEP,
        }


def _next_step(state: StateSnapshot) -> str | None:
    steps = state.values["plan"]["steps"]
    return next((step["id"] for step in steps if step["status"] == "pending"), None)


def _where(defect: BaseException) -> str:
    """Return the last calls that led to a defect, so that a report of it says where to look."""
    calls = traceback.extract_tb(defect.__traceback__)[-FRAMES:]
    named = (f"{'/'.join(Path(c.filename).parts[-3:])}:{c.lineno} {c.name}" for c in calls)
    return " > ".join(named)
