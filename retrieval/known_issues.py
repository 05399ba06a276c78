"""What was found wrong with a dataset when it was profiled before, kept in the workspace."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from ..settings import Settings

_MOST = 5


def remember_issues(settings: Settings, record_id: str, issues: Sequence[str]) -> None:
    """Keep what was found wrong with a dataset, in place of what was found before."""
    rows = [(record_id, place, words) for place, words in enumerate(issues[:_MOST])]
    with closing(_open(settings)) as file, file:
        file.execute("DELETE FROM issues WHERE record = ?", (record_id,))
        file.executemany("INSERT INTO issues VALUES (?, ?, ?)", rows)


def known_issues(settings: Settings, record_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return what was found wrong with each of some datasets; those without are left out."""
    found: dict[str, list[str]] = {}
    if not _path(settings).is_file():
        return found
    with closing(_open(settings)) as file:
        for name in dict.fromkeys(record_ids):
            rows = file.execute("SELECT words FROM issues WHERE record = ? ORDER BY place", (name,))
            if words := [row[0] for row in rows]:
                found[name] = words
    return found


def _path(settings: Settings) -> Path:
    return settings.home / "issues.sqlite"


def _open(settings: Settings) -> sqlite3.Connection:
    settings.home.mkdir(parents=True, exist_ok=True)
    file = sqlite3.connect(_path(settings), timeout=30)
    file.execute("CREATE TABLE IF NOT EXISTS issues (record TEXT, place INTEGER, words TEXT)")
    return file
