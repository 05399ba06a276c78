"""A teacher that answers from a script through the real model protocol."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from dataquarry.agent.model import Reply, ScriptedModel
from dataquarry.agent.tool_model import ToolModel
from dataquarry.tools.textsynth.tasks import TextTask
from dataquarry.tools.textsynth.teacher import Budget, Purse

Ask = Callable[..., Purse]


def rows(*found: dict[str, Any]) -> Reply:
    """Return a reply that holds rows."""
    text = json.dumps({"rows": list(found)})
    return Reply(text=text, prompt_tokens=100, completion_tokens=len(text) // 4)


def labels(*found: str) -> Reply:
    """Return a reply that holds labels."""
    text = json.dumps({"labels": list(found)})
    return Reply(text=text, prompt_tokens=50, completion_tokens=10)


@pytest.fixture
def purse(tmp_path: Path) -> Ask:
    """Make a purse whose teacher replays replies; the script is its `teacher.model`."""

    def make(replies: Iterable[Reply | str], **budget: Any) -> Purse:
        teacher = ToolModel(ScriptedModel(replies))
        return Purse(teacher, Budget(**budget), tmp_path / "replies.sqlite")

    return make


@pytest.fixture
def task() -> TextTask:
    return TextTask(
        kind="classification", about="Mails to a shop", labels={"praise": "", "complaint": ""}
    )
