"""Each rule finds its kind of text, and good texts break none."""

from collections.abc import Callable

import pandas as pd
import pytest
from dataquarry import Settings
from dataquarry.tools.auditing.base import Audited
from dataquarry.tools.auditing.text_rules import RULES, language, poor_texts

GOOD = [
    f"The {thing} that we bought in the shop was good, and it is not for the kitchen only {k}."
    for k, thing in enumerate(["lamp", "chair", "table", "kettle", "radio", "mirror"] * 5)
]
POOR = {
    "no-words": "12345 67890 1111 2222 3333 44",
    "symbols": "hello @@@### big $$$$ new %%%% world ^^^^ &&&& **** ((((",
    "repetition": "buy now cheap " * 20,
    "boilerplate": "Please enable JavaScript. All rights reserved.",
    "language": "Das ist nicht gut und ich möchte es auch nicht mit dem Zug zurück auf den Weg.",
    "short": "ok",
}


@pytest.mark.parametrize("name", POOR)
def test_a_poor_text_is_found_by_its_rule(name: str, settings: Settings) -> None:
    frame = pd.DataFrame({"review": [*GOOD, POOR[name]]})
    found = poor_texts(Audited(frame, None, settings))
    assert [group.id for group in found] == [f"text-{name}:review"]
    assert found[0].examples[0].row == 30
    assert found[0].affected == 1
    assert not found[0].recommended


def test_good_texts_break_no_rule(settings: Settings) -> None:
    assert poor_texts(Audited(pd.DataFrame({"review": GOOD}), None, settings)) == []


def test_a_table_of_several_languages_is_noted_and_kept(settings: Settings) -> None:
    frame = pd.DataFrame({"review": GOOD + [POOR["language"] + str(k) for k in range(15)]})
    audited = Audited(frame, None, settings)
    assert poor_texts(audited) == []
    assert "several languages: en" in audited.notes[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the cat is on the mat and it was not for you", "en"),
        ("der Hund und die Katze sind nicht auf dem Sofa", "de"),
        ("Это просто текст", "cyrillic"),
        ("これはテキストです", "japanese"),
        ("kettle lamp", None),
    ],
)
def test_languages(text: str, name: str | None) -> None:
    assert language(text, text.lower().split()) == name


def test_rules_have_distinct_names() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)


def test_every_rule_is_silent_on_an_empty_text() -> None:
    broken: list[Callable[[str, list[str]], bool]] = [rule.broken for rule in RULES]
    assert not any(test("", []) for test in broken)
