"""BM25 scores with words that count more and less."""

from collections import Counter

import numpy as np
import pytest
from dataquarry.retrieval.lexical import Lexical
from dataquarry.retrieval.text import stem, words

TEXTS = ["coffee prices and coffee", "prices of tea", "bees", "tea, tea and tea in a cup of coffee"]


def test_an_index_of_counts_scores_as_one_of_texts():
    built = Lexical.build(TEXTS)
    counted = [Counter(words(text)) for text in TEXTS]
    vocabulary = sorted({word for each in counted for word in each})
    found = [
        (place, text, each[word])
        for place, word in enumerate(vocabulary)
        for text, each in enumerate(counted)
        if word in each
    ]
    counts = tuple(np.array(part) for part in zip(*found, strict=True))
    lengths = np.array([sum(each.values()) for each in counted], dtype=np.float32)
    made = Lexical.of_counts(vocabulary, counts, lengths)
    for query in map(words, ("coffee", "tea prices", "bees unheard")):
        assert built.scores(query).any()
        assert made.scores(query) == pytest.approx(built.scores(query), abs=1e-5)


def test_holding_names_those_of_some_texts_that_have_a_word():
    index = Lexical.build(TEXTS)
    assert index.holding(stem("coffee"), [3, 1, 0]) == {0, 3}
    assert index.holding(stem("coffee"), [1, 2]) == frozenset()
    assert index.holding("unheard", [0]) == frozenset()


_TEXTS = ["songs of whales", "songs of birds", "prices of wine"]


def test_a_score_is_the_share_of_the_highest_possible():
    scores = Lexical.build(_TEXTS).scores(["song", "bird"])
    assert scores[1] == scores.max() <= 1
    assert scores[2] == 0
    assert Lexical.build(_TEXTS).scores([]).tolist() == [0, 0, 0]


def test_a_word_that_no_text_has_lowers_the_share():
    lexical = Lexical.build(_TEXTS)
    assert lexical.scores(["bird", "unicorn"])[1] < lexical.scores(["bird"])[1]


def test_stress_moves_the_score_to_the_texts_with_the_stressed_word():
    lexical = Lexical.build(_TEXTS)
    even = lexical.scores(["whal", "wine"])
    stressed = lexical.scores(["whal", "wine"], lambda stem: 1.0 if stem == "wine" else 0.1)
    assert stressed[2] > even[2]
    assert stressed[0] < even[0]
    assert np.allclose(lexical.scores(["whal", "wine"], lambda stem: 0.5), even)


def test_texts_from_elsewhere_are_scored_with_the_same_stress():
    lexical = Lexical.build(_TEXTS)
    scores = lexical.scores_of(
        ["whal", "wine"], ["whales", "wine"], lambda stem: float(stem == "wine")
    )
    assert scores[0] == 0
    assert scores[1] > 0
    assert lexical.weight("wine") == pytest.approx(lexical.weight("whal"))
