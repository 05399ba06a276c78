"""What a model says of columns: used in words, and in no decision."""

import json

import pandas as pd
import pytest
from dataquarry import NotApplicable, Settings
from dataquarry.agent.model import ScriptedModel
from dataquarry.agent.tool_model import ToolModel
from dataquarry.retrieval.demand import Demand
from dataquarry.tools.base import Work
from dataquarry.tools.clean import clean
from dataquarry.tools.load import keep_frame
from dataquarry.tools.meanings import cited_meanings, column_meanings
from dataquarry.tools.name_columns import name_columns
from dataquarry.tools.notes import Note


def at_work(settings: Settings, *meanings: tuple[str, str]) -> Work:
    work = Work(settings=settings, demand=Demand(text="Where are the shops?"))
    frame = pd.DataFrame({"town": [" Ulm", "Bonn"] * 30, "wt": ["3", "?"] * 30})
    work.table = keep_frame(work.store, frame, "shops")
    answer = {"columns": [{"column": c, "meaning": m} for c, m in meanings]}
    work.model = ToolModel(ScriptedModel([json.dumps(answer)]))
    return work


def test_meanings_are_kept_and_explain_groups_but_decide_nothing(settings: Settings) -> None:
    work = at_work(settings, ("Town", "where <b> it is"), ("WT", "weight in kg"), ("zip", "none"))

    result = name_columns.run(work, {})

    assert result.data["meanings"] == {"town": "where (b) it is", "wt": "weight in kg"}
    work.facts["name_columns"] = result.data
    assert cited_meanings(work)["wt"] == "the language model says: weight in kg"
    assert column_meanings(work) == {}
    group = clean.propose(work, {}).group("spaces:town")
    assert group.evidence.endswith("Of town, the language model says: where (b) it is")


def test_a_note_goes_before_the_model_and_is_not_asked_again(settings: Settings) -> None:
    work = at_work(settings, ("wt", "weight"))
    work.notes = (Note(name="shops.txt", text="town: the town of the shop\n"),)
    work.facts["name_columns"] = {"meanings": {"town": "a guess"}}

    name_columns.run(work, {})

    assert cited_meanings(work)["town"].startswith("shops.txt says: ")
    assert isinstance(work.model, ToolModel)
    question = work.model.model.asked[0][-1].content  # type: ignore[attr-defined]
    assert "<data>wt</data>" in question
    assert "<data>town" not in question


def test_without_a_model_it_does_not_apply(settings: Settings) -> None:
    work = at_work(settings)
    work.model = None
    with pytest.raises(NotApplicable, match="no language model"):
        name_columns.run(work, {})
