import numpy as np
import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.select import METHODS, Rows, select_rows
from dataquarry.tools.select_coverage import weighted_shares
from hypothesis import given
from hypothesis import strategies as st


def groups(sizes: tuple[int, ...] = (300, 60, 12), seed: int = 0) -> Rows:
    """Return separate clouds of the given sizes, each one class."""
    rng = np.random.default_rng(seed)
    centers = 10 * np.eye(len(sizes), 8)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    vectors = (centers[labels] + rng.normal(size=(len(labels), 8))).astype(np.float32)
    return Rows(vectors, labels, targets=centers[-1:], scores=rng.random(len(labels)))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_keeps_the_budget_and_the_seed(method: str) -> None:
    rows = groups()
    for budget in (1, 2, 30, 372):
        chosen = select_rows(rows, budget, method, seed=4)
        assert len(chosen) == budget
        assert len(set(chosen.tolist())) == budget
        assert chosen.tolist() == sorted(chosen.tolist())
        assert chosen.tolist() == select_rows(rows, budget, method, seed=4).tolist()


@pytest.mark.parametrize("method", ["hierarchical", "density", "self_paced", "central"])
def test_rare_kinds_get_more_than_their_share(method: str) -> None:
    rows = groups()
    assert rows.labels is not None
    counts = np.mean(
        [(rows.labels[select_rows(rows, 30, method, seed=s)] == 2).sum() for s in range(5)]
    )
    assert counts > 1.5 * 30 * 12 / 372


def test_targets_and_scores_decide() -> None:
    rows = groups()
    assert rows.labels is not None
    assert rows.scores is not None
    assert set(rows.labels[select_rows(rows, 12, "similar")]) == {2}
    best = select_rows(rows, 5, "best")
    assert rows.scores[best].min() == np.sort(rows.scores)[-5]


def test_wrong_labels_are_hard_and_not_easy() -> None:
    rows = groups((200, 200))
    labels = np.array(rows.labels)
    wrong = np.random.default_rng(1).permutation(400)[:20]
    labels[wrong] = 1 - labels[wrong]
    flipped = Rows(rows.vectors, labels)

    assert np.isin(select_rows(flipped, 20, "hard"), wrong).mean() > 0.9
    assert not np.isin(select_rows(flipped, 100, "easy"), wrong).any()


def test_what_is_missing_is_named() -> None:
    rows = Rows(groups().vectors)
    with pytest.raises(ToolError, match="'hard' needs labels"):
        select_rows(rows, 3, "hard")
    with pytest.raises(ToolError, match="No method 'luck'"):
        select_rows(rows, 3, "luck")
    with pytest.raises(ToolError, match="between 1 and 372; it is 373"):
        select_rows(rows, 373, "random")


@given(
    sizes=st.lists(st.integers(0, 50), min_size=1, max_size=12),
    weights=st.lists(st.floats(1e-6, 1e6), min_size=12, max_size=12),
    budget=st.integers(0, 700),
)
def test_shares_add_up_and_fit(sizes: list[int], weights: list[float], budget: int) -> None:
    shares = weighted_shares(np.array(sizes), np.array(weights[: len(sizes)]), budget)

    assert sum(shares) == min(budget, sum(sizes))
    assert all(0 <= share <= size for share, size in zip(shares, sizes, strict=True))
