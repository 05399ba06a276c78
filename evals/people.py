"""Simulated people: who answers the gates of a run when a suite plays the person.

All are deterministic: the same run meets the same answers.
"""

import time
from collections.abc import Callable
from typing import Any, Literal

from ..agent.events import EventType
from ..agent.gates import Answer, Gate, PlanDecision
from ..agent.intake import QuestionDecision
from ..agent.plan import Plan, Step
from ..agent.policy import auto, everything
from ..agent.run import ENDED, POLL_SECONDS, Run
from ..tools.proposals import Decision, Proposal, Verdict

Name = Literal["trusts", "approves", "rejects", "edits", "contradicts"]
MOST_ROWS_GIVEN_UP = 0.2
NEEDED = ("load", "choose_target", "export")
"""Tools whose proposal has to be approved for an export to exist."""

MOST_TURNS = 80


class Trusts:
    """Approves what the evidence recommends, as the policy `auto` does."""

    def turn(self, run: Run, gate: Gate) -> None:
        """Answer a gate."""
        run.decide(gate, _by(auto(gate), "trusts"))


class Approves:
    """Approves every plan and every group."""

    def turn(self, run: Run, gate: Gate) -> None:
        """Answer a gate."""
        run.decide(gate, _by(everything(gate), "approves"))


class Rejects:
    """Rejects wisely: what is not recommended, and whatever costs many rows."""

    def turn(self, run: Run, gate: Gate) -> None:
        """Answer a gate."""
        if gate.proposal is None or gate.proposal.pick == "one":
            run.decide(gate, _by(auto(gate), "rejects"))
            return
        rows = run.table.rows if run.table else 0
        run.decide(gate, _careful(gate.proposal, rows))


class Edits:
    """Edits the plan: leaves features out, looks at the table once more before the export.

    Of a proposal, edits the first group that has more than one operation and keeps the rest.
    Answers questions with the first option.
    """

    def turn(self, run: Run, gate: Gate) -> None:
        """Answer a gate."""
        if gate.plan is not None:
            run.decide(gate, PlanDecision(by="edits", plan=edited(gate.plan)))
            return
        if gate.question is not None:
            run.decide(gate, QuestionDecision(by="edits", choice=gate.question.options[0]))
            return
        if gate.proposal is None:
            run.decide(gate, _by(auto(gate), "edits"))
            return
        run.decide(gate, _by(_shortened(gate), "edits"))


class Contradicts:
    """Changes their mind: approves the repairs and undoes them, stops the run and goes on."""

    def __init__(self) -> None:
        self._undone = False
        self._stopped = False

    def turn(self, run: Run, gate: Gate) -> None:
        """Answer a gate, or take back what was answered before."""
        done = {step.tool for step in run.plan.steps if step.status == "done"}
        if "clean" in done and not self._undone and gate.tool != "clean":
            self._undone = True
            run.undo()
        elif gate.tool == "features" and not self._stopped:
            self._stopped = True
            run.cancel()
            run.resume()
        elif gate.tool == "clean" and self._undone:
            run.decide(gate, Decision(by="contradicts", note="Rather not."))
        else:
            run.decide(gate, _by(everything(gate), "contradicts"))


Person = Trusts | Approves | Rejects | Edits | Contradicts

PEOPLE: dict[Name, Callable[[], Person]] = {
    "trusts": Trusts,
    "approves": Approves,
    "rejects": Rejects,
    "edits": Edits,
    "contradicts": Contradicts,
}


def accompany(run: Run, person: Person) -> dict[str, Any]:
    """Let a person answer until the run has ended, or they have had enough.

    Returns how it ended: `kind` and `message`, and `folder` of an export. A defect is told as the
    kind "defect" and does not end the suite.
    """
    turns = 0
    while turns < MOST_TURNS:
        status = run.status
        gate = run.gate() if status == "waiting" else None
        if gate is not None:
            turns += 1
            person.turn(run, gate)
        elif status in ENDED or status == "interrupted":
            return _ending(run, status)
        else:
            time.sleep(POLL_SECONDS)
    run.cancel()
    return {"kind": "endless", "message": f"Not at its end after {MOST_TURNS} answers."}


def _ending(run: Run, status: str) -> dict[str, Any]:
    if run.outcome is not None:
        return run.outcome
    failed = [event.data for event in run.events() if event.type is EventType.RUN_FAILED]
    if failed:
        message = "{error}: {message} ({where})".format(**failed[-1])
        return {"kind": "defect", "message": message}
    return {"kind": status, "message": ""}


def edited(plan: Plan) -> Plan:
    """Return a plan without its feature steps and with a last look before the export."""
    steps = [step for step in plan.steps if step.tool != "features"]
    place = next((n for n, step in enumerate(steps) if step.tool == "export"), len(steps))
    look = Step(id=_free_id(plan), tool="profile", why="See what is handed over.")
    return plan.model_copy(update={"steps": [*steps[:place], look, *steps[place:]]})


def _free_id(plan: Plan) -> str:
    known = {step.id for step in plan.steps}
    return next(name for n in range(1, len(known) + 2) if (name := f"p{n}") not in known)


def _careful(proposal: Proposal, rows: int) -> Decision:
    """Approve what is recommended and costs few rows; of what is needed, at least one group."""
    good = [
        group
        for group in proposal.groups
        if group.recommended
        and not (group.unit == "rows" and group.affected > MOST_ROWS_GIVEN_UP * max(rows, 1))
    ]
    if not good and proposal.tool in NEEDED:
        good = proposal.groups
    verdicts = {group.id: Verdict(verdict="approve") for group in good}
    return Decision(by="rejects", verdicts=verdicts, note="Only what the evidence bears out.")


def _shortened(gate: Gate) -> Answer:
    """Return what the evidence recommends, with one operation less in the first group it can."""
    answer = auto(gate)
    assert isinstance(answer, Decision)
    assert gate.proposal is not None
    for group in gate.proposal.groups:
        if group.id in answer.verdicts and len(group.operations) > 1:
            edit = Verdict(verdict="edit", operations=group.operations[:-1])
            return answer.model_copy(update={"verdicts": {**answer.verdicts, group.id: edit}})
    return answer


def _by(answer: Answer, who: str) -> Answer:
    return answer.model_copy(update={"by": f"eval:{who}"})
