import json

import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import NotApplicable, ToolError
from dataquarry.tools.operations import parse_operation
from dataquarry.tools.operations.synthetic import AppendSyntheticRows
from dataquarry.tools.synthesis import propose_synthesis
from dataquarry.tools.tables import parquet_bytes
from hypothesis import given, settings
from hypothesis import strategies as st


def customers(rows: int = 300, seed: int = 0) -> pd.DataFrame:
    """Return a table with a column of every kind, two of them related."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, rows)
    income = np.round(age * 300 + rng.normal(0, 2_000, rows), 2)
    region = pd.Series(rng.choice(["north", "south", "east"], rows, p=[0.6, 0.3, 0.1]))
    frame = pd.DataFrame(
        {
            "customer_id": np.arange(1, rows + 1),
            "code": [f"K{n:04d}" for n in range(rows)],
            "age": age,
            "income": income,
            "region": region.astype("category"),
            "churn": income + rng.normal(0, 3_000, rows) < 15_000,
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), "D"),
            "visits": pd.array(rng.integers(0, 9, rows), dtype="Int64"),
            "country": "NL",
        }
    )
    frame.loc[rng.random(rows) < 0.2, "income"] = np.nan
    frame.loc[rng.random(rows) < 0.1, "visits"] = pd.NA
    frame.loc[rng.random(rows) < 0.15, "joined"] = pd.NaT
    return frame


def added(frame: pd.DataFrame, count: int, **fields: object) -> pd.DataFrame:
    """Return only the synthetic rows, without their mark."""
    after = AppendSyntheticRows(count=count, **fields).apply(frame)
    return after.iloc[len(frame) :].drop(columns="is_synthetic").reset_index(drop=True)


@pytest.mark.parametrize("mode", ["fidelity", "private"])
def test_rows_are_added_below_and_marked(mode: str) -> None:
    frame = customers()
    before = frame.copy()
    after = AppendSyntheticRows(count=120, mode=mode, target="churn").apply(frame)

    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(after.iloc[:300].drop(columns="is_synthetic"), frame)
    assert after["is_synthetic"].tolist() == [False] * 300 + [True] * 120
    assert after["is_synthetic"].dtype == bool
    assert dict(after.dtypes.drop("is_synthetic")) == dict(frame.dtypes)


@pytest.mark.parametrize("mode", ["fidelity", "private"])
def test_the_same_seed_gives_the_same_bytes_also_after_json(mode: str) -> None:
    frame = customers()
    operation = AppendSyntheticRows(count=50, seed=7, mode=mode, target="churn")
    again = parse_operation(json.loads(operation.model_dump_json()))
    other = operation.model_copy(update={"seed": 8})

    assert parquet_bytes(operation.apply(frame)) == parquet_bytes(again.apply(frame))
    assert parquet_bytes(operation.apply(frame)) != parquet_bytes(other.apply(frame))


@pytest.mark.parametrize("mode", ["fidelity", "private"])
def test_missing_rates_stay(mode: str) -> None:
    frame = customers(2_000)
    made = added(frame, 2_000, mode=mode)

    gaps = (made.isna().mean() - frame.isna().mean()).abs()
    assert gaps.max() < 0.02


def test_relations_stay() -> None:
    frame = customers(1_000)
    made = added(frame, 1_000, target="churn")

    assert made["age"].corr(made["income"]) == pytest.approx(
        frame["age"].corr(frame["income"]), abs=0.05
    )
    assert made["churn"].mean() == pytest.approx(frame["churn"].mean(), abs=0.03)


def test_ids_are_fresh_and_constants_stay() -> None:
    frame = customers()
    made = added(frame, 5)

    assert made["customer_id"].tolist() == [301, 302, 303, 304, 305]
    assert made["code"].tolist() == ["K0300", "K0301", "K0302", "K0303", "K0304"]
    assert made["country"].unique().tolist() == ["NL"]


def test_private_rows_are_no_copies_and_dates_stay_whole_days() -> None:
    frame = customers(500)
    made = added(frame, 500, mode="private")
    names = ["age", "income", "region", "churn", "joined", "visits", "country"]

    assert made[names].astype(str).merge(frame[names].astype(str).drop_duplicates()).empty
    assert (made["joined"].dropna() == made["joined"].dropna().dt.normalize()).all()
    assert not set(made["income"].dropna()) <= set(frame["income"].dropna())


def test_private_mode_says_when_only_copies_can_be_made() -> None:
    frame = pd.DataFrame({"a": ["x", "y"] * 15, "b": ["x", "y"] * 15})
    frame = pd.concat([frame, pd.DataFrame({"a": ["z"], "b": ["z"]})], ignore_index=True)
    assert len(added(frame, 10, mode="private")) == 10  # each row is shared by many

    rare = pd.DataFrame({"a": [f"v {n}" for n in range(40)]})
    with pytest.raises(ToolError, match="too few different rows for the private mode"):
        added(rare, 10, mode="private")


def test_a_second_helping_learns_from_real_rows_only() -> None:
    frame = customers()
    first = AppendSyntheticRows(count=50, seed=1).apply(frame)
    second = AppendSyntheticRows(count=50, seed=1).apply(first)

    assert len(second) == 400
    assert second["is_synthetic"].sum() == 100
    pd.testing.assert_frame_equal(
        second.iloc[350:].reset_index(drop=True), first.iloc[300:].reset_index(drop=True)
    )


def test_private_mode_leaves_sentences_empty() -> None:
    frame = customers()
    frame["note"] = [f"called on day {n} about the bill" for n in range(300)]

    assert added(frame, 10, mode="private")["note"].isna().all()
    assert set(added(frame, 10)["note"]) <= set(frame["note"])


cells = st.one_of(st.none(), st.integers(-5, 5), st.floats(-1e6, 1e6, allow_nan=False))


@settings(max_examples=25, deadline=None)
@given(
    number=st.lists(cells, min_size=30, max_size=60),
    words=st.lists(st.sampled_from(["a", "b", "c d", None]), min_size=60, max_size=60),
    flags=st.lists(st.booleans(), min_size=60, max_size=60),
    count=st.integers(1, 90),
    seed=st.integers(0, 2**31 - 1),
)
def test_any_table_keeps_its_form(
    number: list[float | None], words: list[str | None], flags: list[bool], count: int, seed: int
) -> None:
    rows = len(number)
    frame = pd.DataFrame(
        {
            "number": pd.Series(number, dtype="float64"),
            "word": pd.Series(words[:rows], dtype="object"),
            "flag": flags[:rows],
            "whole": np.arange(rows) % 7,
        }
    )
    made = added(frame, count, seed=seed)

    assert len(made) == count
    assert dict(made.dtypes) == dict(frame.dtypes)
    for name in ("number", "whole"):
        assert made[name].dropna().between(frame[name].min(), frame[name].max()).all()
    assert set(made["word"].dropna()) <= set(frame["word"].dropna())


def test_the_proposal_carries_report_preview_and_one_operation() -> None:
    frame = customers(400)
    proposal = propose_synthesis(frame, 500, target="churn", asked=500)
    group = proposal.groups[0]

    assert group.affected == 100
    assert len(group.examples) == 5
    assert group.examples[0].row == 400
    assert "is_synthetic=True" in (group.examples[0].after or "")
    assert group.recommended
    assert group.facts["quality"]["verdict"] == "PASS"
    assert group.evidence.startswith("PASS: all measures are within their limits.")
    assert len(group.operations[0].apply(frame)) == 500
    assert "anonym" not in proposal.model_dump_json().lower()
    assert not propose_synthesis(frame, 500, target="churn").groups[0].recommended


def test_nothing_to_do_and_too_few_rows() -> None:
    with pytest.raises(NotApplicable, match="already has 300 rows"):
        propose_synthesis(customers(), 300)
    with pytest.raises(NotApplicable, match="29 real rows are too few"):
        propose_synthesis(customers(29), 100)


def test_a_taken_name_gets_a_number() -> None:
    frame = customers().assign(is_synthetic="no")
    after = propose_synthesis(frame, 310).groups[0].operations[0].apply(frame)

    assert after["is_synthetic_2"].sum() == 10
