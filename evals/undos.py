"""Trials of undo: random sequences of apply, undo, redo and fork must give back identical bytes."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..agent.copilot import Copilot
from ..agent.gates import Gate, PlanDecision
from ..agent.plan import Plan, make_steps
from ..agent.run import Run
from ..agent.undo import undoable
from ..errors import ToolError
from ..settings import Settings
from ..tools.proposals import Decision, Verdict
from .suite import Report
from .trials import DEMAND, TARGET, data_of, faulty_frame, fresh, settle

MOVES = 10
ROUNDS = 3
"""Cleaning steps in a row: what one decision leaves over is proposed again by the next."""


@dataclass
class Walk:
    """A run with what its table was before and after each step that was approved."""

    run: Run
    before: dict[str, str | None]
    after: dict[str, str | None]
    answers: dict[str, Decision]


def undo_trials(
    count: int, folder: Path, settings: Settings, report: Report
) -> list[dict[str, Any]]:
    """Walk `count` runs at random, back and forth, and compare the bytes at every known point."""
    copilot = fresh(settings, folder / "undo")
    cases = []
    for number in range(count):
        report(f"undo {number + 1} of {count}", number / count)
        cases.append(_trial(number, copilot, random.Random(f"{settings.seed}:{number}")))
    return cases


def _trial(number: int, copilot: Copilot, draw: random.Random) -> dict[str, Any]:
    run = copilot.start(DEMAND, input=faulty_frame(number, rows=40), target=TARGET)
    gate = settle(run)
    assert gate is not None
    run.decide(gate, PlanDecision(by="eval:undo", plan=_plan()))
    walk = Walk(run, before={}, after={}, answers={})
    moves, faults = [], []
    for _ in range(MOVES):
        move, fault = _move(walk, draw)
        moves.append(move)
        faults += [f"{len(moves)} {move}: {fault}"] if fault else []
    return {
        "id": f"undo-{number + 1:03d}",
        "kind": "undo",
        "identical": not faults,
        "moves": moves,
        "faults": faults,
    }


def _plan() -> Plan:
    clean: tuple[str, dict[str, Any], str] = ("clean", {}, "Repair what is left.")
    return Plan(steps=make_steps(1, *[clean] * ROUNDS, ("export", {}, "Hand it over.")))


def _move(walk: Walk, draw: random.Random) -> tuple[str, str]:
    """Make one random move; return its name and what was not identical after it, if anything."""
    run, gate = walk.run, settle(walk.run)
    can_undo = bool(undoable(run.plan))
    moves = ["apply"] * 3 * (gate is not None) + ["undo"] * 2 * can_undo + ["fork"] * bool(gate)
    move = draw.choice(moves) if moves else "end"
    if move == "apply" and gate is not None:
        return _apply(walk, gate, draw)
    if move == "undo":
        return move, _undo(walk)
    return move, _fork(walk) if move == "fork" else ""


def _apply(walk: Walk, gate: Gate, draw: random.Random) -> tuple[str, str]:
    """Answer the gate: as before where it was undone (a redo), else with a random choice."""
    assert gate.proposal is not None
    assert gate.step is not None
    run, step = walk.run, gate.step
    known = walk.answers.get(step)
    redo = known is not None and walk.before.get(step) == data_of(run) and draw.random() < 0.6
    groups = [g.id for g in gate.proposal.groups if draw.random() < 0.5]
    verdicts = {group: Verdict(verdict="approve") for group in groups}
    answer = known if redo and known else Decision(by="eval:undo", verdicts=verdicts)
    walk.before[step], walk.answers[step] = data_of(run), answer
    run.decide(gate, answer)
    settle(run)
    was, now = walk.after.get(step), data_of(run)
    walk.after[step] = now
    return (
        ("redo", "another table than the first time" if was != now else "")
        if redo
        else (
            "apply",
            "",
        )
    )


def _undo(walk: Walk) -> str:
    try:
        step = walk.run.undo()
    except ToolError as refusal:
        return f"refused: {refusal}"
    settle(walk.run)
    same = data_of(walk.run) == walk.before[step]
    return "" if same else f"another table than before {step}"


def _fork(walk: Walk) -> str:
    """Fork the run where it stands; go on with the fork, which must stand at the same point."""
    old = walk.run
    gate = settle(old)
    walk.run = old.fork()
    new = settle(walk.run)
    if data_of(walk.run) != data_of(old):
        return "the fork has another table"
    return "" if _asked(new) == _asked(gate) else "the fork is asked something else"


def _asked(gate: Gate | None) -> tuple[str | None, list[str]]:
    """Return what a gate asks: its step and the groups of its proposal."""
    groups = gate.proposal.groups if gate and gate.proposal else []
    return gate.step if gate else None, [group.id for group in groups]
