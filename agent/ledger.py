"""Ledger: what the nodes of a run's graph share.

What a tool works on, results kept under their keys, events, gates, and what was spent.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

from langgraph.runtime import Runtime
from pydantic import TypeAdapter

from ..errors import NotApplicable, ToolError
from ..settings import Settings
from ..tools.base import Result, Tool, Work
from ..tools.notes import Note
from ..tools.proposals import Proposal
from ..tools.sandbox import person_allows
from ..tools.tables import Table, TableStore
from .budget import Budget, Spent, spent_of
from .control import Control
from .events import EventType
from .model import Reply
from .plan import Plan, Step, StepStatus
from .planner import Planner, Situation, Spend, Start
from .store import RunStore
from .tool_model import ToolModel
from .undo import table_made


class RunState(TypedDict, total=False):
    """What a checkpoint holds. `facts` maps a tool to the blob of its latest result's data."""

    run: str
    epoch: int
    start: dict[str, Any]
    plan: dict[str, Any]
    gate: str | None
    proposal: str | None
    table: str | None
    target: str | None
    facts: dict[str, str]
    last: dict[str, Any]
    steps_used: int
    began: float
    outcome: dict[str, Any]
    budget: dict[str, Any]
    budget_asked: list[str]


class Ledger:
    """Reads and writes for one step of a graph; whatever is written has a key and is kept once."""

    def __init__(self, settings: Settings, store: RunStore, planner: Planner) -> None:
        self.settings = settings
        self.store = store
        self.planner = planner
        self.tables = TableStore(settings.tables_dir)

    def work(self, state: RunState, report: Callable[..., None]) -> Work:
        """Return what a tool works on at this point of a run."""
        start = Start.model_validate(state["start"])
        export_to = start.out or str(self.settings.exports_dir / state["run"])
        return Work(
            settings=self.settings,
            demand=start.demand,
            table=self._table(state),
            target=state.get("target"),
            facts=self.facts(state),
            report=report,
            export_to=Path(export_to),
            model=self._model(state),
            notes=tuple(Note.model_validate(self.store.blob(n.blob)) for n in start.notes),
        )

    def _model(self, state: RunState) -> ToolModel | None:
        """Return what lets a step ask the model that plans, its tokens counted like a plan's."""
        model, spend = self.planner.model, self._spend(state)
        if model is None:
            return None

        def check() -> None:
            over = self._budget(state).over(self._spent(state, state["steps_used"]))
            if over is not None:
                raise ToolError(f"The limit of {over} is used up, so the model is not asked.")

        return ToolModel(model, lambda reply: spend(model.name, reply), check)

    def _table(self, state: RunState) -> Table | None:
        table = state.get("table")
        return self.tables.get(table) if table else None

    def facts(self, state: RunState) -> dict[str, Any]:
        """Return the data of the latest result of each tool."""
        return {tool: self.store.blob(blob) for tool, blob in state.get("facts", {}).items()}

    def _once(
        self,
        key: str,
        state: RunState,
        runtime: Runtime[Control],
        call: Callable[[Work], Result | Proposal],
    ) -> str:
        """Return the blob of a step's result, computed unless an earlier try kept it."""
        kept = self.store.result(key)
        if kept is not None:
            return kept
        control = runtime.context
        work = self.work(state, control.report)
        allowed = Start.model_validate(state["start"]).without_sandbox

        def body() -> Result | Proposal:
            with person_allows(without_sandbox=allowed):
                return call(work)

        blob = self.store.keep(control.work(body).model_dump(mode="json"))
        self.store.set_result(key, blob)
        return blob

    def _key(self, state: RunState, tool: Tool, arguments: dict[str, Any]) -> str:
        parts = [
            *(state["run"], state["epoch"], tool.name, tool.version, arguments),
            *(state.get("table"), state.get("target"), state.get("facts")),
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _kept(self, state: RunState, name: str, form: Any, make: Callable[[], Any]) -> Any:
        """Return what a planner said, asked unless an earlier try of the node kept it.

        A model may say something else the second time, and is paid for it.
        """
        adapter: TypeAdapter[Any] = TypeAdapter(form)
        key = f"{state['run']}:{state['epoch']}:{name}"
        blob = self.store.result(key)
        if blob is None:
            blob = self.store.keep(adapter.dump_python(make(), mode="json"))
            self.store.set_result(key, blob)
        return adapter.validate_python(self.store.blob(blob))

    def _finished(self, state: RunState, step: Step, blob: str) -> RunState:
        result = Result.model_validate(self.store.blob(blob))
        facts = {**state.get("facts", {}), step.tool: self.store.keep(result.data)}
        update: RunState = {"facts": facts}
        if result.table is not None:
            update["table"] = result.table
            table = self.tables.get(result.table)
            self._emit(state, EventType.TABLE_MADE, table_made(step.id, table), f"{step.id}:table")
        if result.target is not None:
            update["target"] = result.target
        return self._end_step(state, step, "done", result.summary, update, facts[step.tool])

    def _problem(self, state: RunState, step: Step, problem: Exception) -> RunState:
        status: StepStatus = "skipped" if isinstance(problem, NotApplicable) else "failed"
        return self._end_step(state, step, status, str(problem), {})

    def _end_step(
        self,
        state: RunState,
        step: Step,
        status: StepStatus,
        summary: str,
        update: RunState,
        facts: str | None = None,
    ) -> RunState:
        kinds = {"skipped": EventType.STEP_SKIPPED, "failed": EventType.STEP_FAILED}
        ending = {"status": status, "summary": summary, "facts": facts}
        data = {"step": step.id, "tool": step.tool, **ending}
        self._emit(state, kinds.get(status, EventType.STEP_FINISHED), data, f"{step.id}:ended")
        problem = summary if status == "failed" else None
        ended: RunState = {
            "plan": plan_of(state).ended(step.id, status, summary).model_dump(mode="json"),
            "last": {"step": step.id, "problem": problem},
            "gate": None,
            "proposal": None,
        }
        return {**update, **ended}

    def _open_gate(self, state: RunState, name: str, content: dict[str, Any]) -> str:
        key = f"{state['run']}:{state['epoch']}:{name}"
        gate = hashlib.sha256(key.encode()).hexdigest()[:16]
        self.store.open_gate(gate, state["run"], content)
        self._emit(state, EventType.GATE_OPENED, {"gate": gate, **content}, f"{name}:gate")
        return gate

    def _gate(self, state: RunState) -> dict[str, Any]:
        """Return the content and the answer of the gate a run is at."""
        assert state["gate"] is not None
        gate = self.store.gate(state["gate"])
        assert gate is not None
        return gate

    def _answer(self, state: RunState) -> dict[str, Any]:
        answer: dict[str, Any] = self._gate(state)["answer"]
        return answer

    def _situation(self, state: RunState, plan: Plan) -> Situation:
        table = self._table(state)
        return Situation(
            start=Start.model_validate(state["start"]),
            plan=plan,
            step=plan.step(state["last"]["step"]),
            problem=state["last"]["problem"],
            has_table=table is not None,
            rows=table.rows if table else None,
            target=state.get("target"),
            facts=self.facts(state),
            has_model=self.planner.model is not None,
        )

    def _outcome(self, state: RunState) -> dict[str, Any]:
        facts, plan = self.facts(state), plan_of(state)
        if "export" in facts:
            folder = facts["export"]["folder"]
            return {"kind": "exported", "message": f"Exported to {folder}", "folder": folder}
        failed = [step for step in plan.steps if step.status == "failed"]
        if failed:
            message = f"{failed[-1].tool}: {failed[-1].summary}"
            return {"kind": "failed", "message": message}
        if not state.get("table"):
            note = facts.get("search", {}).get("note") or "No dataset was chosen."
            return {"kind": "nothing_serves", "message": note}
        return {"kind": "declined", "message": "The export was not approved."}

    def _spend(self, state: RunState) -> Spend:
        """Return what notes the tokens of a reply; each counts, so the event has no key."""

        def spend(name: str, reply: Reply) -> None:
            tokens = {"prompt": reply.prompt_tokens, "completion": reply.completion_tokens}
            data = {"model": name, "tokens": tokens}
            self.store.emit(state["run"], EventType.MODEL_CALLED, data)

        return spend

    def _emit(self, state: RunState, kind: EventType, data: dict[str, Any], key: str) -> None:
        self.store.emit(state["run"], kind, data, key=f"{state['epoch']}:{key}")

    def _budget(self, state: RunState) -> Budget:
        given = state.get("budget")
        return (
            Budget.model_validate(given) if given else Start.model_validate(state["start"]).budget
        )

    def _spent(self, state: RunState, steps: int) -> Spent:
        return spent_of(self.store.events(state["run"]), plan_of(state), steps, self.settings)


def plan_of(state: RunState) -> Plan:
    """Return the plan as it stands."""
    return Plan.model_validate(state["plan"])
