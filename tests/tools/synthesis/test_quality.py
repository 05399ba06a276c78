import numpy as np
import pandas as pd
import pytest
from dataquarry.tools.synthesis import measure_quality
from dataquarry.tools.synthesis.columns import describe_columns
from dataquarry.tools.synthesis.generate import make_rows
from dataquarry.tools.synthesis.metrics import column_shapes, copies, two_sample_auc


@pytest.fixture(scope="module")
def parts() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return rows to learn from, hold-out rows, and rows made from the first."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(900, 3))
    frame = pd.DataFrame(x, columns=["a", "b", "c"]).round(4)
    frame["b"] = (frame["a"] + frame["b"] / 2).round(4)
    frame["y"] = np.where(frame["a"] + frame["c"] > 0, "yes", "no")
    train, holdout = (
        frame.iloc[:600].reset_index(drop=True),
        frame.iloc[600:].reset_index(drop=True),
    )
    return train, holdout, make_rows(train, 600, seed=0, mode="private", target="y")


def test_good_rows_pass(parts: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    quality = measure_quality(*parts, mode="private", target="y")

    assert quality.verdict == "PASS"
    assert quality.reasons == ["all measures are within their limits"]
    assert quality.copies == 0
    assert quality.tstr_ratio is not None
    assert quality.tstr_ratio > 0.95


def test_five_percent_of_planted_copies_fail(
    parts: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    train, holdout, made = parts
    planted = pd.concat([made.iloc[30:], train.sample(30, random_state=0)], ignore_index=True)
    quality = measure_quality(train, holdout, planted, mode="fidelity", target="y")

    assert quality.copies == pytest.approx(0.05)
    assert quality.verdict == "FAIL"
    assert any("copies of real rows" in reason for reason in quality.reasons)


def test_shuffled_columns_are_found_out(
    parts: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    train, holdout, _ = parts
    torn = pd.DataFrame(
        {n: train[n].sample(frac=1, random_state=i).to_numpy() for i, n in enumerate(train)}
    )
    quality = measure_quality(train, holdout, torn, mode="fidelity", target="y")

    assert quality.shape == pytest.approx(1.0)
    assert quality.verdict == "FAIL"
    assert quality.c2st is not None
    assert quality.c2st > 0.75
    assert any("loses" in reason for reason in quality.reasons)


def test_measures_of_equal_and_of_other_columns() -> None:
    real = pd.DataFrame({"n": range(100), "w": ["x", "y"] * 50})
    real["n"] = real["n"] % 50
    other = pd.DataFrame({"n": real["n"] + 1_000, "w": "x"})
    columns = describe_columns(real)

    assert column_shapes(real, real, columns) == {"n": 1.0, "w": 1.0}
    assert column_shapes(real, other, columns) == {"n": 0.0, "w": 0.5}
    assert copies(real, real, columns) == 1.0
    assert copies(real, other, columns) == 0.0
    assert two_sample_auc(real, other, columns) == 1.0
