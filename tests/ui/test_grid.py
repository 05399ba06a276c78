import pandas as pd
import pytest
from dataquarry import Settings
from dataquarry.tools.operations.rows import DropDuplicateRows
from dataquarry.tools.tables import Change, TableStore
from dataquarry.ui.grid import MAX_COLUMNS, MAX_ROWS, _surplus, compare, preview, table_views
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"name": ["Ann", "<b>Bob</b>", None], "age": [30.0, None, 41.5]})


def test_preview_escapes_cells_and_marks_the_target_and_missing_cells(frame: pd.DataFrame) -> None:
    page = preview(frame, target="age")
    assert "<b>Bob</b>" not in page
    assert "&lt;b&gt;Bob" in page
    assert page.count("dq-missing") == 2
    assert page.count("dq-tag") == 1
    assert "3 rows, 2 columns" in page


def test_preview_of_a_large_table_says_what_it_leaves_out() -> None:
    page = preview(pd.DataFrame({f"c{n}": range(200) for n in range(60)}))
    assert f"the first {MAX_ROWS} rows and the first {MAX_COLUMNS} columns" in page
    assert page.count("<tr>") == MAX_ROWS + 1


def test_changed_cells_are_shown_before_and_after(frame: pd.DataFrame) -> None:
    after = frame.assign(age=[30.0, 35.75, 41.5])
    page = compare(frame, after)
    assert "1 cell changed in 1 row." in page
    assert "<del>missing</del> <ins>35.75</ins>" in page


def test_a_changed_type_is_said(frame: pd.DataFrame) -> None:
    before = pd.DataFrame({"n": ["1", "2"]})
    page = compare(before, before.assign(n=[1, 2]))
    assert "str to int64" in page


def test_added_and_dropped_columns_are_named(frame: pd.DataFrame) -> None:
    page = compare(frame, frame.drop(columns="name").assign(old=[True, False, True]))
    assert "1 column dropped: <del>name</del>" in page
    assert "1 column added: <ins>old</ins>" in page
    assert "dq-new" in page


def test_dropped_rows_are_listed_with_their_place() -> None:
    before = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "x", "y"]})
    page = compare(before, before.iloc[[0, 2]])
    assert "1 row gone:" in page
    assert "<th scope='row'>1</th>" in page


@given(st.lists(st.integers(0, 3), max_size=20), st.data())
def test_rows_gone_are_exactly_the_surplus(values: list[int], data: st.DataObject) -> None:
    before = pd.DataFrame({"a": values})
    keep = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    after = before[pd.Series(keep, dtype=bool)]
    gone = _surplus(before, after, ["a"])
    left = before.drop(index=gone)
    assert sorted(left["a"]) == sorted(after["a"])
    assert _surplus(after, before, ["a"]) == []


def test_a_table_and_its_last_change_are_read_from_the_store(settings: Settings) -> None:
    store = TableStore(settings.tables_dir)
    frame = pd.DataFrame({"a": [1, 1]})
    first = store.put(frame)
    change = Change(
        tool="clean",
        group="duplicates",
        title="Drop <i>duplicates</i>",
        rule="",
        evidence="",
        affected=1,
        unit="rows",
        decided_by="person",
        operations=[DropDuplicateRows()],
    )
    second = store.put(frame.iloc[:1], parent=first, changes=[change])
    assert "Nothing was changed so far" in table_views(store, first, None)[1]
    shown = table_views(store, second, None)[1]
    assert "Drop &lt;i&gt;duplicates" in shown
    assert "1 row gone:" in shown
