"""Labels by vote, likeness, quality, judging, found rows: the parts around the writing."""

import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from dataquarry.agent.model import Reply
from dataquarry.errors import NotApplicable
from dataquarry.tools.textsynth.checks import ClassifierCheck, judge_rows
from dataquarry.tools.textsynth.labeling import choose_labeled, label_texts
from dataquarry.tools.textsynth.language import is_other_language, main_language
from dataquarry.tools.textsynth.likeness import DEFAULT_LIMIT, Likeness
from dataquarry.tools.textsynth.quality import measure_texts
from dataquarry.tools.textsynth.sources import find_rows, take_rows
from dataquarry.tools.textsynth.tasks import TextTask, fault
from dataquarry.tools.textsynth.write import Texts, WrittenRow

from .conftest import Ask, labels


def test_labels_come_with_the_share_of_equal_answers(purse: Ask, task: TextTask) -> None:
    replies = [
        labels("praise", "praise", "nonsense"),
        labels("praise", "complaint", "nonsense"),
        labels("praise", "complaint"),
    ]
    labeled = label_texts(task, ["a lovely lamp", "a broken lamp", "lamp"], purse(replies))
    assert labeled.labels == ["praise", "complaint", None]
    assert labeled.confidence.tolist() == pytest.approx([1.0, 2 / 3, 0.0])


def test_rows_are_chosen_of_which_the_teacher_is_sure_and_the_student_is_not(
    purse: Ask, task: TextTask
) -> None:
    votes = [labels("praise", "praise", "complaint", "complaint")] * 2
    third = labels("praise", "praise", "complaint", "praise")
    labeled = label_texts(task, ["a", "b", "c", "d"], purse([*votes, third]))
    real = np.array([[-2.0, 0.0], [-1.5, 0.0], [2.0, 0.0], [1.5, 0.0]])
    known = ["praise", "praise", "complaint", "complaint"]
    vectors = np.array([[-3.0, 0.0], [-0.1, 0.0], [0.2, 0.0], [0.1, 0.0]])
    chosen = choose_labeled(labeled, vectors, 2, real=real, real_labels=known)
    assert chosen.tolist() == [1, 2]


def test_the_limit_of_likeness_is_that_of_real_texts() -> None:
    assert Likeness(["one text"]).limit == DEFAULT_LIMIT
    rng = np.random.default_rng(0)
    words = [f"w{n}ord" for n in range(400)]
    unlike = [" ".join(rng.choice(words, 8)) for _ in range(60)]
    alike = [f"please send the invoice number {n} to my office today" for n in range(60)]
    assert Likeness(unlike).limit < Likeness(alike).limit
    likeness = Likeness(unlike, ["the test asks about whales"])
    assert likeness.to_known("The test asks about whales!") > 0.8
    likeness.add("trains run late in winter")
    likeness.add("bread is baked at night")
    assert likeness.to_new("Trains run late in winter.") > 0.8
    assert Likeness(unlike, compare=False).to_known(unlike[0]) == 0


def test_languages_are_told_where_there_is_enough_to_tell() -> None:
    assert is_other_language("Wo bleibt denn eigentlich meine Bestellung?", "en")
    assert not is_other_language("Where on earth is the parcel I ordered?", "en")
    assert not is_other_language("Hallo", "en")
    assert main_language(["Wo bleibt meine neue Bestellung?", "Das Paket fehlt noch immer"]) == "de"
    assert main_language(["ok"]) is None


def test_a_classifier_doubts_a_label_that_does_not_fit(task: TextTask) -> None:
    def encode(found: list[str]) -> np.ndarray:
        return np.array([[t.count("good") - t.count("bad"), len(t) / 100] for t in found], float)

    real = [{"text": f"good number {n}", "label": "praise"} for n in range(6)]
    real += [{"text": f"bad number {n}", "label": "complaint"} for n in range(6)]
    check = ClassifierCheck(task, real, encode)
    rows = [{"text": "so good", "label": "praise"}, {"text": "so good", "label": "complaint"}]
    assert [bool(reason) for reason in check.faults(rows)] == [False, True]
    with pytest.raises(NotApplicable, match="4 real rows of every label"):
        ClassifierCheck(task, real[:8], encode)


def test_a_judgment_that_cannot_be_read_counts_as_nothing(purse: Ask) -> None:
    replies = [Reply(text='{"useful": 80}'), Reply(text="very"), Reply(text='{"useful": 400}')]
    assert judge_rows([{"a": 1}] * 3, "a task", purse(replies)) == [0.8, 0.0, 1.0]


def test_rows_are_found_across_datasets_and_only_fitting_ones_are_taken(task: TextTask) -> None:
    songs = pd.DataFrame({"words": [f"we sing about number {n} tonight" for n in range(5)]})
    shop = pd.DataFrame(
        {
            "body": [f"the lamp from the shop number {n} is fine" for n in range(5)],
            "tone": ["praise", "Praise", "other", "praise", "none"],
        }
    )
    found = find_rows({"songs": songs, "shop": shop}, "lamps of a shop", 5)
    assert [known.id.split("#")[0] for known in found] == ["shop"] * 5
    taken = take_rows(task, found, 4)
    assert {known.row["label"] for known in taken.rows} == {"praise"}
    assert all(known.row["text"] == shop["body"][int(known.id[5:])] for known in taken.rows)
    assert taken.unmet == ["1 of 4 rows", "any row with the label complaint"]


@pytest.mark.parametrize(
    ("kind", "more", "row", "reason"),
    [
        ("pair_classification", {}, ("Same text", "same  text!", "praise"), "both texts"),
        ("extraction", {}, ("In Bonn", [{"type": "praise", "value": "Rome"}]), "not in the text"),
        ("extraction", {}, ("In Bonn", [{"type": "city", "value": "Bonn"}]), "unknown type"),
        ("summarization", {}, ("Short text here", "A longer summary of it"), "not shorter"),
        ("retrieval", {}, ("All about Bonn", "about bonn"), "copied"),
        ("regression", {"rubric": "how kind"}, ("Hello there", 9), "outside of the scale"),
        ("instruction", {}, ("Add 1 and 2.", ""), "empty"),
    ],
)
def test_each_kind_has_its_own_faults(
    task: TextTask, kind: str, more: dict, row: tuple, reason: str
) -> None:
    data = {**task.model_dump(), "kind": kind, **more}
    made = TextTask.model_validate(data)
    assert reason in (fault(made, dict(zip(made.form.fields, row, strict=True)), None) or "")


def test_the_report_names_what_is_wrong(task: TextTask) -> None:
    rows = [{"text": "the same words again and again", "label": "praise"} for _ in range(9)]
    rows.append({"text": "another one", "label": "complaint"})
    texts = Texts(25, [WrittenRow(row, "p", "m") for row in rows], Counter({"it is late": 30}))
    real = [f"word{n} and other{n} with thing{n}" for n in range(10)]
    quality = measure_texts(task, texts, real)
    assert quality.verdict == "FAIL"
    assert "10 of 25 rows could be made" in quality.reasons
    said = " ".join(quality.reasons)
    assert "the labels are not even: from 1 to 9 rows" in said
    assert "less varied than the real ones" in said
    assert "75% of what was written" in said
    assert json.loads(quality.model_dump_json())["rejected"] == {"it is late": 30}
