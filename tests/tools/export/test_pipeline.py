"""features.skops gives new rows the columns that the recipe gives."""

import numpy as np
import pandas as pd
import pytest
import skops.io
from dataquarry.errors import ToolError
from dataquarry.tools.export.pipeline import TRUSTED, pipeline_of, read_pipeline, write_pipeline
from dataquarry.tools.features.base import training_rows
from dataquarry.tools.features.categories import fit_mean
from dataquarry.tools.features.linear import fit_sum
from dataquarry.tools.operations.feature_numeric import AddPair
from dataquarry.tools.operations.rows import DropDuplicateRows
from dataquarry.tools.operations.values import FillMissing
from dataquarry.tools.recipe import Recipe
from dataquarry.tools.tables import Change, Origin
from hypothesis import given, settings
from hypothesis import strategies as st


def make_frame(rows=80, seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "a": random.normal(5, 2, rows),
            "b": random.uniform(1, 2, rows),
            "kind": random.choice(["x", "y", "z"], rows),
        }
    )
    frame.loc[::7, "a"] = np.nan
    return frame.assign(y=frame["b"] * 2)


def make_recipe():
    training = training_rows(make_frame(), "y", "regression")
    steps = [
        [DropDuplicateRows()],
        [FillMissing(column="a", value=5.0)],
        [AddPair(name="a_per_b", left="a", right="b", how="ratio")],
        [
            fit_mean(training, ["kind"], "mean_of_kind"),
            fit_sum(training, ["a", "b"], ["kind"], "weighted_sum"),
        ],
    ]
    words = {"tool": "features", "rule": "r", "evidence": "e", "unit": "rows", "decided_by": "me"}
    changes = [
        Change(group=f"g:{place}", title="t", affected=1, operations=operations, **words)
        for place, operations in enumerate(steps)
    ]
    origin = Origin(kind="frame", name="f")
    return Recipe(origin=origin, source_data="0", result_data="1", changes=changes)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    write_pipeline(make_recipe(), folder)
    return read_pipeline(folder / "features.skops")


cells = st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")))
rows = st.tuples(cells, cells, st.sampled_from(["x", "y", "new", None]))


@settings(max_examples=30, deadline=None)
@given(st.lists(rows, min_size=1, max_size=5, unique_by=repr))
def test_new_rows_get_the_columns_of_the_recipe(loaded, found):
    frame = pd.DataFrame(found, columns=["a", "b", "kind"])
    pd.testing.assert_frame_equal(
        loaded.transform(frame).reset_index(drop=True),
        make_recipe().replay(frame.drop_duplicates()).reset_index(drop=True),
    )


def test_steps_that_drop_rows_are_left_out(loaded):
    twice = pd.concat([make_frame().head(2)] * 2).drop(columns="y")
    assert len(loaded.transform(twice)) == 4
    assert [name for name, _ in pipeline_of(make_recipe()).steps] == ["1 g:1", "2 g:2", "3 g:3"]


def test_the_only_foreign_type_is_the_one_that_is_named(tmp_path):
    write_pipeline(make_recipe(), tmp_path)
    assert skops.io.get_untrusted_types(file=tmp_path / "features.skops") == TRUSTED


def test_a_missing_column_is_named(loaded):
    with pytest.raises(ToolError, match="no column 'kind'"):
        loaded.transform(make_frame().drop(columns=["kind", "y"]))
