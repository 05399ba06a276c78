"""Groups are measured, decisions are checked, and applying changes nothing but the result."""

import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.operations.rows import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.proposals import (
    Decision,
    Group,
    Proposal,
    Verdict,
    apply_groups,
    approve,
    approve_recommended,
    changed_cells,
    difference,
    propose_group,
)
from dataquarry.tools.tables import parquet_bytes
from hypothesis import given
from hypothesis import strategies as st

cells = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, width=32))
frames = st.lists(st.tuples(cells, st.sampled_from(["a", "b", None])), max_size=12).map(
    lambda rows: pd.DataFrame(rows, columns=["x", "y"]).astype({"x": "float64", "y": "str"})
)


def proposal(pick="any"):
    """Return a proposal of two groups, the first of them recommended."""
    groups = [
        Group(
            id="duplicates",
            title="Drop duplicates",
            rule="r",
            evidence="e",
            recommended=True,
            operations=[DropDuplicateRows()],
        ),
        Group(
            id="missing:x",
            title="Drop rows",
            rule="r",
            evidence="e",
            operations=[DropRowsMissing(column="x")],
        ),
    ]
    return Proposal(tool="t", title="T", groups=groups, pick=pick)


@given(frames)
def test_applying_is_pure_and_repeatable(frame):
    before = parquet_bytes(frame)
    decision = approve(proposal().groups, by="me")
    first = apply_groups(frame, proposal(), decision)
    second = apply_groups(frame, proposal(), decision)
    assert parquet_bytes(frame) == before
    assert parquet_bytes(first) == parquet_bytes(second)


@given(frames)
def test_an_empty_decision_changes_nothing(frame):
    after = apply_groups(frame, proposal(), Decision(by="me"))
    assert parquet_bytes(after) == parquet_bytes(frame)


@given(frames)
def test_a_group_counts_what_its_operations_change(frame):
    group = propose_group(
        frame,
        [DropRowsMissing(column="x")],
        group_id="missing:x",
        title="t",
        rule="r",
        evidence="e",
        recommended=False,
    )
    missing = int(frame["x"].isna().sum())
    if missing == 0:
        assert group is None
    else:
        assert (group.affected, group.unit) == (missing, "rows")


@given(frames)
def test_a_frame_does_not_differ_from_itself(frame):
    assert difference(frame, frame.copy())[1] == 0


def test_examples_show_the_cells_that_changed():
    before = pd.DataFrame({"x": [1.0, None, 3.0]})
    after = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    examples, affected, unit = difference(before, after)
    assert (affected, unit) == (1, "cells")
    assert [(e.row, e.column, e.before, e.after) for e in examples] == [(1, "x", None, "2.0")]


def test_a_number_that_was_a_word_counts_as_changed():
    assert changed_cells(pd.Series(["3", None]), pd.Series([3.0, None])).tolist() == [True, False]


def test_a_proposal_survives_json():
    again = Proposal.model_validate_json(proposal().model_dump_json())
    assert again == proposal()


def test_only_recommended_groups_are_approved_automatically():
    decision = approve_recommended(proposal(), by="policy:auto")
    assert [group.id for group, _ in decision.approved(proposal())] == ["duplicates"]


def test_an_edit_replaces_the_operations():
    edit = Verdict(verdict="edit", operations=[DropRowsMissing(column="y")])
    decision = Decision(by="me", verdicts={"missing:x": edit})
    [(group, operations)] = decision.approved(proposal())
    assert group.id == "missing:x"
    assert operations == [DropRowsMissing(column="y")]


@pytest.mark.parametrize(
    ("decision", "pick", "reason"),
    [
        (approve(proposal().groups, "me"), "one", "approve exactly one"),
        (
            Decision(by="me", verdicts={"nothing": Verdict(verdict="approve")}),
            "any",
            "no group 'nothing'. Its groups: duplicates, missing:x",
        ),
        (
            Decision(by="me", verdicts={"duplicates": Verdict(verdict="edit")}),
            "any",
            "holds no operations",
        ),
    ],
)
def test_a_decision_that_does_not_fit_says_why(decision, pick, reason):
    with pytest.raises(ToolError, match=reason):
        decision.approved(proposal(pick))
