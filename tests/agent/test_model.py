"""ScriptedModel: a real model that replays."""

import pytest
from dataquarry.agent.model import Message, ModelError, Reply, ScriptedModel, ToolCall


def test_it_replays_in_order_and_keeps_what_it_was_asked() -> None:
    model = ScriptedModel(["first", Reply(call=ToolCall(name="search"), finish="tool")])
    question = [Message(role="user", content="hello")]
    assert model.reply(question).text == "first"
    assert model.reply(question).call == ToolCall(name="search")
    assert model.asked == [question, question]


def test_an_empty_script_is_an_error_not_an_empty_answer() -> None:
    with pytest.raises(ModelError, match="no more replies"):
        ScriptedModel([]).reply([Message(role="user", content="hello")])
