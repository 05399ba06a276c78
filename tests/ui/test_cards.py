import json

import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.operations.rows import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.proposals import Example, Group, Proposal, apply_groups, propose_group
from dataquarry.ui.cards import card, operations_text, read_decision, read_operations


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"age": [1.0, 1.0, None], "sex": ["f", "f", "m"]})


@pytest.fixture
def groups(frame: pd.DataFrame) -> list[Group]:
    said = {"title": "t", "rule": "r", "evidence": "e"}
    made = [
        propose_group(
            frame, [DropDuplicateRows()], group_id="duplicates", recommended=True, **said
        ),
        propose_group(
            frame,
            [DropRowsMissing(column="age")],
            group_id="missing:age",
            recommended=False,
            **said,
        ),
    ]
    return [group for group in made if group]


def test_a_card_says_rule_evidence_count_examples_and_reversibility() -> None:
    group = Group(
        id="g",
        title="Trim <script>",
        rule="Spaces go.",
        evidence="3 cells.",
        affected=3,
        examples=[Example(row=4, column="name", before=" Ann", after="Ann")],
        recommended=True,
    )
    page = card(group)
    for words in ("Spaces go.", "3 cells.", "3 cells", "Ann", "undo brings it back", "recommended"):
        assert words in page
    assert "<script>" not in page


def test_controls_become_a_decision_that_applies(frame: pd.DataFrame, groups: list[Group]) -> None:
    boxes = [operations_text(group) for group in groups]
    decision = read_decision(groups, ["reject", "approve"], boxes, " why not ")
    assert {name: v.verdict for name, v in decision.verdicts.items()} == {
        "duplicates": "reject",
        "missing:age": "approve",
    }
    assert decision.note == "why not"
    after = apply_groups(frame, Proposal(tool="clean", title="t", groups=groups), decision)
    assert len(after) == 2


def test_an_edit_replaces_the_operations(frame: pd.DataFrame, groups: list[Group]) -> None:
    box = json.dumps([DropRowsMissing(column="sex").model_dump(mode="json")])
    decision = read_decision(groups, ["reject", "edit"], ["[]", box], "")
    after = apply_groups(frame, Proposal(tool="clean", title="t", groups=groups), decision)
    assert len(after) == 3


def test_groups_beyond_the_controls_follow_the_evidence(groups: list[Group]) -> None:
    decision = read_decision(groups, [], [], "")
    assert [verdict.verdict for verdict in decision.verdicts.values()] == ["approve", "reject"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[oops", "is not JSON: line 1"),
        ('[{"op": "no_such"}]', "Unknown operation 'no_such'"),
        ('[{"op": "drop_rows_missing"}]', "column"),
        ("3", "list"),
    ],
)
def test_a_wrong_edit_is_told_in_words(groups: list[Group], text: str, reason: str) -> None:
    with pytest.raises(ToolError, match=reason):
        read_operations(groups[0], text)
