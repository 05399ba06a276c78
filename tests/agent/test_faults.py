"""Each fault of an endpoint, a disk or a database ends in a clear state that can be continued."""

import json
import os
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from dataquarry import Copilot, Settings, ToolError
from dataquarry.agent import database
from dataquarry.agent.database import StoreUnavailable
from dataquarry.agent.driver import Driver
from dataquarry.agent.events import EventType
from dataquarry.agent.gates import Answer, Gate, PlanDecision
from dataquarry.agent.planner import RulePlanner
from dataquarry.agent.policy import auto
from dataquarry.agent.run import Run
from dataquarry.agent.store import RunStore
from pydantic import SecretStr

KEY = "sk-canary-1234"


def completion(text: str) -> bytes:
    choice = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": text},
    }
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    body = {"id": "1", "object": "chat.completion", "created": 0, "model": "m"}
    return json.dumps({**body, "choices": [choice], "usage": usage}).encode()


def plan_of(*tools: str) -> bytes:
    return completion(json.dumps({"steps": [{"tool": tool} for tool in tools]}))


LONG = {"error": {"message": f"context of 4096 tokens exceeded, key {KEY}", "code": 400}}
FAULTS: dict[str, tuple[int, bytes, int, str]] = {
    "429 storm": (429, b'{"error": {"message": "slow down"}}', 0, "over its rate limit"),
    "server error": (500, b'{"error": {"message": "out of memory"}}', 0, "refused: 500"),
    "cut stream": (200, plan_of("load")[:60], 500, "cannot be reached"),
    "no JSON": (200, b"<html>welcome</html>", 0, "answered no JSON"),
    "half of JSON": (200, plan_of("load")[:60], 0, "answered no JSON"),
    "words instead of a plan": (200, completion("Sure, I will help!"), 0, "no JSON in the answer"),
    "wrong tool names": (200, plan_of("load", "rm_rf", "export"), 0, "No tool 'rm_rf'"),
    "steps without end": (200, plan_of(*["clean"] * 14, "export"), 0, "no usable answer"),
    "over-long context": (400, json.dumps(LONG).encode(), 0, "context of 4096 tokens"),
}
"""Status, body, bytes that are promised and never come, and what the person is told."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        status, body, missing, _ = self.server.fault  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) + missing))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def copilot_at(port: int, home: Path) -> Copilot:
    return Copilot(
        Settings(
            home=home,
            model="m",
            openai_base_url=f"http://127.0.0.1:{port}/v1",
            openai_api_key=SecretStr(KEY),
            model_timeout=5,
            model_retries=0,
        )
    )


def short(gate: Gate) -> Answer:
    """Approve, with nothing but loading, looking and exporting left in the plan."""
    if gate.plan is None:
        return auto(gate)
    steps = [step for step in gate.plan.steps if step.tool in ("load", "profile", "export")]
    return PlanDecision(by="test", plan=gate.plan.model_copy(update={"steps": steps}))


def ends_exported(run: Run, told: str) -> None:
    """Check that a run whose model fails says so, goes on by rules, and leaks no key."""
    note = run.plan.note
    assert note.startswith("Planned by rules: ")
    assert told in note
    assert run.outcome is not None
    assert run.outcome["kind"] == "exported"
    assert KEY not in "".join(event.model_dump_json() for event in run.events())


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_endpoint_is_told_and_rules_take_over(
    name: str, endpoint: ThreadingHTTPServer, tmp_path: Path, table: Path, demand: str
) -> None:
    endpoint.fault = FAULTS[name]  # type: ignore[attr-defined]
    copilot = copilot_at(endpoint.server_port, tmp_path / "home")

    run = copilot.run(demand, input=table, approve=short)

    ends_exported(run, FAULTS[name][3])


def test_an_endpoint_that_is_gone_is_told(tmp_path: Path, table: Path, demand: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    run = copilot_at(port, tmp_path / "home").run(demand, input=table, approve=short)
    ends_exported(run, "cannot be reached")


def waiting(copilot: Copilot, table: Path, demand: str) -> tuple[Run, Gate]:
    """Return a run that waits at its plan gate."""
    run = copilot.start(demand, input=table)
    busy = run._driver.busy(run.id)
    assert busy is not None
    busy.result(60)
    gate = run.gate()
    assert gate is not None
    return run, gate


def test_a_locked_database_is_told_and_the_run_goes_on_afterwards(
    tmp_path: Path, table: Path, demand: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.2)
    settings = Settings(home=tmp_path / "home")
    copilot = Copilot(settings, RulePlanner())
    run, gate = waiting(copilot, table, demand)
    other = sqlite3.connect(settings.runs_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match=r"database is locked.*resume the run"):
        run.decide(gate.id, short(gate))
    assert run.status == "waiting"
    other.execute("ROLLBACK")

    run.decide(gate.id, short(gate))
    run.follow(short)
    assert run.status == "done"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk cannot be mounted here: needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def fill(disk: Path) -> Path:
    """Take all space of a disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return filler


def test_a_full_disk_ends_in_a_state_that_can_be_continued(
    small_disk: Path, table: Path, demand: str
) -> None:
    copilot = Copilot(Settings(home=small_disk / "home"), RulePlanner())
    run, gate = waiting(copilot, table, demand)
    before = len(list(run.events()))
    filler = fill(small_disk)

    with pytest.raises(ToolError, match=r"disk is full.*resume the run"):
        run.decide(gate.id, short(gate))
    assert run.status == "waiting"
    assert run.outcome is None
    filler.unlink()

    run.decide(gate.id, short(gate))
    run.follow(short)
    assert run.status == "done"
    assert run.outcome is not None
    assert run.outcome["kind"] == "exported"
    assert len(list(run.events())) > before
    steps = [e.data["step"] for e in run.events() if e.type is EventType.STEP_FINISHED]
    assert len(set(steps)) == len(steps)


class Slow(Driver):
    """A driver whose work on a run begins and ends when the test says so."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.ending, self.may_end, self.worked = threading.Event(), threading.Event(), 0

    def _drive_on(self, run: str) -> None:
        self.worked += 1
        self.ending.set()
        assert self.may_end.wait(30)


def test_a_wish_to_go_on_while_work_is_ending_is_not_lost(settings: Settings) -> None:
    """An answer that comes after the last look and before the end was once left lying."""
    driver = Slow(settings, RunStore(settings.runs_file), RulePlanner())
    driver.drive("r1")
    assert driver.ending.wait(30)
    driver.drive("r1")
    driver.may_end.set()

    busy = driver.busy("r1")
    assert busy is not None
    busy.result(30)
    assert driver.worked == 2
    driver.drive("r1")
    again = driver.busy("r1")
    assert again is not None
    again.result(30)
    assert driver.worked == 3
