"""Cells are followed back through every kind of operation to the row they came from."""

import pandas as pd
import pytest
from dataquarry import ToolError
from dataquarry.tools.operations.base import Operation
from dataquarry.tools.operations.feature_missing import AddMissingCount
from dataquarry.tools.operations.rows import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.operations.types import ParseNumbers
from dataquarry.tools.operations.values import FillMissing, ReplaceValues, TrimText
from dataquarry.tools.tracing import trace_cell
from hypothesis import given
from hypothesis import strategies as st

FRAME = pd.DataFrame(
    {
        "city": ["Ulm", "Ulm", None, " Bnn", "Bonn"],
        "age": ["4", "4", "5", "x", "7"],
    }
).astype("str")

STEPS: list[Operation] = [
    DropDuplicateRows(),
    TrimText(column="city"),
    ReplaceValues(column="city", mapping={"Bnn": "Bonn"}),
    ParseNumbers(column="age"),
    DropRowsMissing(column="city"),
    FillMissing(column="age", value=6),
    AddMissingCount(name="gaps", columns=["city", "age"]),
]


def test_a_cell_tells_of_each_write_and_of_its_source_row() -> None:
    trace = trace_cell(FRAME, STEPS, 1, "city")
    assert trace.source_row == 3
    assert [(w.place, w.before, w.after) for w in trace.writes] == [
        (1, " Bnn", "Bnn"),
        (2, "Bnn", "Bonn"),
    ]
    assert trace.writes[1].operation == STEPS[2].sentence()


def test_a_cell_that_lost_its_value_and_was_filled_tells_both() -> None:
    trace = trace_cell(FRAME, STEPS, 1, "age")
    assert [(w.place, w.before, w.after) for w in trace.writes] == [(3, "x", None), (5, None, "6")]


def test_an_untouched_cell_has_no_writes_and_a_new_column_was_made() -> None:
    assert trace_cell(FRAME, STEPS, 0, "city").writes == []
    trace = trace_cell(FRAME, STEPS, 2, "gaps")
    assert [w.made for w in trace.writes] == [True]
    assert trace.source_row == 4


def test_a_cell_that_is_not_there_is_refused() -> None:
    with pytest.raises(ToolError, match="no cell 'land'"):
        trace_cell(FRAME, STEPS, 0, "land")
    with pytest.raises(ToolError, match="has 3 rows"):
        trace_cell(FRAME, STEPS, 9, "city")


@given(st.lists(st.sampled_from(STEPS[:6]), max_size=6), st.data())
def test_writes_lead_from_the_source_to_the_cell(
    steps: list[Operation], data: st.DataObject
) -> None:
    result = FRAME
    for step in steps:
        result = step.apply(result)
    row = data.draw(st.integers(0, len(result) - 1))
    trace = trace_cell(FRAME, steps, row, "city")
    assert trace.source_row is not None
    value = FRAME["city"].iloc[trace.source_row]
    value = None if pd.isna(value) else value
    for write in trace.writes:
        assert write.before == value
        value = write.after
    assert value == trace.value
