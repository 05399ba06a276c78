"""The difference of two plans: complete, and no longer than it must be."""

import random

from dataquarry.agent.plan import Plan, make_steps
from dataquarry.agent.plan_diff import diff
from hypothesis import given, settings
from hypothesis import strategies as st

TOOLS = ("profile", "clean", "features", "measure", "export")
OLD = Plan(steps=make_steps(1, *[(tool, {}, f"to {tool}") for tool in TOOLS]))


def told(new: Plan) -> list[tuple[str, str, str]]:
    return [(change.kind, change.tool, change.words) for change in diff(OLD, new)]


def test_the_same_plan_has_no_difference() -> None:
    assert diff(OLD, OLD) == []


def test_a_removed_and_an_added_step_are_told_with_place_and_reason() -> None:
    steps = [s for s in OLD.steps if s.tool != "features"]
    steps[2:2] = make_steps(9, ("synthesize", {"rows": 500}, "too few rows"))
    assert told(Plan(steps=steps)) == [
        ("removed", "features", "to features"),
        ("added", "synthesize", "before measure: too few rows"),
    ]


def test_one_step_moved_is_one_change() -> None:
    steps = [*OLD.steps[1:4], OLD.steps[0], OLD.steps[4]]
    assert told(Plan(steps=steps)) == [("moved", "profile", "before export")]


def test_other_arguments_are_shown_before_and_after() -> None:
    step = OLD.steps[4].model_copy(update={"arguments": {"csv": True}})
    changed = ("changed", "export", "export () became export (csv=True)")
    assert told(Plan(steps=[*OLD.steps[:4], step])) == [changed]


def test_an_undone_step_and_what_is_done_again_are_told() -> None:
    old = OLD.ended("s2", "done", "mended").ended("s4", "done", "worse")
    new = old.ended("s2", "undone", "It did harm.").ended("s4", "pending", "")
    kinds = [(change.kind, change.tool, change.words) for change in diff(old, new)]
    assert kinds == [("undone", "clean", "It did harm."), ("again", "measure", "")]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_removals_additions_and_moves_account_for_every_step(seed: int) -> None:
    dice = random.Random(seed)
    kept = [step for step in OLD.steps if dice.random() < 0.7]
    dice.shuffle(kept)
    added = make_steps(20, *[("profile", {}, "")] * dice.randrange(3))
    steps = list(kept)
    for step in added:
        steps.insert(dice.randrange(len(steps) + 1), step)
    changes = diff(OLD, Plan(steps=steps))
    of = {
        kind: {c.step for c in changes if c.kind == kind} for kind in ("removed", "added", "moved")
    }
    assert of["removed"] == {s.id for s in OLD.steps} - {s.id for s in kept}
    assert of["added"] == {s.id for s in added}
    stayed = [s.id for s in steps if s.id not in of["added"] | of["moved"]]
    assert stayed == [s.id for s in OLD.steps if s.id in stayed]
