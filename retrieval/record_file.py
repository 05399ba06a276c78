"""The records of an index on disk: each is read when it is asked for."""

import json
import mmap
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import overload

import numpy as np

from .records import Record

_KEPT = 20_000
"""Records kept in memory, the latest used."""


class RecordFile(Sequence[Record]):
    """Records by position, in a JSONL file that stays open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with (folder / "records.jsonl").open("rb") as file:
            size = file.seek(0, 2)
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        ends = np.flatnonzero(np.frombuffer(self._bytes, dtype=np.uint8) == ord("\n")) + 1
        self._edges = np.concatenate([[0], ends])
        self._read = lru_cache(_KEPT)(self._parse)

    @staticmethod
    def write(folder: Path, records: Sequence[Record]) -> None:
        """Write records, one a line, and where each id is found."""
        with (folder / "records.jsonl").open("w", encoding="utf-8") as lines:
            lines.writelines(record.model_dump_json() + "\n" for record in records)
        names = ((n, p) for p, record in enumerate(records) for n in (*record.same_as, record.id))
        write_places(folder, names)

    def place(self, record_id: str) -> int | None:
        """Return the position of the record with that id, or that a record of it went into."""
        return self._places.get(record_id)

    def __len__(self) -> int:
        return len(self._edges) - 1

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> list[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | list[Record]:
        if isinstance(place, slice):
            return [self._read(each) for each in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._read(int(place) % len(self))

    def _parse(self, place: int) -> Record:
        start, end = self._edges[place : place + 2].tolist()
        return Record.model_validate_json(self._bytes[start:end])

    @cached_property
    def _places(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((self._folder / "places.json").read_bytes())
        return found


def write_places(folder: Path, names: Iterable[tuple[str, int]]) -> None:
    """Write the position of each id."""
    (folder / "places.json").write_text(json.dumps(dict(names)), encoding="utf-8")
