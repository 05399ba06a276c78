"""The search finds what is there, and nothing where nothing is."""

import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import NotApplicable
from dataquarry.tools.features.arithmetic import pair
from dataquarry.tools.features.base import Candidate, training_rows
from dataquarry.tools.features.categories import fit_mean
from dataquarry.tools.features.judge import Judge
from dataquarry.tools.features.propose import propose_features, propose_for_training
from dataquarry.tools.proposals import apply_groups, approve_recommended
from dataquarry.tools.scoring import score, split_frame

RATIOS = {"arithmetic:a_per_b", "arithmetic:b_per_a"}


def ratio_frame(rows=480, seed=0):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(random.uniform(1, 2, size=(rows, 3)), columns=["a", "b", "c"])
    return frame.assign(y=np.sin(9 * frame["a"] / frame["b"]) + random.normal(0, 0.05, rows))


def noise_frame(seed, rows=300):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(random.normal(size=(rows, 4)), columns=list("abcd"))
    return frame.assign(
        many=random.integers(0, 150, rows).astype(str),
        few=random.choice(list("xyz"), rows),
        y=random.normal(size=rows),
    )


of_one_proposal = pytest.mark.xdist_group("ratio proposal")


@pytest.fixture(scope="module")
def ratio_proposal():
    return propose_features(ratio_frame(), "y", seed=0)


@of_one_proposal
def test_a_planted_ratio_is_found_and_helps_on_rows_held_out(ratio_proposal):
    frame, proposal = ratio_frame(), ratio_proposal
    assert RATIOS & {group.id for group in proposal.groups}
    train, test = split_frame(frame, "y", 0)
    after = apply_groups(frame, proposal, approve_recommended(proposal, "test"))
    raw = score(frame.iloc[train], frame.iloc[test], "y").value
    assert score(after.iloc[train], after.iloc[test], "y").value > raw


@of_one_proposal
def test_a_group_says_what_was_measured(ratio_proposal):
    group = next(group for group in ratio_proposal.groups if group.id in RATIOS)
    assert "divided by" in group.title
    assert group.facts["gain"] > group.facts["gain_error"] > 0
    assert group.facts["fitted_on_rows"] == 360
    assert group.unit == "columns"
    assert "±" in group.evidence
    assert "no target" in group.facts["leakage"]


@pytest.mark.slow
@of_one_proposal
def test_the_held_out_rows_do_not_matter(ratio_proposal):
    frame = ratio_frame()
    _, test = split_frame(frame, "y", 0)
    changed = frame.copy()
    changed.loc[test, "y"] = -100.0
    second = propose_features(changed, "y", seed=0)
    assert [g.operations for g in ratio_proposal.groups] == [g.operations for g in second.groups]


@pytest.mark.parametrize("seed", range(2))
def test_noise_gives_no_feature_and_a_reason(seed):
    proposal = propose_features(noise_frame(seed), "y", seed=seed)
    assert proposal.groups == []
    assert "error" in proposal.notes[-1]


def test_the_luck_of_the_best_of_hundreds_is_not_believed():
    """Judged on the rows they were chosen on, such features look good."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(random.normal(size=(150, 30)), columns=[f"v{i}" for i in range(30)])
    frame["y"] = random.normal(size=150)
    proposal = propose_features(frame, "y", seed=0)
    assert proposal.groups == []


def test_a_number_against_its_group_is_found():
    random = np.random.default_rng(0)
    group = random.integers(0, 12, 400)
    x = random.normal(0, 3, 12)[group] + random.normal(size=400)
    own = x - pd.Series(x).groupby(group).transform("mean").to_numpy()
    frame = pd.DataFrame({"x": x, "group": [f"g{k}" for k in group], "n": random.normal(size=400)})
    frame["y"] = own + random.normal(0, 0.2, 400)
    train, test = split_frame(frame, "y", 0)
    proposal = propose_features(frame, "y", seed=0, seconds=5)
    after = apply_groups(frame, proposal, approve_recommended(proposal, "test"))
    raw = score(frame.iloc[train], frame.iloc[test], "y").value
    assert score(after.iloc[train], after.iloc[test], "y").value > raw + 0.1


def test_a_target_mean_of_noise_gains_nothing_within_its_error():
    """A mean fitted on all rows would look very good here; fitted in the fold it cannot."""
    frame = noise_frame(1)

    def fit(training):
        return [fit_mean(training, ["many"], "leak")]

    candidate = Candidate("planted:leak", "planted", "leak", fit, learns=True)
    training = training_rows(frame, "y", "regression")
    gain = Judge(training, seed=0, repeats=2).gain([candidate])
    assert gain.share < gain.error
    outside = fit(training)[0].apply(frame)
    assert abs(np.corrcoef(outside["leak"], outside["y"])[0, 1]) > 0.3


def test_a_column_that_tells_the_target_is_named():
    frame = ratio_frame(200)
    frame["copy"] = frame["y"] * 2 + 1
    notes = propose_features(frame, "y", seconds=1).notes
    assert [n for n in notes if n.startswith("Look at 'copy': alone it tells the target")]


@pytest.mark.parametrize("model", ["linear", "lightgbm", "xgboost"])
@pytest.mark.parametrize("classes", [False, True])
def test_other_models_judge_a_product_that_they_cannot_see(model, classes):
    if model != "linear":
        pytest.importorskip(model)
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.uniform(-1, 1, size=(400, 2)), columns=["a", "b"])
    frame["y"] = frame["a"] * frame["b"]
    if classes:
        frame["y"] = np.where(frame["y"] > 0, "same", "other")
    training = training_rows(frame, "y", "classification" if classes else "regression")
    gain = Judge(training, seed=0, model=model, folds=3).gain([pair("a", "b", "product")])
    assert gain.share > max(0.1, gain.error)


def test_too_few_rows_do_not_apply():
    with pytest.raises(NotApplicable, match="needs 30"):
        propose_features(ratio_frame(20), "y")


@pytest.mark.parametrize("rare", [1, 2, 3])
def test_a_class_of_few_rows_does_not_break_the_search(rare):
    frame = ratio_frame(200)
    frame["y"] = np.where(frame["y"] > 1, "high", "low")
    frame.loc[: rare - 1, "y"] = "rare"
    assert propose_features(frame, "y", seed=0, seconds=2).tool == "features"


@pytest.mark.parametrize("seed", [0, 1])
def test_a_second_class_that_a_fold_does_not_show_does_not_break_the_search(seed):
    frame = ratio_frame(60)
    frame["y"] = "usual"
    frame.loc[:3, "y"] = "rare"
    assert propose_features(frame, "y", seed=seed, seconds=1).tool == "features"


def test_a_few_rows_with_a_target_left_to_search_do_not_apply():
    frame = ratio_frame(12)
    training = training_rows(frame, "y", "regression")
    with pytest.raises(NotApplicable, match="12 rows are left"):
        propose_for_training(frame, training, 0, 1.0, lambda message, share=None: None)
