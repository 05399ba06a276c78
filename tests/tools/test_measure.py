import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import NotApplicable
from dataquarry.retrieval.demand import Demand
from dataquarry.settings import Settings
from dataquarry.tools.base import Work
from dataquarry.tools.holdout import split_origin
from dataquarry.tools.measure import measure
from dataquarry.tools.operations import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.operations.feature_numeric import AddPair
from dataquarry.tools.scoring import split_rows
from dataquarry.tools.tables import Change, Origin


def _change(operation):
    return Change(
        tool="clean",
        group="g",
        title="t",
        rule="r",
        evidence="e",
        affected=1,
        unit="rows",
        decided_by="test",
        operations=[operation],
    )


@pytest.fixture
def work(tmp_path):
    return Work(settings=Settings(home=tmp_path), demand=Demand(text="anything"))


def _load(work, frame, *operations):
    table = work.store.put(frame, origin=Origin(kind="frame", name="test"))
    for operation in operations:
        frame = operation.apply(frame)
        table = work.store.put(frame, parent=table, changes=[_change(operation)])
    work.table, work.target = table, "y"


def _ratio_frame(rows=400):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.uniform(0.3, 1, size=(rows, 2)), columns=["a", "b"])
    return frame.assign(y=frame["a"] / frame["b"] + random.normal(0, 0.05, rows))


def test_a_feature_that_helps_is_better(work):
    _load(work, _ratio_frame(2000), AddPair(name="a_per_b", left="a", right="b", how="ratio"))
    result = measure.run(work, {})
    assert result.data["verdict"] == "better"
    assert result.data["difference"] > 2 * result.data["error"] > 0
    assert result.data["rows"] == 500
    assert result.summary.startswith("The preparation helps")


def test_an_unchanged_table_is_equal(work):
    _load(work, _ratio_frame())
    data = measure.run(work, {}).data
    assert (data["verdict"], data["difference"], data["error"]) == ("equal", 0.0, 0.0)


def test_dropping_rows_is_scored_on_the_same_rows_and_harm_is_said(work):
    frame = _ratio_frame()
    random = np.random.default_rng(1)
    frame["gap"] = np.where((frame["b"] < 0.6) | (random.random(400) < 0.3), np.nan, 1.0)
    _load(work, frame, DropRowsMissing(column="gap"))
    result = measure.run(work, {})
    assert result.data["rows"] == 100
    assert result.data["train_rows_prepared"] < result.data["train_rows_raw"] == 300
    assert result.data["verdict"] == "worse"
    assert result.summary.startswith("The preparation makes it worse")


def test_held_out_rows_are_the_same_originals():
    frame = _ratio_frame(200).assign(number=range(200))
    frame.loc[::7, "y"] = np.nan
    doubled = pd.concat([frame, frame.iloc[:40]], ignore_index=True)
    split = split_origin(doubled, [DropDuplicateRows(), DropRowsMissing(column="y")], "y", 3)
    known = doubled[doubled["y"].notna()].reset_index(drop=True)
    _, test = split_rows(len(known), 3)
    assert split.test["number"].tolist() == known["number"].iloc[test].tolist()
    assert split.raw_test["number"].tolist() == split.test["number"].tolist()
    assert split.raw_train["number"].duplicated().any()
    assert not split.train["number"].duplicated().any()


def test_without_a_target_it_does_not_apply(work):
    _load(work, _ratio_frame())
    work.target = None
    with pytest.raises(NotApplicable, match="no target"):
        measure.run(work, {})


def test_too_few_rows_do_not_apply(work):
    _load(work, _ratio_frame(20))
    with pytest.raises(NotApplicable, match="needs 30"):
        measure.run(work, {})
