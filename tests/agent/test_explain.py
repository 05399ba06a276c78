"""Answers to "why?" and traces, from a real run."""

import json

import pandas as pd
import pytest
from dataquarry import Copilot, Settings, ToolError
from dataquarry.agent.explain import CellAnswer, changed_rows, why_column
from dataquarry.agent.gates import Answer, Gate
from dataquarry.agent.policy import auto
from dataquarry.agent.run import Run
from dataquarry.agent.traces import json_lines, otlp
from dataquarry.tools.proposals import approve

pytestmark = pytest.mark.xdist_group("explained run")  # all against one run

ROWS = 60


def table() -> pd.DataFrame:
    """Return a table with a constant, stray spaces, missing ages and three repeated rows."""
    frame = pd.DataFrame(
        {
            "city": [
                " Bonn" if row == 7 else ("Bonn" if row % 2 else "Ulm") for row in range(ROWS)
            ],
            "age": [None if row % 9 == 0 else float(20 + row % 31) for row in range(ROWS)],
            "land": "DE",
            "income": [round(1000 + 731.7 * row % 977, 1) for row in range(ROWS)],
            "bought": ["yes" if row % 3 else "no" for row in range(ROWS)],
        }
    )
    frame.loc[7, "city"] = " Bonn"
    return pd.concat([frame, frame.head(3)], ignore_index=True)


def cautious(gate: Gate) -> Answer:
    """Clean everything but missing values, and make no features."""
    if gate.proposal is None or gate.tool not in ("clean", "features"):
        return auto(gate)
    wanted = [g for g in gate.proposal.groups if "issing" not in g.title]
    return approve(wanted if gate.tool == "clean" else [], by="ada")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    copilot = Copilot(Settings(home=tmp_path_factory.mktemp("home")))
    return copilot.run("Predict bought", approve=cautious, input=table(), target="bought")


def step_of(run: Run, tool: str) -> str:
    return next(step.id for step in run.plan.steps if step.tool == tool)


def test_a_dropped_column_is_explained_by_its_decision(run: Run) -> None:
    answer = why_column(run, "land")
    assert answer.status == "dropped"
    [cause] = answer.causes
    assert (cause.did, cause.tool, cause.decided_by) == ("dropped", "clean", "ada")
    assert cause.step == step_of(run, "clean")
    assert cause.evidence in answer.sentence
    assert "approved by ada" in answer.sentence


def test_a_changed_column_tells_how_many_cells(run: Run) -> None:
    answer = why_column(run, "city")
    assert answer.status == "changed"
    assert [cause.cells for cause in answer.causes] == [1]


def test_an_untouched_column_tells_what_was_turned_down(run: Run) -> None:
    answer = why_column(run, "age")
    assert answer.status == "kept"
    assert answer.causes == []
    assert any("issing" in title for title in answer.rejected)


def test_an_unknown_column_is_answered_with_near_names(run: Run) -> None:
    with pytest.raises(ToolError, match=r"has a column 'bougt'\. Did you mean 'bought'"):
        why_column(run, "bougt")


def test_the_rows_a_step_changed_are_named(run: Run) -> None:
    answer = changed_rows(run, step_of(run, "clean"))
    assert answer.changes.dropped_rows == [ROWS, ROWS + 1, ROWS + 2]
    assert answer.changes.changed_rows == [7]
    assert answer.changes.columns_dropped == ["land"]
    assert answer.sentence == (
        "3 rows dropped, 1 row with changed cells, 1 column dropped; the table had 63 rows."
    )


def test_a_step_that_changed_nothing_says_so(run: Run) -> None:
    with pytest.raises(ToolError, match="changed no rows"):
        changed_rows(run, step_of(run, "profile"))
    with pytest.raises(ToolError, match=r"no step 's99'. Its steps: s1"):
        changed_rows(run, "s99")


def test_a_run_without_a_table_says_so(tmp_path) -> None:
    copilot = Copilot(Settings(home=tmp_path))
    waiting = copilot.start("Predict bought")
    waiting.wait()
    with pytest.raises(ToolError, match="no dataset loaded"):
        why_column(waiting, "age")
    waiting.cancel()


def test_json_lines_hold_every_event(run: Run) -> None:
    lines = [json.loads(line) for line in json_lines(run.events()).splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0]["type"] == "run_started"


def test_the_trace_has_one_root_and_a_span_for_each_step_and_gate(run: Run) -> None:
    trace = otlp(run.events())
    [resource] = trace["resourceSpans"]
    [scope] = resource["scopeSpans"]
    root, *rest = scope["spans"]
    assert root["parentSpanId"] == ""
    assert {span["parentSpanId"] for span in rest} == {root["spanId"]}
    assert len({span["spanId"] for span in scope["spans"]}) == len(scope["spans"])
    steps = [span["name"] for span in rest if span["name"].startswith("step ")]
    assert steps == [f"step {step.tool}" for step in run.plan.steps]
    assert len([s for s in rest if s["name"].startswith("gate ")]) == len(run.gates())
    for span in scope["spans"]:
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
        assert len(span["traceId"]) == 32
        assert len(span["spanId"]) == 16
    noted = {event["name"] for event in root["events"]}
    assert {"plan_made", "table_made", "run_finished"} <= noted


def test_the_trace_is_what_opentelemetry_reads(run: Run) -> None:
    """The JSON parses into the protocol's own message, where that package is installed."""
    trace_pb2 = pytest.importorskip("opentelemetry.proto.trace.v1.trace_pb2")
    from google.protobuf import json_format

    message = json_format.ParseDict(_with_base64_ids(otlp(run.events())), trace_pb2.TracesData())
    assert message.resource_spans[0].scope_spans[0].spans[0].name == "run"


def _with_base64_ids(trace: dict) -> dict:
    """Return the trace with ids as protobuf's own JSON has them; OTLP's JSON has them in hex."""
    import base64

    for span in trace["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for name in ("traceId", "spanId", "parentSpanId"):
            span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    return trace


def test_no_events_make_no_trace() -> None:
    assert otlp([]) == {"resourceSpans": []}


def test_a_cell_is_traced_to_its_step_and_rule(run: Run) -> None:
    answer = run.why("city", 7)
    assert isinstance(answer, CellAnswer)
    [write] = answer.writes
    assert (write.before, write.after) == (" Bonn", "Bonn")
    assert (write.step, write.tool, write.decided_by) == (step_of(run, "clean"), "clean", "ada")
    assert answer.source_row == 7
    assert write.rule in answer.sentence
    untouched = run.why("city", 8)
    assert untouched.sentence == "Nothing changed 'city' in row 8; it is as its source has it."
    with pytest.raises(ToolError, match="no cell 'land'"):
        run.why("land", 0)
