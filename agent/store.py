"""RunStore: runs, events, gates, step results and leases in one database.

Every write that can be tried twice (after a crash, by two clients) is made so that the second try
changes nothing: events and gates have keys of their own, a gate's answer is set only while it has
none, a lease is taken only while nobody alive holds it.
"""

import hashlib
import json
import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ..errors import ToolError
from ..redact import redacted_data
from .database import Execute, open_database
from .events import Event, EventType

LEASE_SECONDS = 15.0
SCHEMA_VERSION = 2
KNOWN_RUNS = 64
"""Runs whose events are kept in memory."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, created TEXT NOT NULL, demand TEXT NOT NULL, start TEXT NOT NULL,
    status TEXT NOT NULL, since DOUBLE PRECISION NOT NULL, stop INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS events (
    run TEXT NOT NULL, seq INTEGER NOT NULL, time TEXT NOT NULL, type TEXT NOT NULL,
    data TEXT NOT NULL, key TEXT, PRIMARY KEY (run, seq), UNIQUE (run, key));
CREATE TABLE IF NOT EXISTS gates (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, made INTEGER NOT NULL, content TEXT NOT NULL,
    answer TEXT);
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, blob TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS leases (
    run TEXT PRIMARY KEY, owner TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
    expires DOUBLE PRECISION NOT NULL);
"""


class RunInfo(BaseModel):
    """One line about a run. `status`: working, queued, waiting, done, failed, or cancelled."""

    id: str
    created: str
    demand: str
    status: str


