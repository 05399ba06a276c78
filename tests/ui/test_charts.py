import re

import pandas as pd
from dataquarry.ui.charts import MAX_BARS, column_chart
from hypothesis import given
from hypothesis import strategies as st


def bars(page: str) -> list[int]:
    return [int(n.replace(",", "")) for n in re.findall(r"dq-number'>([\d,]+)<", page)]


@given(
    st.lists(st.one_of(st.none(), st.floats(allow_nan=False, width=32)), min_size=1, max_size=60)
)
def test_every_finite_number_is_in_one_bar(values: list[float | None]) -> None:
    column = pd.Series(values, dtype="float64")
    finite = column[column.abs() != float("inf")].dropna()
    page = column_chart(pd.DataFrame({"a": column}), "a")
    if column.nunique() > MAX_BARS:
        assert sum(bars(page)) == len(finite)
    else:
        assert sum(bars(page)) == column.notna().sum()


def test_rare_values_are_taken_together() -> None:
    frame = pd.DataFrame({"a": [f"v{n}" for n in range(40)] + ["often"] * 5})
    page = column_chart(frame, "a")
    assert "all others" in page
    assert sum(bars(page)) == 45


def test_bars_are_split_by_the_classes_of_the_target() -> None:
    frame = pd.DataFrame({"sex": ["f", "f", "m", "m"], "survived": [1, 1, 0, 1]})
    page = column_chart(frame, "sex", "survived")
    assert "Colored by survived" in page
    assert "width:50.00%" in page


def test_names_are_text() -> None:
    page = column_chart(pd.DataFrame({"<i>": ["<b>x</b>", None]}), "<i>")
    assert "<b>x" not in page
    assert "1 cells are missing" in page
