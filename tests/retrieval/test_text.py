"""Words and stems."""

import pytest
from dataquarry.retrieval.text import stem, topic_words, words
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("passenger", "passengers"),
        ("study", "studies"),
        ("survive", "survived"),
        ("price", "prices"),
        ("stop", "stopping"),
        ("model", "modeling"),
        ("class", "classes"),
        ("branch", "branches"),
    ],
)
def test_forms_of_a_word_share_a_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["class", "status", "analysis", "bus", "gas", "species"])
def test_an_s_that_is_no_plural_ending_leaves_words_apart_from_others(word):
    assert stem(word)[:3] == word[:3]


def test_names_of_columns_fall_into_words():
    assert words("passengerClass years_married GDPGrowth") == [
        "passenger", "class", "year", "marri", "gdp", "growth",
    ]  # fmt: skip


def test_topic_words_tell_the_subject():
    assert topic_words("Predict the prices of houses, a table with many rows") == ["pric", "hous"]


@given(st.text(max_size=100))
def test_words_are_stems(text):
    assert all(word == word.lower() and word for word in words(text))
