"""The coordinator: the LangGraph graph that every run walks.

State holds references and plain JSON: frames live in the TableStore, results and proposals in the
RunStore. Whatever a node writes before its checkpoint is keyed, so that running the node again
after a crash changes nothing.
"""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt
from pydantic import TypeAdapter

from ..errors import NotApplicable, ToolError
from ..settings import Settings
from ..tools.base import Result, Tool, Work
from ..tools.notes import Note
from ..tools.proposals import Decision, Proposal
from ..tools.registry import get_tool
from ..tools.sandbox import person_allows
from ..tools.tables import Table, TableStore
from .budget import Budget, BudgetDecision, Spent, spent_of
from .control import Control
from .database import StoreUnavailable
from .events import EventType
from .gates import PlanDecision
from .intake import Intake, Question, QuestionDecision
from .model import Reply
from .plan import Plan, Step, StepStatus
from .plan_diff import diff
from .planner import Planner, Revision, Situation, Spend, Start
from .store import RunStore
from .tool_model import ToolModel
from .undo import table_made, take_out, undone

GRAPH_VERSION = 1


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


class Coordinator:
    """The graph's nodes. A gate node does nothing but interrupt; a step node works one step."""

    def __init__(self, settings: Settings, store: RunStore, planner: Planner) -> None:
        self.settings = settings
        self.store = store
        self.planner = planner
        self.tables = TableStore(settings.tables_dir)

    def graph(self) -> "StateGraph[RunState, Control, RunState, RunState]":
        """Return the graph, to be compiled with a checkpointer."""
        graph = StateGraph(RunState, context_schema=Control)
        nodes: tuple[Any, ...] = (
            self.intake,
            self.question_gate,
            self.heed,
            self.plan,
            self.plan_gate,
            self.adopt,
            self.step,
            self.step_gate,
            self.apply,
            self.observe,
            self.budget_gate,
            self.settle,
            self.replan,
            self.finish,
        )
        for node in nodes:
            graph.add_node(node.__name__, node)
        graph.add_edge(START, "intake")
        return graph

    # -- plan -----------------------------------------------------------------------------

    def intake(self, state: RunState) -> Command[Literal["plan", "question_gate"]]:
        """Understand the demand, and ask where the answer would change the plan."""
        start = Start.model_validate(state["start"])
        self._emit(state, EventType.RUN_STARTED, {"demand": start.demand.text}, "started")
        spend = self._spend(state)
        found = self._kept(state, "intake", Intake, lambda: self.planner.understand(start, spend))
        demand = found.demand.model_dump(mode="json")
        data = {"demand": demand, "by": found.by, "note": found.note}
        self._emit(state, EventType.DEMAND_PARSED, data, "demand")
        update: RunState = {
            "start": {**state["start"], "demand": demand},
            "began": time.time(),
            "steps_used": 0,
            "facts": {},
            "table": start.table,
            "target": None,
        }
        if found.question is None:
            return Command(update=update, goto="plan")
        question = found.question.model_dump(mode="json")
        content = {"kind": "question", "question": question, "demand": demand}
        update["gate"] = self._open_gate(state, "question", content)
        return Command(update=update, goto="question_gate")

    def question_gate(self, state: RunState) -> Command[Literal["heed"]]:
        """Wait for the answer to the question about the demand."""
        interrupt({"gate": state["gate"]})
        return Command(goto="heed")

    def heed(self, state: RunState) -> Command[Literal["plan"]]:
        """Take over what was answered; without an answer the demand stays as it is."""
        answer = QuestionDecision.model_validate(self._answer(state))
        if answer.choice is None:
            return Command(update={"gate": None}, goto="plan")
        start = Start.model_validate(state["start"])
        assert state["gate"] is not None
        gate = self.store.gate(state["gate"])
        assert gate is not None
        question = Question.model_validate(gate["question"])
        demand = question.answered(start.demand, answer.choice).model_dump(mode="json")
        data = {"demand": demand, "by": answer.by, "note": ""}
        self._emit(state, EventType.DEMAND_PARSED, data, f"{state['gate']}:demand")
        update: RunState = {"gate": None, "start": {**state["start"], "demand": demand}}
        return Command(update=update, goto="plan")

    def plan(self, state: RunState) -> Command[Literal["plan_gate"]]:
        """Make the plan and ask whether it is right."""
        start, spend = Start.model_validate(state["start"]), self._spend(state)
        plan = self._kept(state, "plan", Plan, lambda: self.planner.plan(start, spend))
        content = plan.model_dump(mode="json")
        self._emit(state, EventType.PLAN_MADE, {"plan": content}, "plan")
        gate = self._open_gate(state, "plan", {"kind": "plan", "plan": content})
        return Command(update={"plan": content, "gate": gate}, goto="plan_gate")

    def plan_gate(self, state: RunState) -> Command[Literal["adopt"]]:
        """Wait for the answer to the plan."""
        interrupt({"gate": state["gate"]})
        return Command(goto="adopt")

    def adopt(self, state: RunState) -> Command[Literal["step", "finish"]]:
        """Take the plan as it was approved or edited."""
        answer = PlanDecision.model_validate(self._answer(state))
        plan = answer.plan or Plan.model_validate(state["plan"])
        if answer.plan is not None:
            reason = "Edited before the start."
            self._changed(state, _plan(state), plan, reason, f"{state['gate']}:edited")
        if not answer.approve:
            outcome = {"kind": "declined", "message": "The plan was not approved."}
            return Command(update={"outcome": outcome}, goto="finish")
        return Command(update={"plan": plan.model_dump(mode="json"), "gate": None}, goto="step")

    # -- steps ----------------------------------------------------------------------------

    def step(
        self, state: RunState, runtime: Runtime[Control]
    ) -> Command[Literal["step_gate", "observe", "finish"]]:
        """Work on one step: measure something, or propose a change and ask."""
        step = _plan(state).next_step()
        if step is None:
            return Command(goto="finish")
        tool = get_tool(step.tool)
        data = {"step": step.model_dump(mode="json"), "effect": tool.effect.value}
        self._emit(state, EventType.STEP_STARTED, data, f"{step.id}:started")
        call = tool.propose if tool.effect.asks else tool.run
        key = self._key(state, tool, step.arguments)
        try:
            content = self._once(key, state, runtime, lambda work: call(work, step.arguments))
        except StoreUnavailable:
            raise
        except (ToolError, NotApplicable) as problem:
            return Command(update=self._problem(state, step, problem), goto="observe")
        if not tool.effect.asks:
            return Command(update=self._finished(state, step, content), goto="observe")
        proposal = Proposal.model_validate(self.store.blob(content))
        if not proposal.groups:
            reason = " ".join(proposal.notes) or "Nothing to propose."
            return Command(update=self._problem(state, step, NotApplicable(reason)), goto="observe")
        opened = {"kind": "step", "step": step.id, "tool": tool.name, "effect": tool.effect.value}
        gate = self._open_gate(state, step.id, {**opened, "proposal": content})
        return Command(update={"gate": gate, "proposal": content}, goto="step_gate")

    def step_gate(self, state: RunState) -> Command[Literal["apply"]]:
        """Wait for the answer to a proposal."""
        interrupt({"gate": state["gate"]})
        return Command(goto="apply")

    def apply(self, state: RunState, runtime: Runtime[Control]) -> Command[Literal["observe"]]:
        """Carry out what was approved of a proposal."""
        step = _plan(state).next_step()
        assert step is not None
        tool = get_tool(step.tool)
        apply = tool.apply
        assert apply is not None
        assert state["proposal"] is not None
        proposal = Proposal.model_validate(self.store.blob(state["proposal"]))
        decision = Decision.model_validate(self._answer(state))
        if not decision.approved(proposal):
            update = self._end_step(state, step, "rejected", "Nothing was approved.", {})
            return Command(update=update, goto="observe")
        answer = decision.model_dump(mode="json")
        key = self._key(state, tool, {"proposal": state["proposal"], "answer": answer})
        try:
            content = self._once(key, state, runtime, lambda work: apply(work, proposal, decision))
        except StoreUnavailable:
            raise
        except (ToolError, NotApplicable) as problem:
            return Command(update=self._problem(state, step, problem), goto="observe")
        return Command(update=self._finished(state, step, content), goto="observe")

    # -- what next ------------------------------------------------------------------------

    def observe(self, state: RunState) -> Command[Literal["replan", "budget_gate", "finish"]]:
        """End where the budget is used up, ask where it soon is, else see if the plan fits."""
        used = state["steps_used"] + 1
        budget, spent = self._budget(state), self._spent(state, used)
        over = budget.over(spent)
        if over is not None:
            return Command(update={"steps_used": used, **_used_up(over, spent)}, goto="finish")
        asked = state.get("budget_asked", [])
        near = [name for name in budget.near(spent) if name not in asked]
        if not near or _plan(state).next_step() is None:
            return Command(update={"steps_used": used}, goto="replan")
        content = {
            "kind": "budget",
            "budget": budget.model_dump(mode="json"),
            "spent": spent.model_dump(mode="json"),
        }
        gate = self._open_gate(state, f"budget:{used}", content)
        update: RunState = {"steps_used": used, "gate": gate, "budget_asked": [*asked, *near]}
        return Command(update=update, goto="budget_gate")

    def budget_gate(self, state: RunState) -> Command[Literal["settle"]]:
        """Wait for the answer to a budget that is nearly used up."""
        interrupt({"gate": state["gate"]})
        return Command(goto="settle")

    def settle(self, state: RunState) -> Command[Literal["replan", "finish"]]:
        """Go on within the limits that the person set, or end with what there is."""
        answer = BudgetDecision.model_validate(self._answer(state))
        if not answer.go_on:
            spent = self._spent(state, state["steps_used"])
            update: RunState = {"gate": None, **_used_up(None, spent)}
            return Command(update=update, goto="finish")
        update = {"gate": None}
        if answer.budget is not None:
            update |= {"budget": answer.budget.model_dump(mode="json"), "budget_asked": []}
        return Command(update=update, goto="replan")

    def _budget(self, state: RunState) -> Budget:
        given = state.get("budget")
        return (
            Budget.model_validate(given) if given else Start.model_validate(state["start"]).budget
        )

    def _spent(self, state: RunState, steps: int) -> Spent:
        return spent_of(self.store.events(state["run"]), _plan(state), steps, self.settings)

    def replan(self, state: RunState) -> Command[Literal["step", "finish"]]:
        """Revise the steps still to do where what was measured asks for it."""
        plan, update = _plan(state), RunState()
        key = f"{state['last']['step']}:replan:{state['steps_used']}"
        situation, spend = self._situation(state, plan), self._spend(state)
        revision: Revision | None = self._kept(
            state, key, Revision | None, lambda: self.planner.revise(situation, spend)
        )
        if revision is not None:
            plan, reason = revision.plan, revision.reason
            if revision.undo is not None:
                plan, update, reason = self._backtrack(state, plan, revision.undo, reason)
            self._changed(state, _plan(state), plan, reason, key)
        goto: Literal["step", "finish"] = "step" if plan.next_step() else "finish"
        return Command(update={**update, "plan": plan.model_dump(mode="json")}, goto=goto)

    def _changed(self, state: RunState, old: Plan, new: Plan, reason: str, key: str) -> None:
        """Tell what a revision changed and why, or why the plan stands."""
        changes = [change.model_dump(mode="json") for change in diff(old, new)]
        kind = EventType.PLAN_CHANGED if changes else EventType.PLAN_KEPT
        data = {"plan": new.model_dump(mode="json"), "reason": reason, "changes": changes}
        self._emit(state, kind, data, key)

    def _backtrack(
        self, state: RunState, plan: Plan, step: str, reason: str
    ) -> tuple[Plan, RunState, str]:
        """Undo a step that did harm, its data included; it stays where a later one needs it."""
        table = self._table(state)
        assert table is not None
        try:
            new = take_out(self.store, self.tables, state["run"], step, table)
        except ToolError as problem:
            return plan, {}, f"{reason} It stays after all: {problem}"
        data = {"step": step, "tool": plan.step(step).tool, "table": new.id, "reason": reason}
        self._emit(state, EventType.RUN_UNDONE, data, f"{step}:undone:{state['steps_used']}")
        # The epoch counts up, so that what is done again has events and gates of its own.
        update: RunState = {"table": new.id, "epoch": state["epoch"] + 1}
        return undone(plan, step, reason), update, reason

    def finish(self, state: RunState) -> Command[Literal["__end__"]]:
        """Say how the run ended."""
        outcome = state.get("outcome") or self._outcome(state)
        self._emit(state, EventType.RUN_FINISHED, {"outcome": outcome}, "finished")
        return Command(update={"outcome": outcome}, goto="__end__")

    # -- what the nodes share -------------------------------------------------------------

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
            "plan": _plan(state).ended(step.id, status, summary).model_dump(mode="json"),
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

    def _answer(self, state: RunState) -> dict[str, Any]:
        assert state["gate"] is not None
        gate = self.store.gate(state["gate"])
        assert gate is not None
        answer: dict[str, Any] = gate["answer"]
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
        facts, plan = self.facts(state), _plan(state)
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


def _used_up(limit: str | None, spent: Spent) -> RunState:
    """Return the outcome of a run that ends before its plan does; its tables stay."""
    why = f"The limit of {limit.replace('_', ' ')} is used up" if limit else "Ended as decided"
    message = f"{why}: {spent.words()}. What there is can be exported."
    return {"outcome": {"kind": "budget", "message": message}}


def _plan(state: RunState) -> Plan:
    return Plan.model_validate(state["plan"])
