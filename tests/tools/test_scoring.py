import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import NotApplicable
from dataquarry.tools.encoder import FrameEncoder
from dataquarry.tools.scoring import (
    check_target,
    metric_value,
    score,
    split_frame,
    split_rows,
    task_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st


@given(st.integers(4, 500), st.integers(0, 10), st.integers(1, 5))
def test_split_holds_out_a_quarter_of_each_class_and_no_row_twice(rows, seed, classes):
    labels = np.arange(rows) % classes
    train, test = split_rows(rows, seed, labels)
    assert sorted([*train, *test]) == list(range(rows))
    for label in range(classes):
        expected = round((labels == label).sum() / 4)
        assert (labels[test] == label).sum() == expected
    again = split_rows(rows, seed, labels)
    assert np.array_equal(test, again[1])


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["yes", "no"], "classification"),
        ([True, False], "classification"),
        ([0, 1, 1, 2], "classification"),
        ([1.0, 2.0, None], "classification"),
        ([0.5, 1.5], "regression"),
        (list(range(50)), "regression"),
        (pd.to_datetime(["2020-01-01", "2021-01-01"]), "regression"),
    ],
)
def test_task_follows_the_values(values, task):
    assert task_of(pd.Series(values)) == task


def test_targets_that_cannot_be_scored_say_why():
    with pytest.raises(NotApplicable, match="needs 30"):
        check_target(pd.Series(range(29), name="y"), "regression")
    with pytest.raises(NotApplicable, match="one value only"):
        check_target(pd.Series(["a"] * 40, name="y"), "classification")
    with pytest.raises(NotApplicable, match="no second class"):
        check_target(pd.Series([f"v{i}" for i in range(40)], name="y"), "classification")


def test_encoder_takes_any_mixed_frame_and_unknown_values():
    frame = pd.DataFrame(
        {
            "number": [1.0, None, np.inf, 2.0],
            "word": ["a", "b", "a", None],
            "when": pd.to_datetime(["2020-01-01", None, "2020-01-03", "2020-01-04"]),
            "flag": [True, False, None, True],
            "text": ["never", "comes", "twice", "here"],
            "list": [[1], [1], [2], None],
            "size": pd.Categorical(["s", "l", "s", "m"], ["s", "m", "l"], ordered=True),
        }
    )
    encoder = FrameEncoder().fit(frame)
    assert "text" not in encoder.kept_
    new = frame.assign(word=["z", "a", "b", "b"], size=["s", "xl", "m", "l"])
    encoded = pd.DataFrame(encoder.transform(new), columns=encoder.kept_)
    assert encoded["word"].isna().tolist() == [True, False, False, False]
    assert encoded["size"].tolist()[0::2] == [0.0, 1.0]
    assert np.isnan(encoded["number"][2])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=4, max_size=40))
def test_area_agrees_with_scikit_learn(pairs):
    from sklearn.metrics import roc_auc_score

    truth = np.array([str(one) for one, _ in pairs], dtype=object)
    given_to_true = np.array([value / 5 for _, value in pairs])
    if len(set(truth)) < 2:
        return
    predicted = np.column_stack([1 - given_to_true, given_to_true])
    found = metric_value("classification", truth, predicted, ("False", "True"))
    assert found == pytest.approx(roc_auc_score(truth == "True", given_to_true))


def test_score_is_the_same_again_and_finds_what_is_there():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"x": random.normal(size=300), "c": random.choice(list("ab"), 300)})
    frame["y"] = frame["x"] * 2 + (frame["c"] == "a")
    train, test = split_frame(frame, "y", 0)
    first = score(frame.iloc[train], frame.iloc[test], "y")
    assert first.metric == "r2"
    assert first.value > 0.9
    assert score(frame.iloc[train], frame.iloc[test], "y").value == first.value


@pytest.mark.parametrize("rare", [1, 2, 3])
def test_a_class_of_few_rows_is_scored_all_the_same(rare):
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"x": random.normal(size=12_000)})
    frame["y"] = np.where(frame["x"] > 0, "up", "down")
    frame.loc[: rare - 1, "y"] = "rare"
    train, test = split_frame(frame, "y", 0)
    assert score(frame.iloc[train], frame.iloc[test], "y").value > 0.4