class RunStore:
    """The truth about runs, shared by threads and processes.

    Args:
        where: an SQLite file, or the URL of a PostgreSQL server.

    Raises:
        ToolError: it cannot be opened, or another version made it.
    """

    def __init__(self, where: Path | str) -> None:
        self.where = where
        self.database = open_database(where)
        self._known: dict[str, list[Event]] = {}
        found = self.database.version(SCHEMA_VERSION)
        if found not in (None, SCHEMA_VERSION):
            raise ToolError(
                f"{self.database.place} was made by another version of DataQuarry. Move it away, "
                "or set DATAQUARRY_HOME to another folder."
            )
        with self.database.write() as execute:
            for table in _SCHEMA.split(";"):
                if table.strip():
                    execute(table)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    # -- runs -----------------------------------------------------------------------------

    def add_run(self, run: str, demand: str, start: dict[str, Any]) -> None:
        """Note a new run with what it was started with."""
        with self.database.write() as execute:
            execute(
                "INSERT INTO runs (id, created, demand, start, status, since) VALUES (?,?,?,?,?,?)",
                run,
                _now(),
                demand,
                json.dumps(start),
                "working",
                time.time(),
            )

    def runs(self) -> list[RunInfo]:
        """Return all runs, the newest first."""
        return self._runs("")

    def run(self, run: str) -> RunInfo:
        """Return one run by its id, or by the beginning of it when that is unambiguous.

        Raises:
            ToolError: there is no such run, or more than one.
        """
        found = self._runs(run) if run else []
        exact = [info for info in found if info.id == run]
        if len(exact or found) != 1:
            problem = "No run" if not found else "More than one run"
            raise ToolError(f"{problem} {run!r}. See: dataquarry runs list")
        return (exact or found)[0]

    def _runs(self, begin: str) -> list[RunInfo]:
        """Return the runs whose id begins so, the newest first."""
        rows = self.database.read(
            "SELECT id, created, demand, status FROM runs WHERE substr(id, 1, ?)=? "
            "ORDER BY created DESC, id",
            len(begin),
            begin,
        )
        return [RunInfo(id=i, created=c, demand=d, status=s) for i, c, d, s in rows]

    def start_of(self, run: str) -> dict[str, Any]:
        """Return what a run was started with."""
        start: dict[str, Any] = json.loads(
            self.database.read("SELECT start FROM runs WHERE id=?", run)[0][0]
        )
        return start

    def set_status(self, run: str, status: str) -> None:
        """Set the status of a run."""
        with self.database.write() as execute:
            execute("UPDATE runs SET status=?, since=? WHERE id=?", status, time.time(), run)

    def end_early(self, run: str) -> bool:
        """Set a run that has not ended to cancelled; tell whether this did it."""
        with self.database.write() as execute:
            cursor = execute(
                "UPDATE runs SET status='cancelled', since=? "
                "WHERE id=? AND status IN ('waiting', 'working', 'queued')",
                time.time(),
                run,
            )
            return int(cursor.rowcount) == 1

    def seconds_since(self, run: str) -> float:
        """Return for how long a run has had its status."""
        return time.time() - float(
            self.database.read("SELECT since FROM runs WHERE id=?", run)[0][0]
        )

    def ask_stop(self, run: str, stop: bool) -> None:
        """Ask whoever works on a run to stop, or take the request back."""
        with self.database.write() as execute:
            execute("UPDATE runs SET stop=? WHERE id=?", int(stop), run)

    def stop_asked(self, run: str) -> bool:
        """Tell whether somebody asked the run to stop."""
        return bool(self.database.read("SELECT stop FROM runs WHERE id=?", run)[0][0])

    # -- events ---------------------------------------------------------------------------

    def emit(self, run: str, kind: EventType, data: dict[str, Any], key: str | None = None) -> None:
        """Append an event, free of secrets; with a key that its run has already, do nothing."""
        with self.database.write() as execute:
            execute(
                "INSERT INTO events (run, seq, time, type, data, key) VALUES "
                "(?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM events WHERE run=?), ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                run,
                run,
                _now(),
                kind.value,
                json.dumps(redacted_data(data)),
                key,
            )

    def events(self, run: str, after: int = 0) -> list[Event]:
        """Return the events of a run with a number above `after`, in order.

        Events never change, so those read before are not read again: the interpreter is handed
        over for every row, which takes long while other threads compute.
        """
        known = self._known.get(run, [])
        if fresh := self._read_events(run, known[-1].seq if known else 0):
            known = [*known, *fresh]
            if run not in self._known and len(self._known) >= KNOWN_RUNS:
                self._known = {}
            self._known[run] = known
        return [event for event in known if event.seq > after]

    def _read_events(self, run: str, after: int) -> list[Event]:
        rows = self.database.read(
            "SELECT seq, time, type, data FROM events WHERE run=? AND seq>? ORDER BY seq",
            run,
            after,
        )
        return [
            Event(run=run, seq=seq, time=at, type=EventType(kind), data=json.loads(data))
            for seq, at, kind, data in rows
        ]

    # -- gates ----------------------------------------------------------------------------

    def open_gate(self, gate: str, run: str, content: dict[str, Any]) -> None:
        """Open a gate; one that exists stays as it is."""
        with self.database.write() as execute:
            execute(
                "INSERT INTO gates (id, run, made, content) VALUES "
                "(?, ?, (SELECT COUNT(*) FROM gates), ?) ON CONFLICT DO NOTHING",
                gate,
                run,
                json.dumps(content),
            )

    def answer_gate(self, gate: str, answer: dict[str, Any]) -> bool:
        """Set the answer of a gate unless it has one; tell whether this answer was taken."""
        with self.database.write() as execute:
            cursor = execute(
                "UPDATE gates SET answer=? WHERE id=? AND answer IS NULL", json.dumps(answer), gate
            )
            return int(cursor.rowcount) == 1

    def gate(self, gate: str) -> dict[str, Any] | None:
        """Return a gate's run, content and `answer` (None while it is open), if there is one."""
        rows = self.database.read("SELECT run, content, answer FROM gates WHERE id=?", gate)
        if not rows:
            return None
        run, content, answer = rows[0]
        given = json.loads(answer) if answer else None
        return {"run": run, **json.loads(content), "answer": given}

    def gates(self, run: str) -> list[str]:
        """Return the ids of a run's gates in the order in which they were opened."""
        return [
            row[0]
            for row in self.database.read("SELECT id FROM gates WHERE run=? ORDER BY made", run)
        ]

    # -- step results ---------------------------------------------------------------------

    def keep(self, content: Any) -> str:
        """Keep plain JSON under the hash of its content and return that."""
        text = json.dumps(content, sort_keys=True)
        blob = hashlib.sha256(text.encode()).hexdigest()[:32]
        with self.database.write() as execute:
            execute("INSERT INTO blobs VALUES (?,?) ON CONFLICT DO NOTHING", blob, text)
        return blob

    def blob(self, blob: str) -> Any:
        """Return what `keep` kept."""
        return json.loads(self.database.read("SELECT content FROM blobs WHERE id=?", blob)[0][0])

    def set_result(self, key: str, blob: str) -> None:
        """Remember the result of a step, so that a rerun after a crash need not repeat it."""
        with self.database.write() as execute:
            execute("INSERT INTO results VALUES (?,?) ON CONFLICT DO NOTHING", key, blob)

    def result(self, key: str) -> str | None:
        """Return the result remembered for a step."""
        rows = self.database.read("SELECT blob FROM results WHERE key=?", key)
        return rows[0][0] if rows else None

    # -- leases ---------------------------------------------------------------------------

    def take_lease(self, run: str, owner: str) -> bool:
        """Take or renew the right to work on a run; False while somebody alive has it."""
        with self.database.write() as execute:
            row = execute(
                "SELECT owner, host, pid, expires FROM leases WHERE run=?", run
            ).fetchone()
            if row and row[0] != owner and not lapsed(*row[1:]):
                return False
            self.write_lease(execute, run, owner)
            return True

    def write_lease(self, execute: Execute, run: str, owner: str) -> None:
        """Write or renew a lease inside a transaction that has seen that it is free."""
        execute(
            "INSERT INTO leases VALUES (?,?,?,?,?) ON CONFLICT (run) DO UPDATE SET "
            "owner=excluded.owner, host=excluded.host, pid=excluded.pid, "
            "expires=excluded.expires",
            run,
            owner,
            socket.gethostname(),
            os.getpid(),
            time.time() + LEASE_SECONDS,
        )

    def give_lease(self, run: str, owner: str) -> None:
        """Give the right back."""
        with self.database.write() as execute:
            execute("DELETE FROM leases WHERE run=? AND owner=?", run, owner)

    def held(self, run: str) -> bool:
        """Tell whether somebody alive works on the run."""
        row = self.database.read("SELECT host, pid, expires FROM leases WHERE run=?", run)
        return bool(row) and not lapsed(*row[0])


def lapsed(host: str, pid: int, expires: float) -> bool:
    """Tell whether a lease is void: out of time, or its process on this machine is gone."""
    if expires < time.time():
        return True
    return host == socket.gethostname() and not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
