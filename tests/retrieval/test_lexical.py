"""BM25 scores."""

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
