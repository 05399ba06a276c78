"""A recipe survives its file, names what does not fit, and does what was approved."""

import json

import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.operations.rows import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.recipe import Recipe, read_recipe, recipe_of
from dataquarry.tools.tables import Change, Origin, TableStore, parquet_bytes
from hypothesis import given
from hypothesis import strategies as st

text = st.text(max_size=20).filter(lambda s: "\ud800" not in s)
operations = st.lists(
    st.one_of(
        st.builds(DropDuplicateRows),
        st.builds(DropRowsMissing, column=text),
    ),
    max_size=3,
)
changes = st.builds(
    Change,
    tool=text,
    group=text,
    title=text,
    rule=text,
    evidence=text,
    affected=st.integers(0, 9),
    unit=st.sampled_from(["cells", "rows"]),
    decided_by=text,
    edited=st.booleans(),
    operations=operations,
)
recipes = st.builds(
    Recipe,
    origin=st.builds(Origin, kind=st.just("file"), name=text, sha256=st.none()),
    source_data=st.just("0" * 64),
    result_data=st.just("1" * 64),
    target=st.none() | text,
    changes=st.lists(changes, max_size=3),
)


def make_change(*operations):
    return Change(
        tool="clean",
        group="g",
        title="Drop rows without age",
        rule="r",
        evidence="e",
        affected=1,
        unit="rows",
        decided_by="me",
        operations=list(operations),
    )


@given(recipes)
def test_a_recipe_survives_json(recipe):
    again = Recipe.model_validate_json(recipe.model_dump_json())
    assert again == recipe
    assert [type(o) for o in again.operations] == [type(o) for o in recipe.operations]


def test_the_recipe_of_a_table_makes_it_again(tmp_path):
    store = TableStore(tmp_path)
    source = store.put(pd.DataFrame({"age": [1.0, None, 1.0]}), origin=Origin(kind="f", name="n"))
    operations = [DropRowsMissing(column="age"), DropDuplicateRows()]
    frame = store.frame(source)
    table = source
    for operation in operations:
        frame = operation.apply(frame)
        table = store.put(frame, parent=table, changes=[make_change(operation)])
    recipe = recipe_of(store, table, target="age")
    assert (recipe.source_data, recipe.result_data) == (source.data, table.data)
    again = recipe.replay(store.frame(source))
    assert parquet_bytes(again) == store.path(table).read_bytes()


def test_progress_is_told_in_shares_of_the_changes():
    recipe = Recipe(
        origin=Origin(kind="frame", name="n"),
        source_data="",
        result_data="",
        changes=[make_change(), make_change()],
    )
    told = []
    recipe.replay(pd.DataFrame({"x": [1]}), lambda title, share: told.append((title, share)))
    assert told == [("Drop rows without age", 0.0), ("Drop rows without age", 0.5)]


def test_a_table_that_does_not_fit_is_told_with_the_step():
    recipe = Recipe(
        origin=Origin(kind="frame", name="n"),
        source_data="",
        result_data="",
        changes=[make_change(DropRowsMissing(column="age"))],
    )
    with pytest.raises(ToolError, match="'Drop rows without age': The table has no column 'age'"):
        recipe.replay(pd.DataFrame({"years": [1]}))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No recipe file"),
        ("not json", "not JSON"),
        ("{}", "is not a recipe: origin: Field required"),
        (
            json.dumps({"changes": [{"operations": [{"op": "launch"}]}]}),
            "holds a step this version cannot do: Unknown operation 'launch'",
        ),
    ],
)
def test_a_file_that_is_no_recipe_is_refused(tmp_path, content, reason):
    path = tmp_path / "recipe.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ToolError, match=reason):
        read_recipe(path)
