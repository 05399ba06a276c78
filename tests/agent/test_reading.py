"""Reading JSON out of model output."""

import json

import pytest
from dataquarry.agent.model import Message, ModelError, Reply, ScriptedModel
from dataquarry.agent.reading import ask
from dataquarry.tools.answers import read_json
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

JSON = st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text())
QUESTION = [Message(role="user", content="?")]


class Form(BaseModel):
    rows: int


@given(JSON, st.sampled_from(["{}", "```json\n{}\n```", "```\n{}\n```"]))
def test_plain_and_fenced_json_is_read(data: dict[str, object], frame: str) -> None:
    assert read_json(frame.replace("{}", json.dumps(data))) == data


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('Here you go: {"a": [1, 2,],} Enjoy!', {"a": [1, 2]}),
        ("no JSON at all", None),
        ("{'a': 1}", None),
        ("__import__('os')", None),
        ('{"a": 1', None),
        ("7", None),
    ],
)
def test_words_around_and_trailing_commas_are_forgiven_and_nothing_else(
    text: str, data: object
) -> None:
    assert read_json(text) == data


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    assert read_json(text) is None or isinstance(read_json(text), dict | list)


def test_a_wrong_answer_is_told_to_the_model_once() -> None:
    model = ScriptedModel(['{"rows": "many"}', '{"rows": 3}'])
    spent: list[Reply] = []
    assert ask(model, QUESTION, Form, spend=spent.append).rows == 3
    assert len(spent) == 2
    assert "rows: Input should be a valid integer" in model.asked[1][-1].content


def test_two_wrong_answers_are_an_error_that_says_what_was_wrong() -> None:
    model = ScriptedModel(["hello", Reply(text='{"rows": 1', finish="length"), '{"rows": 3}'])
    with pytest.raises(ModelError, match="the answer was cut"):
        ask(model, QUESTION, Form, spend=lambda _: None)
