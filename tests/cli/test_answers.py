"""`runs why` and `runs trace`."""

import json

import pandas as pd
import pytest
from dataquarry import Copilot, Settings
from dataquarry.cli.app import app
from typer.testing import CliRunner


@pytest.fixture
def run(settings: Settings) -> str:
    frame = pd.DataFrame({"age": range(40), "land": "[red]DE", "size": [1.5, None] * 20})
    return Copilot(settings).run("A table of people", input=frame).id


def say(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["runs", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_why_names_the_change_that_dropped_a_column(run: str) -> None:
    assert "The column 'land' was dropped by" in say("why", run, "land")
    answer = json.loads(say("why", run, "land", "--json"))
    assert answer["status"] == "dropped"
    assert answer["causes"][0]["decided_by"] == "policy:auto"


def test_trace_prints_events_or_spans(run: str) -> None:
    lines = [json.loads(line) for line in say("trace", run).splitlines()]
    assert lines[0]["type"] == "run_started"
    assert lines[-1]["type"] == "run_finished"
    trace = json.loads(say("trace", run, "--otlp"))
    assert trace["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["name"] == "run"
