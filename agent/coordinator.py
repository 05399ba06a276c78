"""The coordinator: the LangGraph graph that every run walks.

State holds references and plain JSON: frames live in the TableStore, results and proposals in the
RunStore. Whatever a node writes before its checkpoint is keyed, so that running the node again
after a crash changes nothing.
"""

import time
from typing import Any, Literal

from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from ..errors import NotApplicable, ToolError
from ..tools.proposals import Decision, Proposal
from ..tools.registry import get_tool
from .budget import BudgetDecision, Spent
from .control import Control
from .database import StoreUnavailable
from .events import EventType
from .gates import PlanDecision
from .intake import Intake, Question, QuestionDecision
from .ledger import Ledger, RunState, plan_of
from .plan import Plan
from .plan_diff import diff
from .planner import Revision, Start
from .undo import take_out, undone

GRAPH_VERSION = 1


class Coordinator(Ledger):
    """The graph's nodes. A gate node does nothing but interrupt; a step node works one step."""

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
        question = Question.model_validate(self._gate(state)["question"])
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
            self._changed(state, plan_of(state), plan, reason, f"{state['gate']}:edited")
        if not answer.approve:
            outcome = {"kind": "declined", "message": "The plan was not approved."}
            return Command(update={"outcome": outcome}, goto="finish")
        return Command(update={"plan": plan.model_dump(mode="json"), "gate": None}, goto="step")

    # -- steps ----------------------------------------------------------------------------

    def step(
        self, state: RunState, runtime: Runtime[Control]
    ) -> Command[Literal["step_gate", "observe", "finish"]]:
        """Work on one step: measure something, or propose a change and ask."""
        step = plan_of(state).next_step()
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
        step = plan_of(state).next_step()
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
        if not near or plan_of(state).next_step() is None:
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

    def replan(self, state: RunState) -> Command[Literal["step", "finish"]]:
        """Revise the steps still to do where what was measured asks for it."""
        plan, update = plan_of(state), RunState()
        key = f"{state['last']['step']}:replan:{state['steps_used']}"
        situation, spend = self._situation(state, plan), self._spend(state)
        revision: Revision | None = self._kept(
            state, key, Revision | None, lambda: self.planner.revise(situation, spend)
        )
        if revision is not None:
            plan, reason = revision.plan, revision.reason
            if revision.undo is not None:
                plan, update, reason = self._backtrack(state, plan, revision.undo, reason)
            self._changed(state, plan_of(state), plan, reason, key)
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


def _used_up(limit: str | None, spent: Spent) -> RunState:
    """Return the outcome of a run that ends before its plan does; its tables stay."""
    why = f"The limit of {limit.replace('_', ' ')} is used up" if limit else "Ended as decided"
    message = f"{why}: {spent.words()}. What there is can be exported."
    return {"outcome": {"kind": "budget", "message": message}}
