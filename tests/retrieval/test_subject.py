"""Reducing a sentence to what it asks."""

from dataquarry.retrieval.subject import Habits, learn_words, write_words
from hypothesis import given
from hypothesis import strategies as st

_FORMS = [("We propose a novel way to segment images", "segmentation images")] * 40


def test_words_that_keyphrases_keep_count_more_than_habits_of_speech():
    shares = learn_words(_FORMS)
    assert shares["imag"] > 0.8
    assert shares["novel"] < 0.02
    assert "unicorn" not in shares


def test_a_word_seen_too_seldom_is_not_counted():
    assert learn_words(_FORMS[:2]) == {}


def test_a_sentence_is_reduced_to_its_subject():
    habits = Habits.shipped()
    text = "We propose a novel framework for the segmentation of retinal images"
    assert habits.subject(text) == "segmentation retinal images"


def test_unknown_words_are_kept_and_never_is_everything_taken_away():
    habits = Habits(learn_words(_FORMS))
    assert habits.subject("novel zeppelins") == "zeppelins"
    assert habits.subject("a novel way") == "a novel way"


def test_habits_of_a_folder_are_read_and_else_those_of_the_package(tmp_path):
    write_words(tmp_path, {"whal": 0.01})
    assert Habits.read(str(tmp_path)).subject("whale songs") == "songs"
    assert Habits.read("none") == Habits.shipped()


@given(st.text(max_size=80))
def test_a_subject_is_made_of_the_words_of_the_text(text):
    found = Habits.shipped().subject(text)
    assert found == text or set(found.replace(" ", "")) <= set(text)


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_stress_is_a_share(stem):
    assert 0 <= Habits.shipped().stress(stem) <= 1
