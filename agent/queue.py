"""RunQueue: how many runs may work at once, of all people and of each, and who is next.

A run works while it holds its lease. One that finds no room takes a ticket; those with tickets go
in the order in which they came, and nobody waits for a person whose own limit is reached.
"""

import json
import os
import socket
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from .store import LEASE_SECONDS, RunStore, lapsed

Turn = Literal["taken", "held", "queued"]
"""Whether a run got its lease, has to wait, or is not to be worked on by whoever asks."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS queue (
    run TEXT PRIMARY KEY, place INTEGER NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
    expires DOUBLE PRECISION NOT NULL)
"""


@dataclass(frozen=True)
class Room:
    """Who works and who waits, in order, as (run, user)."""

    working: list[tuple[str, str]]
    waiting: list[tuple[str, str]]

    def next_ones(self, most: int, most_of_user: int) -> list[str]:
        """Return the waiting runs that there is room for now."""
        free, busy = most - len(self.working), Counter(user for _, user in self.working)
        chosen: list[str] = []
        for run, user in self.waiting:
            if free > len(chosen) and busy[user] < most_of_user:
                chosen.append(run)
                busy[user] += 1
        return chosen


class RunQueue:
    """The queue of a store, shared by all processes that work on its runs.

    Args:
        store: the store of the runs.
        most: how many runs may work at once.
        most_of_user: how many of one person.
    """

    def __init__(self, store: RunStore, most: int, most_of_user: int) -> None:
        self.store = store
        self.most = most
        self.most_of_user = most_of_user
        with store.database.write() as execute:
            execute(_SCHEMA)

    def enter(self, run: str, owner: str) -> Turn:
        """Take the lease of a run if it is its turn, else its ticket; one it has, it keeps.

        The run's status is set with it. One that was asked to stop gets neither.
        """
        with self.store.database.write() as execute:
            row = execute("SELECT host, pid, expires FROM leases WHERE run=?", run).fetchone()
            stop = execute("SELECT stop FROM runs WHERE id=?", run).fetchone()
            if (row and not lapsed(*row)) or stop[0]:
                return "held"
            self._ticket(execute, run)
            if run not in _room(execute).next_ones(self.most, self.most_of_user):
                _set_status(execute, run, "queued")
                return "queued"
            execute("DELETE FROM queue WHERE run=?", run)
            self.store.write_lease(execute, run, owner)
            _set_status(execute, run, "working")
            return "taken"

    def before(self, run: str) -> int | None:
        """Return how many runs wait before one, None where it does not wait."""
        waiting = [waits for waits, _ in self.room().waiting]
        return waiting.index(run) if run in waiting else None

    def renew(self, runs: Collection[str]) -> None:
        """Keep the tickets of runs that this process waits for."""
        with self.store.database.write() as execute:
            for run in runs:
                until = time.time() + LEASE_SECONDS
                execute("UPDATE queue SET expires=? WHERE run=?", until, run)

    def leave(self, run: str) -> None:
        """Give a ticket back."""
        with self.store.database.write() as execute:
            execute("DELETE FROM queue WHERE run=?", run)

    def _ticket(self, execute: Any, run: str) -> None:
        execute(
            "INSERT INTO queue VALUES (?, (SELECT COALESCE(MAX(place), 0) + 1 FROM queue), ?, ?, ?)"
            " ON CONFLICT (run) DO UPDATE SET host=excluded.host, pid=excluded.pid, "
            "expires=excluded.expires",
            run,
            socket.gethostname(),
            os.getpid(),
            time.time() + LEASE_SECONDS,
        )

    def room(self) -> Room:
        """Return who works and who waits."""
        read = self.store.database.read
        return _counted(list(read(_WORKING)), list(read(_WAITING)))


_WORKING = (
    "SELECT l.run, r.start, l.host, l.pid, l.expires FROM leases l JOIN runs r ON r.id = l.run"
)
_WAITING = (
    "SELECT q.run, r.start, q.host, q.pid, q.expires FROM queue q JOIN runs r ON r.id = q.run "
    "ORDER BY q.place"
)


def _set_status(execute: Any, run: str, status: str) -> None:
    execute("UPDATE runs SET status=?, since=? WHERE id=?", status, time.time(), run)


def _room(execute: Any) -> Room:
    return _counted(execute(_WORKING).fetchall(), execute(_WAITING).fetchall())


def _counted(working: list[Any], waiting: list[Any]) -> Room:
    """Return who is alive of those that work and wait."""
    alive = [
        [
            (run, str(json.loads(start).get("user", "")))
            for run, start, *rest in rows
            if _alive(rest)
        ]
        for rows in (working, waiting)
    ]
    return Room(*alive)


def _alive(rest: list[Any]) -> bool:
    return not lapsed(*rest)
