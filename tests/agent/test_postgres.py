"""Runs kept in a real PostgreSQL server, started for these tests where one is installed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Copilot, Settings, ToolError
from dataquarry.agent.database import StoreUnavailable, open_database
from dataquarry.agent.events import EventType
from dataquarry.agent.gates import Answer, Gate, PlanDecision
from dataquarry.agent.policy import auto
from dataquarry.agent.store import RunStore
from pydantic import SecretStr

pytestmark = pytest.mark.xdist_group("postgres")  # all against one server

pytest.importorskip("psycopg", reason="the extra 'postgres' is not installed")
SHORT = ("load", "profile", "export")


def programs() -> Path:
    """Return the folder of the server's programs, the newest version's."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[-3])
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    if there is None:
        pytest.skip("no PostgreSQL server is installed on this machine")
    return Path(there).parent


def account() -> str | None:
    """Return whom the server runs as: it refuses to run as root."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/dq-pg-XXXXXX"], text=True).strip())
    user, bin_folder = account(), programs()
    if user:
        shutil.chown(folder, user)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [bin_folder / "initdb", "-D", data, "-U", "quarry", "-A", "trust", "--no-sync"],
        user=user,
        check=True,
        capture_output=True,
        cwd=folder,
    )
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-p", str(port)]
    server = subprocess.Popen(
        [bin_folder / "postgres", "-D", data, "-k", folder, *options],
        user=user,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    ready = [bin_folder / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "60"]
    while subprocess.run(ready, capture_output=True, check=False).returncode != 0:
        assert server.poll() is None, "the server ended"
    yield f"postgresql://quarry@127.0.0.1:{port}/postgres"
    server.send_signal(signal.SIGINT)  # fast: connections are still open
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def test_what_may_be_tried_twice_happens_once(url: str) -> None:
    store = RunStore(url)
    store.add_run("r1", "a demand", {"a": 1})
    for _ in range(2):
        store.emit("r1", EventType.STEP_STARTED, {}, key="0:s1:started")
    store.emit("r1", EventType.STEP_PROGRESS, {"text": "a\u0000b"})
    assert [event.seq for event in store.events("r1")] == [1, 2]
    store.open_gate("g1", "r1", {"kind": "plan"})
    taken: list[int] = []
    start = threading.Barrier(6)

    def answer(number: int) -> None:
        own = RunStore(url)
        start.wait()
        if own.answer_gate("g1", {"by": str(number)}):
            taken.append(number)
        own.close()

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    gate = store.gate("g1")
    assert gate is not None
    assert gate["answer"] == {"by": str(taken[0])}
    assert store.take_lease("r1", "one")
    assert not store.take_lease("r1", "two")
    store.give_lease("r1", "one")
    assert store.take_lease("r1", "two")
    assert 0 <= store.seconds_since("r1") < 600


def test_a_whole_run_is_kept_there_and_found_by_another_process(
    url: str, tmp_path: Path, table: Path, demand: str
) -> None:
    settings = Settings(home=tmp_path / "home", database_url=SecretStr(url))

    def short(gate: Gate) -> Answer:
        if gate.plan is None:
            return auto(gate)
        steps = [step for step in gate.plan.steps if step.tool in SHORT]
        return PlanDecision(by="test", plan=gate.plan.model_copy(update={"steps": steps}))

    run = Copilot(settings).run(demand, input=table, approve=short)

    assert run.status == "done"
    assert not settings.runs_file.exists()
    assert not (settings.home / "checkpoints.sqlite").exists()
    again = Copilot(settings).open(run.id)
    assert again.outcome is not None
    assert again.outcome["kind"] == "exported"
    pd.testing.assert_frame_equal(again.frame, run.frame)
    assert [e.type for e in again.events()][-1] is EventType.RUN_FINISHED


def test_a_connection_that_broke_is_made_anew(url: str) -> None:
    database = open_database(url)
    pid = database.read("SELECT pg_backend_pid()")[0][0]
    other = open_database(url)
    other.read("SELECT pg_terminate_backend(?)", pid)
    with pytest.raises(StoreUnavailable, match="resume the run"):
        database.read("SELECT 1")
    assert database.read("SELECT 1") == [(1,)]


def test_another_version_is_refused(url: str) -> None:
    RunStore(url).close()
    database = open_database(url)
    with database.write() as execute:
        execute("UPDATE version SET number = 999")
    with pytest.raises(ToolError, match="another version of DataQuarry"):
        RunStore(url)
    with database.write() as execute:
        execute("DELETE FROM version")


def test_a_server_that_is_gone_is_named_without_its_password() -> None:
    with pytest.raises(StoreUnavailable) as failed:
        RunStore("postgresql://me:sesame@127.0.0.1:9/postgres")
    assert "postgresql://me@127.0.0.1:9/postgres" in str(failed.value)
    assert "sesame" not in str(failed.value)
