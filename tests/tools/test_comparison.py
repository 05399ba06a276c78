"""What changed is found by doing the operations again, and rows keep their numbers."""

import pandas as pd
from dataquarry.tools.comparison import apply_tracked, kept_rows
from dataquarry.tools.operations.base import Operation
from dataquarry.tools.operations.rows import DropDuplicateRows, DropRowsMissing
from hypothesis import given
from hypothesis import strategies as st

rows = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.sampled_from(["a", "b", None])),
    max_size=15,
)


def table(cells) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["x", "y"])
    return frame.astype({"x": "float64", "y": "str"})


class Double(Operation):
    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(x=frame["x"] * 2, z=1)


class KeepEnds(Operation):
    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[[0, -1]].assign(x=0.0).reset_index(drop=True)


@given(rows)
def test_dropped_rows_are_those_that_are_missing(cells) -> None:
    frame = table(cells)
    after, changes = apply_tracked(frame, [DropRowsMissing(column="x")])
    assert changes.dropped_rows == frame.index[frame["x"].isna()].tolist()
    assert (changes.dropped, changes.rows_after) == (len(changes.dropped_rows), len(after))
    assert (changes.changed, changes.added, changes.cells) == (0, 0, {})


@given(rows)
def test_dropped_rows_are_the_later_copies(cells) -> None:
    frame = table(cells)
    _, changes = apply_tracked(frame, [DropDuplicateRows()])
    assert changes.dropped_rows == frame.index[frame.duplicated()].tolist()


@given(rows)
def test_row_numbers_are_those_before_all_operations(cells) -> None:
    frame = table(cells)
    _, changes = apply_tracked(frame, [DropDuplicateRows(), DropRowsMissing(column="x"), Double()])
    expected = frame.drop_duplicates().dropna(subset="x")
    expected = expected[expected["x"] != 0]
    assert changes.changed_rows == expected.index.tolist()
    assert changes.cells.get("x", 0) == len(expected)
    assert changes.columns_added == ["z"]


def test_examples_show_before_and_after() -> None:
    _, changes = apply_tracked(table([(1, "a"), (None, "b")]), [Double()])
    assert [(e.row, e.column, e.before, e.after) for e in changes.examples] == [
        (0, "x", "1.0", "2.0")
    ]


def test_rows_that_cannot_be_followed_are_said_to_be_unknown() -> None:
    _, changes = apply_tracked(table([(1, "a"), (2, "b"), (3, "c")]), [KeepEnds()])
    assert changes.dropped == 1
    assert changes.dropped_rows is None


def test_cells_that_are_lists_can_be_followed() -> None:
    frame = pd.DataFrame({"x": [["a"], None, ["b"]]})
    kept = kept_rows(frame, frame.dropna().reset_index(drop=True))
    assert kept is not None
    assert kept.tolist() == [0, 2]
