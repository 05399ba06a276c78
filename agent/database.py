"""Databases that runs are kept in: an SQLite file by default, PostgreSQL by URL.

Both are asked in the same words; what differs is how one write at a time is had.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import MissingExtra, ToolError
from ..settings import Settings

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

WAIT_SECONDS = 30
SCHEMA = "dataquarry"
ONE_WRITER = 7_411_503
"""Number of the advisory lock that makes writers wait for each other, as SQLite does."""

Execute = Callable[..., Any]
Rows = list[tuple[Any, ...]]


class StoreUnavailable(ToolError):  # noqa: N818 - told to whoever can free it
    """Runs cannot be written or read just now; what was kept before is whole."""


class Database(Protocol):
    """Where runs are kept."""

    place: str
    """Its path or address, without a password."""

    def read(self, query: str, *values: Any) -> Rows:
        """Return the rows of a query with `?` for each value."""
        ...

    def write(self) -> Any:
        """Hold the one write transaction as a context, which gives a function to execute with."""
        ...

    def version(self, wanted: int) -> int | None:
        """Return the version of its tables; of a new one None, after noting the wanted one."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class SqliteDatabase:
    """An SQLite file, shared by threads and processes of one machine.

    Each thread reads through a connection of its own: whoever looks at a run need not wait for
    those who write.

    Raises:
        StoreUnavailable: it cannot be opened.
    """

    def __init__(self, file: Path) -> None:
        self.place = str(file)
        self._lock = threading.RLock()
        self._file = file
        self._own = threading.local()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = self._connected()
            self._db.execute("PRAGMA journal_mode=WAL")
        except (OSError, sqlite3.OperationalError) as error:
            raise StoreUnavailable(
                f"Cannot keep runs in {file}: {error}. Set DATAQUARRY_HOME to a writable folder."
            ) from error

    def read(self, query: str, *values: Any) -> Rows:
        """Return the rows of a query with `?` for each value."""
        with self._told():
            if not hasattr(self._own, "db"):
                self._own.db = self._connected()
            rows: Rows = self._own.db.execute(query, values).fetchall()
            return rows

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._file, timeout=WAIT_SECONDS, check_same_thread=False)
        db.isolation_level = None
        return db

    @contextmanager
    def write(self) -> Iterator[Execute]:
        """Hold the one write transaction of the file."""
        with self._lock, self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield lambda query, *values: self._db.execute(query, values)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def version(self, wanted: int) -> int | None:
        """Return the version of its tables; of a new file None, after noting the wanted one."""
        if self.read("SELECT 1 FROM sqlite_master LIMIT 1"):
            return int(self.read("PRAGMA user_version")[0][0])
        self.read(f"PRAGMA user_version={wanted}")
        return None

    def close(self) -> None:
        """Close the file; connections of other threads close with them."""
        with self._lock:
            self._db.close()
        if hasattr(self._own, "db"):
            self._own.db.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(
                f"The runs in {self.place} cannot be reached: {error}. Free it (disk "
                "space, a program that locks it) and resume the run."
            ) from error


class PostgresDatabase:
    """A schema of a PostgreSQL database, shared by any number of machines.

    Raises:
        MissingExtra: psycopg is not installed.
        StoreUnavailable: the server cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._psycopg = _psycopg()
        self.place = _without_password(url)
        self._lock = threading.RLock()
        self._url = url
        self._db = self._connected()

    def read(self, query: str, *values: Any) -> Rows:
        """Return the rows of a query with `?` for each value."""
        with self._lock, self._told():
            rows: Rows = self._open().execute(query.replace("?", "%s"), values).fetchall()
            return rows

    @contextmanager
    def write(self) -> Iterator[Execute]:
        """Hold the one write transaction of the schema."""
        with self._lock, self._told(), self._open().transaction():
            self._db.execute("SELECT pg_advisory_xact_lock(%s)", (ONE_WRITER,))
            yield lambda query, *values: self._db.execute(query.replace("?", "%s"), values)

    def version(self, wanted: int) -> int | None:
        """Return the version of its tables; of a new schema None, after noting the wanted one."""
        with self.write() as execute:
            execute("CREATE TABLE IF NOT EXISTS version (number INTEGER PRIMARY KEY)")
            rows = execute("SELECT number FROM version").fetchall()
            if not rows:
                execute("INSERT INTO version VALUES (?)", wanted)
            return int(rows[0][0]) if rows else None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._db.close()

    def _open(self) -> Any:
        """Return the connection, made anew where the server went away in between."""
        if self._db.closed or self._db.broken:
            self._db = self._connected()
        return self._db

    def _connected(self) -> Any:
        with self._told():
            db = self._psycopg.connect(self._url, autocommit=True, connect_timeout=WAIT_SECONDS)
            db.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            db.execute(f"SET search_path TO {SCHEMA}")
            return db

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (self._psycopg.OperationalError, self._psycopg.InterfaceError) as error:
            why = str(error).replace(self._url, self.place).strip().splitlines()
            raise StoreUnavailable(
                f"The runs in {self.place} cannot be reached: {why[0] if why else error!r}. Start "
                "the server and resume the run."
            ) from error


def open_database(where: Path | str) -> Database:
    """Return the database at a path, or at the URL of a PostgreSQL server."""
    return SqliteDatabase(where) if isinstance(where, Path) else PostgresDatabase(where)


def open_saver(settings: Settings) -> "BaseCheckpointSaver[Any]":
    """Return what keeps the checkpoints of runs, beside the runs themselves."""
    url = settings.database_url.get_secret_value()
    if not url:
        from .checkpoints import SharedSqliteSaver

        file = settings.home / "checkpoints.sqlite"
        return SharedSqliteSaver(
            lambda: sqlite3.connect(file, timeout=WAIT_SECONDS, check_same_thread=False)
        )
    _psycopg()
    from langgraph.checkpoint.postgres import PostgresSaver
    from psycopg.rows import dict_row
    from psycopg_pool import ConnectionPool

    options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    pool: Any = ConnectionPool(
        url, kwargs={**options, "options": f"-c search_path={SCHEMA}"}, max_size=4, open=True
    )
    saver = PostgresSaver(pool)
    saver.setup()
    return saver


def _psycopg() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise MissingExtra("Keeping runs in PostgreSQL needs psycopg", "postgres") from error
    return psycopg


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    login, at, place = rest.rpartition("@")
    return f"{scheme}://{login.split(':')[0]}{at}{place.split('?')[0]}"
