"""The queue: at most so many runs at once, of all and of each person, the others in order."""

import threading
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Copilot, Settings
from dataquarry.agent.events import EventType
from dataquarry.agent.planner import RulePlanner, Start
from dataquarry.agent.queue import Room, RunQueue
from dataquarry.agent.run import Run
from dataquarry.agent.store import RunStore
from dataquarry.retrieval.demand import Demand
from hypothesis import given
from hypothesis import strategies as st

USERS = st.lists(st.sampled_from("abc"), max_size=8)


@given(USERS, USERS, st.integers(1, 5), st.integers(1, 3))
def test_who_is_next_keeps_the_limits_and_the_order(
    working: list[str], waiting: list[str], most: int, of_user: int
) -> None:
    line = [(f"w{place}", user) for place, user in enumerate(waiting)]
    room = Room([(f"r{place}", user) for place, user in enumerate(working)], line)
    chosen = room.next_ones(most, of_user)
    users = dict(line)
    busy = Counter(working) + Counter(users[run] for run in chosen)
    assert len(working) + len(chosen) <= max(most, len(working))
    assert all(busy[users[run]] <= of_user for run in chosen)
    assert chosen == [run for run, _ in line if run in chosen]
    full = len(working) + len(chosen) >= most
    left = [user for run, user in line if run not in chosen]
    assert full or all(busy[user] >= of_user for user in left)


@pytest.fixture
def store(settings: Settings) -> RunStore:
    settings.home.mkdir(parents=True, exist_ok=True)
    return RunStore(settings.runs_store)


def add(store: RunStore, *runs: str) -> None:
    """Note runs whose first letter is their user."""
    for run in runs:
        start = Start(demand=Demand(text=run), user=run[0])
        store.add_run(run, run, start.model_dump(mode="json"))


def test_a_run_that_waits_goes_before_one_that_came_later(store: RunStore) -> None:
    add(store, "a1", "a2", "b1", "c1")
    queue = RunQueue(store, 2, 1)
    assert queue.enter("a1", "me") == "taken"
    assert queue.enter("a1", "you") == "held"
    assert queue.enter("a2", "me") == "queued"  # its user has one at work
    assert queue.enter("b1", "me") == "taken"
    assert queue.enter("c1", "me") == "queued"
    assert (queue.before("a2"), queue.before("c1"), queue.before("b1")) == (0, 1, None)
    store.give_lease("b1", "me")
    assert queue.enter("a2", "me") == "queued"
    assert queue.enter("c1", "me") == "taken"
    store.give_lease("a1", "me")
    assert queue.enter("a2", "me") == "taken"


def test_a_ticket_of_a_process_that_is_gone_holds_up_nobody(store: RunStore) -> None:
    add(store, "a1", "b1")
    queue = RunQueue(store, 1, 1)
    with store.database.write() as execute:
        until = time.time() + 60
        execute("INSERT INTO queue VALUES ('a1', 1, 'another machine', 1, ?)", until)
    assert queue.enter("b1", "me") == "queued"
    with store.database.write() as execute:
        execute("UPDATE queue SET expires=? WHERE run='a1'", time.time() - 1)
    assert queue.enter("b1", "me") == "taken"


class Held(RulePlanner):
    """Plans when it is let; counts how many plans are made at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def plan(self, *given):  # type: ignore[no-untyped-def]
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        assert self.go.wait(30)
        with self._lock:
            self._now -= 1
        return super().plan(*given)


@pytest.fixture
def limited(settings: Settings) -> tuple[Copilot, Held]:
    held = Held()
    most = {"most_runs": 2, "most_runs_of_user": 1}
    return Copilot(settings.model_copy(update=most), held), held


def start(copilot: Copilot, user: str) -> Run:
    return copilot.start("a table", input=pd.DataFrame({"x": [1, 2]}), user=user)


def until(run: Run, status: str) -> None:
    late = time.monotonic() + 15
    while run.status != status:
        assert time.monotonic() < late, run.status
        time.sleep(0.02)


def two_of_one(copilot: Copilot) -> tuple[Run, Run]:
    """Start two runs of a person of whom one may work; the second waits in the queue."""
    first = start(copilot, "ada")
    while not copilot.store.held(first.id):
        time.sleep(0.02)
    second = start(copilot, "ada")
    until(second, "queued")
    return first, second


def test_several_people_share_the_room_and_the_others_see_their_place(
    limited: tuple[Copilot, Held],
) -> None:
    copilot, held = limited
    runs = []
    for user, status in (
        ("ada", "working"),
        ("ada", "queued"),
        ("bob", "working"),
        ("eve", "queued"),
    ):
        runs.append(run := start(copilot, user))
        until(run, status)
        while status == "working" and not copilot.store.held(run.id):
            time.sleep(0.02)
    late = time.monotonic() + 15
    while held.most < 2 and time.monotonic() < late:
        time.sleep(0.02)
    assert [run.place for run in runs] == [None, 0, None, 1]
    told = [e.data for e in runs[3].events() if e.type is EventType.RUN_QUEUED]
    assert told == [{"before": 1, "most": 2, "most_of_user": 1}]
    held.go.set()
    for run in runs:
        until(run, "waiting")
    assert held.most == 2


def test_a_run_in_the_queue_can_be_stopped_and_taken_up_again(
    limited: tuple[Copilot, Held],
) -> None:
    copilot, held = limited
    first, second = two_of_one(copilot)
    second.cancel()
    assert second.status == "cancelled"
    assert second.place is None
    second.resume()
    until(second, "queued")
    held.go.set()
    until(first, "waiting")
    until(second, "waiting")


def test_a_run_whose_place_is_lost_counts_as_interrupted(
    limited: tuple[Copilot, Held], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copilot, held = limited
    first, second = two_of_one(copilot)
    copilot._driver.queue.leave(second.id)
    monkeypatch.setattr("dataquarry.agent.run.GRACE_SECONDS", 0.0)
    until(second, "interrupted")
    second.resume()
    held.go.set()
    until(first, "waiting")
    until(second, "waiting")
