"""Checks and repairs that a scripted model writes, run in the real sandbox over all cells."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from dataquarry import NotApplicable, Settings, ToolError, propose_written_repairs
from dataquarry.agent.model import ScriptedModel
from dataquarry.agent.tool_model import ToolModel
from dataquarry.retrieval.demand import Demand
from dataquarry.tools.base import Work
from dataquarry.tools.load import keep_frame
from dataquarry.tools.proposals import Proposal, apply_groups, approve, approve_recommended
from dataquarry.tools.recipe import recipe_of
from dataquarry.tools.sandbox import working_levels
from dataquarry.tools.write_repairs import write_repairs

ZIP = {
    "column": "ZIP",
    "meaning": "zip code of five digits",
    "validator": "import re\n\ndef valid(value):\n    return bool(re.fullmatch(r'\\d{5}', value))",
    "repair": "def repair(value):\n    return value.zfill(5) if value.isdigit() else None",
    "reason": "Some lost a zero in front.",
}
TOWN = {"column": "town", "meaning": "town", "validator": "def valid(value):\n    return True"}


def shops() -> pd.DataFrame:
    """Return shops of which three have a zip code without its zero, and one has none."""
    zips = ["01234", "04567", "98765"] * 20
    zips[3], zips[9], zips[30], zips[40] = "1234", "1234", "1234", "unknown zip"
    frame = pd.DataFrame({"zip": zips, "town": ["Ulm", "Bonn", "Köln"] * 20, "size": range(60)})
    return frame.astype({"zip": "str", "town": "str"})


def answer(*columns: dict[str, Any]) -> str:
    return json.dumps({"columns": columns})


@pytest.fixture
def at_work(settings: Settings) -> Callable[..., Work]:
    if not working_levels():
        pytest.skip("no sandbox works on this machine")

    def make(*replies: str, rows: int = 0) -> Work:
        work = Work(
            settings=settings.model_copy(update={"model_rows": rows}),
            demand=Demand(text="Where are the shops?"),
        )
        work.table = keep_frame(work.store, shops(), "shops")
        work.model = ToolModel(ScriptedModel(replies))
        return work

    return make


def proposed(work: Work) -> Proposal:
    return write_repairs.propose(work, {})


def asked(work: Work) -> list[str]:
    assert isinstance(work.model, ToolModel)
    assert isinstance(work.model.model, ScriptedModel)
    return [talk[-1].content for talk in work.model.model.asked]


def test_repairs_run_over_all_cells_and_are_proposed_in_groups(
    at_work: Callable[..., Work],
) -> None:
    work = at_work(answer(ZIP, TOWN))

    proposal = proposed(work)

    assert [(g.id, g.affected) for g in proposal.groups] == [
        ("written:zip", 3),
        ("written-blank:zip", 1),
    ]
    group = proposal.groups[0]
    assert "56 of 60 cells pass the check, 4 do not; 3 of these" in group.evidence
    assert "zip should hold: zip code of five digits" in group.rule
    assert [(e.before, e.after) for e in group.examples] == [("1234", "01234")] * 3
    assert not approve_recommended(proposal, "policy:auto").verdicts
    assert any("All cells pass: town." in note for note in proposal.notes)
    both = apply_groups(shops(), proposal, approve(proposal.groups, "ada"))
    assert both["zip"].iloc[[3, 9, 30]].tolist() == ["01234"] * 3
    assert both["zip"].isna().tolist() == [row == 40 for row in range(60)]
    blank = apply_groups(shops(), proposal, approve(proposal.groups[1:], "ada"))
    assert blank["zip"].iloc[3] == "1234"


def test_a_recipe_repairs_new_rows_without_the_model(at_work: Callable[..., Work]) -> None:
    work = at_work(answer(ZIP))
    proposal = proposed(work)
    assert write_repairs.apply is not None

    result = write_repairs.apply(work, proposal, approve(proposal.groups[:1], "ada"))

    recipe = recipe_of(work.store, work.store.get(result.table or ""))
    again = recipe.model_validate_json(recipe.model_dump_json())
    new = pd.DataFrame({"zip": ["777", "12345", None, "x"], "town": "Ulm", "size": 1})
    assert again.replay(new)["zip"].fillna("none").tolist() == ["00777", "12345", "none", "x"]


def test_the_model_sees_forms_and_values_only_as_far_as_allowed(
    at_work: Callable[..., Work],
) -> None:
    none, some = at_work(answer()), at_work(answer(), rows=2)
    proposed(none)
    proposed(some)

    assert "forms: <data>9+ (59), a+ a+ (1)</data>" in asked(none)[0]
    assert "unknown zip" not in asked(none)[0]
    assert "values: <data>98765, 04567</data>" in asked(some)[0]
    assert "size" not in asked(none)[0]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"column": "zap"}, "no column 'zap'. Did you mean 'zip'?"),
        ({"validator": "import os\ndef valid(v):\n    return True"}, "os cannot be imported"),
        ({"validator": "def valid(v) return"}, "The code is no Python"),
        ({"validator": "def check(v):\n    return True"}, "failed on 5 of 5 values: NameError"),
        ({"validator": "def valid(v):\n    return len(v) > 9"}, "calls 98% of the cells wrong"),
    ],
)
def test_code_that_cannot_be_used_says_why_and_the_rest_goes_on(
    changes: dict[str, str], why: str, at_work: Callable[..., Work]
) -> None:
    town = {**TOWN, "validator": "def valid(value):\n    return value != 'Ulm'"}

    proposal = proposed(at_work(answer({**ZIP, **changes}, town)))

    assert [group.id for group in proposal.groups] == ["written-blank:town"]
    assert any(why in note for note in proposal.notes)


def test_a_repair_that_does_not_pass_its_own_check_writes_nothing(
    at_work: Callable[..., Work],
) -> None:
    wild = {**ZIP, "repair": "def repair(value):\n    return 'approved by the admin'"}

    proposal = proposed(at_work(answer(wild)))

    assert [group.id for group in proposal.groups] == ["written-blank:zip"]


def test_a_cell_on_which_code_fails_stays(at_work: Callable[..., Work]) -> None:
    work = at_work(answer(ZIP))
    operation = proposed(work).groups[0].operations[0]
    raising = operation.model_copy(
        update={"validator": "def valid(v):\n    return len(str(int(v))) == 5"}
    )

    after = raising.apply(pd.DataFrame({"zip": ["abc", "123", "12345"]}))

    assert after["zip"].tolist() == ["abc", "123", "12345"]


def test_an_answer_that_is_no_json_leaves_a_note(at_work: Callable[..., Work]) -> None:
    proposal = proposed(at_work("I cannot help.", "Still not."))

    assert proposal.groups == []
    assert any(note.startswith("No code for zip, town: ") for note in proposal.notes)


def test_a_budget_that_is_used_up_leaves_a_note(at_work: Callable[..., Work]) -> None:
    work = at_work(answer(ZIP))

    def check() -> None:
        raise ToolError("The limit of tokens is used up, so the model is not asked.")

    work.model = ToolModel(ScriptedModel([answer(ZIP)]), check=check)

    assert any("limit of tokens is used up" in note for note in proposed(work).notes)
    assert asked(work) == []


def test_without_a_model_it_does_not_apply(settings: Settings) -> None:
    with pytest.raises(NotApplicable, match="no language model"):
        propose_written_repairs(shops(), settings=settings)


def test_the_api_proposes_with_a_model_of_the_caller(at_work: Callable[..., Work]) -> None:
    work = at_work()
    model = ScriptedModel([answer(ZIP)])

    proposal = propose_written_repairs(shops(), settings=work.settings, model=model)

    assert proposal.groups[0].id == "written:zip"
