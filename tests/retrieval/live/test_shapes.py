"""Answers of another shape than documented: told or passed over, and never a crash."""

import json
from collections.abc import Callable

import pytest
from dataquarry import Settings
from dataquarry.errors import ToolError
from dataquarry.retrieval.live import SOURCES
from dataquarry.retrieval.live.base import LiveQuery
from dataquarry.retrieval.live.client import Client
from dataquarry.retrieval.live.fields import (
    address,
    day,
    doi,
    languages,
    number,
    stated_license,
    text,
    texts,
)
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from .replay import Play, Replay, play_everything
from .test_sources import DEMAND

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
DEEPEST = 6


def replaced(data: object, depth: int, value: object) -> object:
    """Return JSON with everything at a depth replaced by a value."""
    if depth == 0:
        return value
    if isinstance(data, dict):
        return {key: replaced(inner, depth - 1, value) for key, inner in data.items()}
    if isinstance(data, list):
        return [replaced(inner, depth - 1, value) for inner in data]
    return data


def misshape(replay: Replay, change: Callable[[object], object]) -> None:
    """Change every answer that is played."""
    play_everything(replay)
    for path, plays in list(replay.plays.items()):
        replay.on(path, Play.json(change(json.loads(plays[0].body)), plays[0].status))


@pytest.mark.parametrize("name", SOURCES)
def test_no_shape_of_an_answer_is_a_crash(name, live: Settings, replay: Replay):
    settings = live.model_copy(
        update={
            "live_cache_hours": 0.0,
            "kaggle_username": "anna",
            "kaggle_key": SecretStr("k"),
            "croissant_urls": f"{replay.url}/croissant.json",
        }
    )
    (source,) = SOURCES[name](settings)
    client = Client(settings)
    faults = 0
    for depth in range(DEEPEST):
        for value in (7, [None, 7], {"x": [{}]}):
            misshape(replay, lambda data, d=depth, v=value: replaced(data, d, v))
            try:
                for record in source.search(LiveQuery.of(DEMAND), 5, client):
                    assert record.id.startswith(f"{name}:")
            except ToolError:
                faults += 1
    assert faults, "an answer that is no object or list at all is told"


@given(ANYTHING)
def test_no_value_is_a_crash(value):
    assert isinstance(text(value), str)
    assert all(isinstance(item, str) and item for item in texts(value))
    assert number(value) is None or number(value) >= 0
    assert address(value) is None or str(address(value)).lower().startswith("http")
    assert doi(value) is None or str(doi(value)).startswith("10.")
    assert day(value) is None or str(day(value))[:4].isdigit()
    assert all(len(code) == 2 for code in languages(value))
    assert stated_license(value, value).basis in ("stated", "unknown")


@pytest.mark.parametrize(
    ("name", "url", "spdx"),
    [
        ("cc-by-4.0", None, "CC-BY-4.0"),
        ("Creative Commons Attribution 4.0 International", None, "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/", None, "CC-BY-NC-SA-3.0"),
        ("", "http://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("CC0: Public Domain", None, "CC0-1.0"),
        ("odc-by", None, "ODC-By-1.0"),
        ("mit", None, "MIT"),
        ("apache-2.0", None, "Apache-2.0"),
        ("MIT", None, "MIT"),
        ("", "https://spdx.org/licenses/PDDL-1.0.html", "PDDL-1.0"),
        ("other", None, None),
    ],
)
def test_licenses_are_recognized_by_name_and_address(name, url, spdx):
    found = stated_license(name, url)
    assert (found.spdx, found.basis) == (spdx, "stated")


@pytest.mark.parametrize("name", ["", None, "unknown", "Not specified", 7, []])
def test_no_license_is_not_made_up(name):
    assert stated_license(name).basis == "unknown"
