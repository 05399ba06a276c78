"""BM25 scores with words that count more and less."""

import numpy as np
import pytest
from dataquarry.retrieval.lexical import Lexical

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
