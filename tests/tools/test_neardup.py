"""Near-duplicates are the pairs above a threshold of exact likeness, whatever the sketch says."""

import numpy as np
import pytest
from dataquarry.tools.neardup import GRAM, NearDuplicates, near_duplicates
from hypothesis import given, settings
from hypothesis import strategies as st

SENTENCE = "the quick brown fox jumps over the lazy dog near the old river bank"


def pairs(found: NearDuplicates) -> set[tuple[int, int]]:
    return set(zip(found.left.tolist(), found.right.tolist(), strict=True))


def jaccard(first: str, second: str) -> float:
    one, two = (
        {text[k : k + GRAM] for k in range(max(len(text) - GRAM + 1, 1))}
        for text in (first.ljust(GRAM), second.ljust(GRAM))
    )
    return len(one & two) / len(one | two)


def test_case_punctuation_and_a_changed_word_do_not_hide_a_copy() -> None:
    texts = [SENTENCE, "something else that has nothing to do with it", SENTENCE.upper() + "!!"]
    texts.append(SENTENCE.replace("lazy", "sleepy"))
    assert pairs(near_duplicates(texts)) == {(0, 2), (0, 3), (2, 3)}


def test_texts_without_letters_are_never_alike() -> None:
    assert pairs(near_duplicates(["", "  ", "!?", "", "ab", "AB."])) == {(4, 5)}
    assert pairs(near_duplicates([])) == set()


@settings(max_examples=25)
@given(st.lists(st.text("abcd ", max_size=30), max_size=12))
def test_every_pair_found_is_as_alike_as_it_says(texts: list[str]) -> None:
    found = near_duplicates(texts)
    plain = [" ".join(text.split()) for text in texts]
    for i, j, likeness in zip(found.left, found.right, found.likeness, strict=True):
        assert i < j
        assert likeness >= 0.7
        assert likeness == pytest.approx(jaccard(plain[i], plain[j]))


def test_pairs_well_above_the_threshold_are_hardly_ever_missed() -> None:
    random = np.random.default_rng(0)
    words = ["".join(random.choice(list("abcdefghij"), 6)) for _ in range(500)]
    texts = [" ".join(random.choice(words, 30)) for _ in range(300)]
    copies = [text[:-7] + " changed" for text in texts]
    found = pairs(near_duplicates(texts + copies))
    assert len(found & {(k, 300 + k) for k in range(300)}) >= 297
    assert all(j - i == 300 for i, j in found)


def test_later_copies_resemble_a_text_that_is_kept() -> None:
    found = NearDuplicates(np.array([0, 1, 3]), np.array([1, 2, 4]), np.ones(3))
    # 2 resembles only 1, which goes, so it stays.
    assert found.later_copies() == [1, 4]
