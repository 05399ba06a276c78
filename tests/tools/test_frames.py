import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dataquarry import Settings, ToolError
from dataquarry.tools.frames import storable, unique_names
from dataquarry.tools.tables import TableStore, parquet_bytes
from hypothesis import HealthCheck, given
from hypothesis import settings as checks
from hypothesis import strategies as st

moments = st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.dates(),
    moments,
    st.timedeltas(dt.timedelta(days=-999), dt.timedelta(days=999)),
    st.complex_numbers(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.just(pd.NA),
    st.just(pd.NaT),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)
kinds = [
    st.integers(-5, 5),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(st.characters(), max_size=4),
    moments,
    cells,
]


@st.composite
def frames(draw: Any) -> pd.DataFrame:
    rows, width = draw(st.integers(0, 5)), draw(st.integers(1, 4))
    columns = []
    for _ in range(width):
        kind = draw(st.sampled_from(kinds))
        values = draw(st.lists(st.one_of(st.none(), kind), min_size=rows, max_size=rows))
        column = pd.Series(values, dtype=object)
        if draw(st.booleans()):
            column = column.infer_objects()
        columns.append(column)
    frame = pd.concat(columns, axis=1)
    name = st.one_of(st.text(max_size=2), st.integers(0, 3), st.none())
    frame.columns = pd.Index([draw(name) for _ in range(width)], dtype=object)
    return frame


@checks(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(frame=frames())
def test_stored_frames_come_back_and_storing_again_changes_nothing(
    settings: Settings, frame: pd.DataFrame
) -> None:
    before = frame.copy(deep=True)
    kept = storable(frame)
    pd.testing.assert_frame_equal(storable(kept), kept)
    store = TableStore(settings.tables_dir)
    pd.testing.assert_frame_equal(store.frame(store.put(kept)), kept)
    assert len(kept) == len(before)
    assert kept.columns.is_unique
    pd.testing.assert_index_equal(frame.columns, before.columns)


TYPES = {
    "category": pd.Categorical(["b", None, "a"], categories=["a", "b", "c"]),
    "numbers_as_categories": pd.Categorical([3, 1, 3]),
    "intervals": pd.cut([1, 2, 3], 2),
    "period": pd.period_range("2024-01", periods=3, freq="M"),
    "span": pd.to_timedelta([1, None, 3], unit="h"),
    "zone": pd.date_range("2024-01-01", periods=3, tz="Europe/Berlin"),
    "second": pd.date_range("2024-01-01", periods=3).as_unit("s"),
    "sparse": pd.arrays.SparseArray([0, 0, 1]),
    "half": np.array([1, 2, 3], dtype="float16"),
    "complex": np.array([1j, 2, 3]),
    "big": np.array([2**80, 1, None], dtype=object),
    "nullable": pd.array([1, None, 3], dtype="Int64"),
    "words": pd.array(["x", None, "y"], dtype="string"),
    "arrow": pd.array([1, None, 3], dtype="int64[pyarrow]"),
    "arrow_words": pd.array(["x", None, "y"], dtype="string[pyarrow]"),
    "mixed": np.array([1, "x", None], dtype=object),
    "lists": pd.Series([[1, 2], None, {"a": "ä"}]).array,
    "bytes": np.array([b"ab", b"\xff", None], dtype=object),
    "decimal": np.array([Decimal("1.5"), None, Decimal(2)], dtype=object),
    "dates": np.array([dt.date(2024, 1, 1), None, dt.date(1700, 1, 1)], dtype=object),
    "times": np.array([dt.time(1), None, dt.time(2)], dtype=object),
    "truth": np.array([True, None, False], dtype=object),
    "nothing": np.array([None, None, None], dtype=object),
    "surrogate": pd.Series(["\ud800", "x", None], dtype=object),
}


@pytest.mark.parametrize("name", TYPES)
def test_each_type(settings: Settings, name: str) -> None:
    kept = storable(pd.DataFrame({name: TYPES[name]}))
    store = TableStore(settings.tables_dir)
    pd.testing.assert_frame_equal(store.frame(store.put(kept)), kept)
    pd.testing.assert_frame_equal(storable(kept), kept)
    assert parquet_bytes(kept) == parquet_bytes(storable(kept))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("category", ["b", None, "a"]),
        ("numbers_as_categories", [3, 1, 3]),
        ("span", [3600.0, None, 10800.0]),
        ("big", [str(2**80), "1", None]),
        ("mixed", ["1", "x", None]),
        ("lists", ["[1, 2]", None, '{"a": "ä"}']),
        ("bytes", ["ab", "\\xff", None]),
        ("decimal", [1.5, None, 2.0]),
        ("truth", [True, None, False]),
        ("arrow", [1, None, 3]),
        ("surrogate", ["\\ud800", "x", None]),
    ],
)
def test_values_survive(name: str, values: list[Any]) -> None:
    kept = storable(pd.DataFrame({name: TYPES[name]}))[name]
    assert [None if pd.isna(cell) else cell for cell in kept] == values


def test_moments_with_a_zone_are_utc() -> None:
    kept = storable(pd.DataFrame({"zone": TYPES["zone"]}))["zone"]
    assert str(kept[0]) == "2023-12-31 23:00:00+00:00"


def test_names_become_distinct_text() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4, 5]], columns=["a", "a", "", 7, "a_2"])
    assert storable(frame).columns.tolist() == ["a", "a_3", "column_3", "7", "a_2"]
    assert unique_names(["x", "x", "x"]) == ["x", "x_2", "x_3"]


def test_levels_of_names_are_joined() -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("b", "")]))
    assert storable(frame).columns.tolist() == ["a_x", "b"]


def test_an_index_that_tells_something_becomes_a_column() -> None:
    frame = pd.DataFrame({"v": [1, 2]}, index=["x", "y"])
    assert storable(frame).columns.tolist() == ["index", "v"]
    assert storable(frame.rename_axis("key"))["key"].tolist() == ["x", "y"]
    assert storable(frame.reset_index(drop=True)[::-1])["v"].tolist() == [2, 1]
    assert storable(frame.rename_axis("v")).columns.tolist() == ["v", "v_2"]


def test_a_frame_without_columns_is_refused() -> None:
    with pytest.raises(ToolError, match="no columns"):
        storable(pd.DataFrame(index=[0, 1]))


@given(names=st.lists(st.sampled_from(["", " ", "a", "a_2", "column_1", "column_2"]), max_size=6))
def test_unique_names_are_unique_and_stable(names: list[str]) -> None:
    unique = unique_names(names)
    assert len(set(unique)) == len(names)
    assert unique_names(unique) == unique
