import json

import numpy as np
import pandas as pd
import pytest
from dataquarry import Settings
from dataquarry.retrieval.demand import Demand
from dataquarry.tools.base import Work
from dataquarry.tools.load import keep_frame
from dataquarry.tools.profile import Profile, profile, profile_frame
from hypothesis import given
from hypothesis import settings as checks
from hypothesis import strategies as st

ROWS = 200


def one(values: object, name: str = "v") -> list[str]:
    return profile_frame(pd.DataFrame({name: values})).columns[0].warnings


def mixed() -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "n": random.normal(size=ROWS),
            "i": random.integers(0, 5, ROWS),
            "b": random.random(ROWS) < 0.5,
            "t": pd.date_range("2024-01-01", periods=ROWS),
            "c": random.choice(["x", "y"], ROWS),
            "w": [f"a rather long sentence that nobody repeats, number {i}" for i in range(ROWS)],
            "id": [f"A{i:05d}" for i in range(ROWS)],
            "row": np.arange(ROWS),
            "one": "same",
            "none": [None] * ROWS,
        }
    )


def test_kinds() -> None:
    kinds = {column.name: column.kind for column in profile_frame(mixed()).columns}
    assert kinds == {
        "n": "number",
        "i": "integer",
        "b": "boolean",
        "t": "date",
        "c": "category",
        "w": "text",
        "id": "id",
        "row": "id",
        "one": "constant",
        "none": "empty",
    }


def test_numbers_agree_with_pandas() -> None:
    frame = mixed()
    found, truth = profile_frame(frame).column("n"), frame["n"].describe()
    assert found.mean == pytest.approx(truth["mean"])
    assert found.deviation == pytest.approx(truth["std"])
    assert found.median == pytest.approx(truth["50%"])
    assert found.quantiles["0.25"] == pytest.approx(truth["25%"])
    assert found.minimum == f"{truth['min']:g}"


def test_counts() -> None:
    frame = pd.DataFrame({"a": ["x", "x", None, "y"], "b": [1, 1, 2, 3]})
    found = profile_frame(frame)
    assert (found.rows, found.duplicate_rows, found.missing_cells) == (4, 1, 1)
    assert (found.column("a").missing, found.column("a").missing_share) == (1, 0.25)
    assert [(top.value, top.rows) for top in found.column("a").top] == [("x", 2), ("y", 1)]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["a", "b ", "a"], "spaces around"),
        (["Ab", "ab", "cd"], "upper and lower case"),
        (["?", "a", "b"], "missing values as '?'"),
        (["1", "2.5", "?"], "numbers stored as text"),
        (["2024-01-02", "2024-03-04", "2024-05-06"], "dates stored as text"),
        (["1.2.2024", "3.4.24", "05.06.2024"], "dates stored as text"),
        ([1.0, 2.5, 3.0, 2.0, -999.0, -999.0, -999.0, 2.2], "missing values as -999"),
        ([None, None, 1.0, 2.0], "50% of the rows are missing"),
        ([7, 7, 7], "one value only"),
        ([None, None], "no values"),
    ],
)
def test_warnings_name_what_is_wrong(values: list[object], says: str) -> None:
    assert any(says in warning for warning in one(values))


@pytest.mark.parametrize(
    "values",
    [
        ["red", "green", "red"],
        ["007", "012", "100"],
        [1.5, 2.5, 3.5, 2.0],
        [-999.0, -998.0, -997.0, -999.0, -999.0],
    ],
)
def test_no_warning_where_nothing_is_wrong(values: list[object]) -> None:
    assert one(values) == []


def test_target_warnings() -> None:
    frame = mixed().assign(y=["a"] * 195 + ["b"] * 5)
    frame["copy"] = frame["y"].map({"a": 0, "b": 1})
    warnings = " ".join(profile_frame(frame, "y").warnings)
    assert "class b of y has 2.5% of the rows" in warnings
    assert "copy says the same as y" in warnings
    assert "n says the same" not in warnings


def test_candidates_say_why() -> None:
    frame = mixed().assign(target=["a", "b"] * 100)
    first = profile_frame(frame).candidates[0]
    assert first.name == "target"
    assert "it is named as targets are" in first.reasons


def test_markdown_has_a_row_for_each_column() -> None:
    found = profile_frame(pd.DataFrame({"a|b": ["x|y", "z\nq"], "n": [1, 2]}))
    lines = found.markdown().splitlines()
    assert lines[0].startswith("2 rows, 2 columns")
    assert any(line.startswith("| a\\|b | category |") for line in lines)


def test_odd_cells_and_infinities() -> None:
    frame = pd.DataFrame({"lists": [[1], {"a": 2}, [1]], "far": [np.inf, -np.inf, np.nan]})
    found = profile_frame(frame)
    assert found.column("lists").distinct == 2
    assert json.loads(found.model_dump_json())["columns"][1]["mean"] is None


def test_the_tool_returns_the_same_as_json(settings: Settings) -> None:
    work = Work(settings=settings, demand=Demand(text="x"))
    work.table = keep_frame(work.store, mixed(), "mixed")
    result = profile.run(work, {})
    assert Profile.model_validate(result.data) == profile_frame(work.frame)
    assert result.summary.startswith("200 rows, 10 columns")


cells = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.booleans())


@checks(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, st.floats(), st.text(max_size=2)), max_size=6))
def test_any_frame_has_a_profile(rows: list[tuple[object, float, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["mixed", "number", "word"])
    found = profile_frame(frame, "word")
    assert Profile.model_validate_json(found.model_dump_json()).rows == len(rows)
    assert found.markdown()
