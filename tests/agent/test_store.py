"""RunStore: what may be tried twice happens once."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from dataquarry import ToolError
from dataquarry.agent.events import EventType
from dataquarry.agent.store import RunStore
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    store = RunStore(tmp_path / "runs.sqlite")
    store.add_run("r1", "some demand", {"a": 1})
    return store


def test_events_are_numbered_without_gaps_and_can_be_read_again(store: RunStore) -> None:
    for number in range(5):
        store.emit("r1", EventType.STEP_PROGRESS, {"n": number})
    assert [event.seq for event in store.events("r1")] == [1, 2, 3, 4, 5]
    assert [event.data["n"] for event in store.events("r1", after=3)] == [3, 4]


def test_events_that_another_process_adds_are_seen(store: RunStore, tmp_path: Path) -> None:
    other = RunStore(tmp_path / "runs.sqlite")
    for number in range(4):
        (other if number % 2 else store).emit("r1", EventType.STEP_PROGRESS, {"n": number})
        for reader in (store, other):
            assert [event.data["n"] for event in reader.events("r1")] == list(range(number + 1))


def test_an_event_with_a_known_key_is_not_written_again(store: RunStore) -> None:
    store.emit("r1", EventType.STEP_STARTED, {"try": 1}, key="0:s1:started")
    store.emit("r1", EventType.STEP_STARTED, {"try": 2}, key="0:s1:started")
    assert [event.data for event in store.events("r1")] == [{"try": 1}]


def test_one_of_many_answers_to_a_gate_is_taken(store: RunStore) -> None:
    store.open_gate("g1", "r1", {"kind": "plan"})
    taken: list[int] = []
    start = threading.Barrier(8)

    def answer(number: int) -> None:
        own = RunStore(store.where)
        start.wait()
        if own.answer_gate("g1", {"by": str(number)}):
            taken.append(number)
        own.close()

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    gate = store.gate("g1")
    assert gate is not None
    assert gate["answer"] == {"by": str(taken[0])}


def test_opening_a_gate_again_keeps_its_answer(store: RunStore) -> None:
    store.open_gate("g1", "r1", {"kind": "plan"})
    store.answer_gate("g1", {"by": "me"})
    store.open_gate("g1", "r1", {"kind": "plan"})
    gate = store.gate("g1")
    assert gate is not None
    assert gate["answer"] == {"by": "me"}


def test_a_lease_is_taken_once_while_its_holder_lives(store: RunStore) -> None:
    assert store.take_lease("r1", "one")
    assert store.take_lease("r1", "one")  # renewed
    assert not store.take_lease("r1", "two")
    store.give_lease("r1", "one")
    assert store.take_lease("r1", "two")


def test_the_lease_of_a_dead_process_is_void(store: RunStore) -> None:
    code = f"""
from pathlib import Path
from dataquarry.agent.store import RunStore
assert RunStore(Path({str(store.where)!r})).take_lease("r1", "gone")
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert not store.held("r1")
    assert store.take_lease("r1", "next")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_what_is_kept_comes_back(content: object) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder) / "runs.sqlite")
        assert store.blob(store.keep(content)) == content
        store.close()


def test_a_run_is_found_by_the_beginning_of_its_id(store: RunStore) -> None:
    store.add_run("r2", "other", {})
    assert store.run("r2").demand == "other"
    with pytest.raises(ToolError, match="More than one run 'r'"):
        store.run("r")
    with pytest.raises(ToolError, match="No run 'x'"):
        store.run("x")


def test_a_folder_that_cannot_be_written_is_told_with_its_fix(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolError, match="Set DATAQUARRY_HOME"):
        RunStore(tmp_path / "file" / "runs.sqlite")


def test_a_file_of_another_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE runs (id TEXT)")
    with pytest.raises(ToolError, match="another version of DataQuarry"):
        RunStore(file)
    with sqlite3.connect(file) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("runs",)]
