"""Figures of ranked lists, and the paired bootstrap."""

import numpy as np
import pytest
from dataquarry.evals.relevance import figures, mean, paired_bootstrap
from hypothesis import given
from hypothesis import strategies as st


def test_the_four_figures_of_a_list_by_hand():
    # Relevant at ranks 2 and 6, and one that no list can hold.
    found = figures(["x", "a", "y", "z", "w", "b"], {"a", "b"}, missing=1)
    assert found == pytest.approx([1 / 5, 1 / 3, (1 / 2 + 2 / 6) / 3, 1 / 2])


def test_a_list_without_anything_relevant_scores_nothing():
    assert figures(["x", "y"], {"a"}) == [0, 0, 0, 0]


def test_a_query_without_anything_relevant_has_no_figures():
    with pytest.raises(ValueError, match="nothing is relevant"):
        figures(["x"], set())


@given(st.permutations(list("abcdefgh")), st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_figures_are_shares_and_only_a_perfect_list_has_a_map_of_1(ranked, relevant):
    values = figures(ranked, relevant)
    assert all(0 <= value <= 1 + 1e-9 for value in values)
    perfect = set(ranked[: len(relevant)]) == relevant
    assert (values[2] == pytest.approx(1)) == perfect


def test_the_bootstrap_tells_a_steady_gain_from_noise():
    rng = np.random.default_rng(0)
    theirs = rng.uniform(0, 80, size=(60, 4))
    steady = paired_bootstrap(theirs + 10, theirs)["MRR"]
    assert (steady["gain"], steady["low"], steady["high"], steady["p"]) == (10, 10, 10, 0)
    noisy = paired_bootstrap(theirs + rng.normal(0, 20, size=theirs.shape), theirs)["MRR"]
    assert noisy["low"] < 0 < noisy["high"]
    assert noisy["p"] > 0.05
    assert paired_bootstrap(theirs, theirs)["MRR"]["p"] == 1


def test_the_mean_is_by_figure():
    assert mean(np.array([[0.0, 10, 20, 30], [10, 30, 40, 50]])) == {
        "P@5": 5, "R@5": 20, "MAP": 30, "MRR": 40,
    }  # fmt: skip
