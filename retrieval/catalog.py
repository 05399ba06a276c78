"""The offline catalog: records of every installed source, deduplicated and flagged."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from ..errors import ToolError
from .deprecations import find_deprecation
from .records import Record
from .sources import SOURCES, Source, get_source

Report = Callable[..., None]


def no_report(message: str, share: float | None = None) -> None:
    """Report nothing."""


def catalog(report: Report = no_report, sources: Sequence[Source] | None = None) -> list[Record]:
    """Return the records of every installed source, one for each distinct table, in fixed order.

    Args:
        report: told the progress.
        sources: which sources to read, by default all; those that are not installed are left out.

    Raises:
        ToolError: no source is installed.
    """
    records: list[Record] = []
    there = [source for source in (SOURCES if sources is None else sources) if source.available()]
    for place, source in enumerate(there):
        report(f"Reading the datasets of {source.package}", place / len(there))
        for record in source.records():
            records.append(record)
            if len(records) % 100 == 0:
                report(f"Reading the datasets of {source.package}", place / len(there))
    if not records:
        raise ToolError('No datasets installed. Run: pip install "dataquarry[catalog]"')
    return finish(records)


def finish(records: Iterable[Record]) -> list[Record]:
    """Flag deprecated records, count how widely each is shipped, and merge copies of a table."""
    kept = list(records)
    for record in kept:
        record.deprecation = record.deprecation or find_deprecation(record)
    _count_popularity(kept)
    return _merged(kept)


def load_record(record: Record) -> pd.DataFrame:
    """Return the table of a record.

    Raises:
        ToolError: it cannot be loaded from here.
    """
    if not record.loadable:
        raise ToolError(f"{record.id} cannot be loaded here; choose a dataset marked loadable.")
    return get_source(record.source).load(record.native)


def read_records(path: Path) -> list[Record]:
    """Return the records of a JSONL file, one a line.

    Raises:
        ToolError: a line is not a record; the message names line and field.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{path} cannot be read: {error}") from error
    return [_read(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _read(path: Path, number: int, line: str) -> Record:
    try:
        return Record.model_validate_json(line)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"])) or "line"
        raise ToolError(f"{path}, line {number}: {field}: {fault['msg']}") from error


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Write records, one a line."""
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(record.model_dump_json() + "\n" for record in records)


def digest(records: Iterable[Record]) -> str:
    """Return the SHA-256 of the records: the same records have the same digest."""
    total = hashlib.sha256()
    for record in records:
        total.update(json.dumps(record.model_dump(mode="json"), sort_keys=True).encode())
    return total.hexdigest()


def _count_popularity(records: list[Record]) -> None:
    """Set popularity to the number of packages that ship a table of this name or content."""
    shippers: dict[str, set[str]] = {}
    for record in records:
        for key in _popularity_keys(record):
            shippers.setdefault(key, set()).add(_shipper(record))
    for record in records:
        counts = [len(shippers[key]) for key in _popularity_keys(record)]
        record.popularity = max(record.popularity, float(max(counts, default=1)))


def _popularity_keys(record: Record) -> list[str]:
    name = record.native.rpartition("/")[2].lower()
    keys = [record.provenance["fingerprint"]] if "fingerprint" in record.provenance else []
    return [*keys, name] if len(name) > 2 and name != "data" else keys


def _shipper(record: Record) -> str:
    return str(record.provenance.get("package", record.source))


def _merged(records: list[Record]) -> list[Record]:
    """Keep the best described record of each fingerprint; the others become aliases of it."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.provenance.get("fingerprint", record.id), []).append(record)
    return [_merge(group) for group in groups.values()]


def _merge(group: list[Record]) -> Record:
    best = max(group, key=_described)
    others = [record for record in group if record is not best]
    names = [name for other in others for name in (*other.aliases, other.title)]
    known = {best.title, *best.aliases}
    best.aliases += [name for name in dict.fromkeys(names) if name not in known]
    best.same_as += [other.id for other in others if other.id not in best.same_as]
    if best.license.basis == "unknown":
        best.license = next(
            (r.license for r in others if r.license.basis == "stated"), best.license
        )
    best.deprecation = best.deprecation or next(
        (r.deprecation for r in others if r.deprecation), None
    )
    return best


def _described(record: Record) -> tuple[bool, int, int]:
    """Order records by how much is known of them."""
    columns = sum(column.description is not None for column in record.columns)
    return record.loadable, columns, len(record.description)
