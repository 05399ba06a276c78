"""What live sources answered, kept on disk for a while, and which hosts want to be left alone."""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, body BLOB, next TEXT, at REAL);
CREATE TABLE IF NOT EXISTS cooling (host TEXT PRIMARY KEY, until REAL);
"""


@dataclass(frozen=True)
class Kept:
    """An answer as it came: its body, the address of the next page, and when it came."""

    body: bytes
    next: str | None
    at: float


class AnswerCache:
    """Answers by address in one SQLite file, used up to an age; older ones are deleted.

    Args:
        path: the file.
        hours: the greatest age.
    """

    def __init__(self, path: Path, hours: float) -> None:
        self._path = path
        self._seconds = hours * 3600
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as file, file:
            file.executescript(_TABLES)

    def read(self, key: str) -> Kept | None:
        """Return the answer to an address, unless it is too old."""
        with closing(self._open()) as file:
            row = file.execute(
                "SELECT body, next, at FROM answers WHERE key = ? AND at > ?",
                (key, time.time() - self._seconds),
            ).fetchone()
        return Kept(*row) if row else None

    def write(self, key: str, body: bytes, following: str | None) -> None:
        """Keep an answer, and drop what is too old."""
        now = time.time()
        with closing(self._open()) as file, file:
            file.execute("DELETE FROM answers WHERE at <= ?", (now - self._seconds,))
            file.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", (key, body, following, now)
            )

    def cooling(self, host: str) -> float:
        """Return for how many seconds a host still wants no request."""
        with closing(self._open()) as file:
            row = file.execute("SELECT until FROM cooling WHERE host = ?", (host,)).fetchone()
        return max(0.0, row[0] - time.time()) if row else 0.0

    def cool(self, host: str, seconds: float) -> None:
        """Note that a host wants no request for a time."""
        with closing(self._open()) as file, file:
            file.execute(
                "INSERT OR REPLACE INTO cooling VALUES (?, ?)", (host, time.time() + seconds)
            )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)
