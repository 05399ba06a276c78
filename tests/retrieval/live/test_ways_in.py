"""Live sources through the command line, a run, the chat's views and MCP."""

import json

import pandas as pd
import pytest
from dataquarry import Copilot, Settings, search
from dataquarry.cli.app import app
from dataquarry.errors import ToolError
from dataquarry.ui.look import look_at
from dataquarry.ui.mcp import AgentDesk
from dataquarry.ui.views import sources_view
from typer.testing import CliRunner

from .replay import Play, Replay

DEMAND = "hourly air quality of a harbor"
SHOWN = ("live_private_hosts", "live_deadline", "live_sources", "croissant_urls")


@pytest.fixture
def by_environment(both: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a test in the environment, where the command line reads them."""
    monkeypatch.setenv("DATAQUARRY_HOME", str(both.home))
    for name, value in both.model_dump().items():
        if (name.endswith(("_url", "_urls")) and "openai" not in name) or name in SHOWN:
            monkeypatch.setenv(f"DATAQUARRY_{name.upper()}", str(value))
    monkeypatch.setenv("DATAQUARRY_LIVE_SOURCES", "")
    return both


def call(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_search_stays_on_this_machine_without_the_switch(by_environment, replay):
    assert json.loads(call("search", DEMAND, "--json"))["sources"] == []
    assert not replay.asked


def test_search_live_shows_hits_and_every_source(by_environment, replay):
    replay.on("/api/records", Play(b"", 500))
    shown = call("search", DEMAND, "--live")
    assert "Live sources" in shown
    assert "Zenodo: failed, it answered 500 Internal Server Error." in " ".join(shown.split())
    answer = json.loads(call("search", DEMAND, "--live", "--json"))
    states = {state["source"]: state["state"] for state in answer["sources"]}
    assert states["zenodo"] == "failed"
    assert states["datacite"] == "cached"
    assert answer["hits"][0]["record"]["provenance"]["live"] is True


def test_the_switch_keeps_the_sources_that_are_set(by_environment, replay, monkeypatch):
    monkeypatch.setenv("DATAQUARRY_LIVE_SOURCES", "uci")
    for arguments, expected in ((["--live"], ["uci"]), ([], ["uci"]), (["--no-live"], [])):
        answer = json.loads(call("search", DEMAND, "--json", *arguments))
        assert [state["source"] for state in answer["sources"]] == expected


def test_doctor_names_who_is_on_and_who_answers(by_environment, replay, monkeypatch):
    checks = {check["name"]: check for check in json.loads(call("doctor", "--json"))}
    assert checks["Live sources"]["detail"] == "off: a search stays on this machine"
    monkeypatch.setenv("DATAQUARRY_LIVE_SOURCES", "uci,datacite")
    replay.on("/datacite/dois", Play(b"", 403))
    checks = {check["name"]: check for check in json.loads(call("doctor", "--json"))}
    assert checks["Live sources"]["state"] == "optional"
    assert "UCI Machine Learning Repository answer." in checks["Live sources"]["detail"]
    assert "DataCite: failed, it answered 403" in checks["Live sources"]["detail"]


def test_a_run_finds_fetches_and_documents_a_live_dataset(both: Settings, replay: Replay):
    replay.on("/openml/901.pq", Play(b"", 404))
    rows = range(120)
    values = {"time": rows, "wind": [n % 11 for n in rows], "pm10": [n % 7 for n in rows]}
    replay.on("/uci/777/data.csv", Play(pd.DataFrame(values).to_csv(index=False).encode()))
    settings = both.model_copy(update={"live_sources": "uci,datacite"})
    replay.on("/datacite/dois", Play(b"", 503))
    run = Copilot(settings).run(DEMAND)
    assert run.status == "done", run.outcome
    found = run.facts["load"]["record"]
    assert found["id"] == "uci:777"
    assert found["provenance"]["files"][0]["url"] == f"{replay.url}/uci/777/data.csv"
    page = sources_view(look_at(run))
    assert "UCI Machine Learning Repository: 1 dataset" in page
    assert "dq-warn'>failed</span>DataCite: failed, it answered 503" in page


def test_a_run_without_live_sources_shows_none(both: Settings):
    settings = both.model_copy(update={"live_sources": ""})
    frame = pd.DataFrame({"a": range(20)})
    assert sources_view(look_at(Copilot(settings).run("numbers", input=frame))) == ""


def test_python_and_mcp_tell_the_sources(both: Settings):
    settings = both.model_copy(update={"live_sources": "uci"})
    assert [state.source for state in search(DEMAND, settings=settings).sources] == ["uci"]
    told = AgentDesk(settings).search(DEMAND)["sources"]
    assert told == ["UCI Machine Learning Repository: 1 dataset from the cache."]


@pytest.mark.parametrize("name", ["/etc/hostname.json", "http://127.0.0.1:9/a", "zenodo:4242"])
def test_another_agent_opens_no_document_and_no_source_that_is_off(both: Settings, replay, name):
    settings = both.model_copy(update={"live_sources": "uci"})
    with pytest.raises(ToolError, match="is no hit of a search here"):
        AgentDesk(settings).propose("numbers", dataset=name)
    assert not replay.asked
