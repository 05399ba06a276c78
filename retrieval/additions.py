"""Records that a person adds: our own JSONL, Croissant and schema.org documents, CKAN dumps.

A file holds one JSON value or one a line (as `ckanapi dump` writes them); each item is known by
its fields. All of a place is read before anything is written.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from ..errors import ToolError
from ..settings import Settings
from .live.ckan import Ckan
from .live.client import Client
from .live.croissant import is_address
from .live.faults import SourceFault
from .live.fields import address, at, line, objects
from .live.jsonld import dataset_record
from .records import Record

_OWN = {"id", "source", "native", "title"}
_CKAN = ("resources", "metadata_created", "num_resources")
_TYPES = ("@type", "@graph", "@context")
_KINDS = "a record, a Croissant or schema.org dataset, or a CKAN package"


def read_additions(place: str, settings: Settings) -> list[Record]:
    """Return the records of a file or an address.

    Args:
        place: path of a JSON or JSONL file, or the address of a JSON document.
        settings: limits of the network.

    Raises:
        ToolError: it cannot be had, or an item of it is no dataset; the message names the line.
    """
    items = _fetched(place, settings) if is_address(place) else _read(place)
    where = place if is_address(place) else str(Path(place).expanduser().resolve())
    records = [record for at_, item in items for record in _records(item, at_, where)]
    if not records:
        raise ToolError(f"{place} holds no datasets.")
    return _distinct(records, place)


def _fetched(place: str, settings: Settings) -> list[tuple[str, Any]]:
    client = Client(settings)
    try:
        return [(place, client.json(place).data)]
    except SourceFault as fault:
        raise ToolError(f"{place}: {fault}") from fault
    finally:
        client.close()


def _read(place: str) -> list[tuple[str, Any]]:
    """Return the JSON values of a file, each with the words that say where it stands."""
    path = Path(place).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{path} cannot be read: {error}") from error
    try:
        return [(str(path), json.loads(text))]
    except ValueError:
        pass  # more than one value: one a line
    lines = [(n, part) for n, part in enumerate(text.splitlines(), 1) if part.strip()]
    return [(f"{path}, line {number}", _parsed(path, number, part)) for number, part in lines]


def _parsed(path: Path, number: int, part: str) -> Any:
    try:
        return json.loads(part)
    except ValueError as error:
        raise ToolError(f"{path}, line {number}: no JSON ({error}).") from error


def _records(item: Any, where: str, place: str) -> Iterator[Record]:
    """Yield the records of a JSON value: itself, or those of the list that it holds."""
    if isinstance(item, list):
        for number, part in enumerate(item, 1):
            yield from _records(part, f"{where}, item {number}", place)
    elif not isinstance(item, dict):
        raise ToolError(f"{where}: neither {_KINDS}.")
    elif item.keys() >= _OWN:
        yield _own(item, where)
    elif any(key in item for key in _CKAN):
        yield _package(item, where)
    elif (held := _held(item)) is not None:
        yield from _records(held, where, place)
    elif any(key in item for key in _TYPES):
        yield _document(item, where, place)
    else:
        raise ToolError(f"{where}: neither {_KINDS}; its fields are {', '.join(list(item)[:8])}.")


def _held(item: dict[str, Any]) -> list[Any] | dict[str, Any] | None:
    """Return what an answer of CKAN or a schema.org catalog holds."""
    found = at(item, "result", "results") or item.get("result") or item.get("dataset")
    if found is None and isinstance(item.get("@graph"), list):
        sets = [part for part in objects(item["@graph"]) if "Dataset" in str(part.get("@type"))]
        found = sets if len(sets) > 1 else None
    return found if isinstance(found, list | dict) else None


def _own(item: dict[str, Any], where: str) -> Record:
    try:
        return Record.model_validate(item)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"])) or "line"
        raise ToolError(f"{where}: {field}: {fault['msg']}") from error


def _package(item: dict[str, Any], where: str) -> Record:
    links = [address(file.get("url")) for file in objects(item.get("resources") or [])]
    known = next((link for link in (address(item.get("url")), *links) if link), "")
    portal = urlsplit(known)
    made = Ckan(f"{portal.scheme or 'https'}://{portal.netloc or 'ckan'}/api/3").package(item)
    if made is None:
        raise ToolError(f"{where}: a CKAN package without a name.")
    return made


def _document(item: dict[str, Any], where: str, place: str) -> Record:
    try:
        return dataset_record(item, place)
    except ToolError as error:
        raise ToolError(f"{where}: {error}") from error


def _distinct(records: list[Record], place: str) -> list[Record]:
    """Give documents of one place ids of their own: by their address, else by their number."""
    seen: set[str] = set()
    for number, record in enumerate(records, 1):
        if record.source == "croissant" and len(records) > 1:
            record.native = line(record.url, 500) or f"{place}#{number}"
            record.id = f"croissant:{record.native}"
        if record.id in seen:
            raise ToolError(f"{place}: the id {record.id} is there twice.")
        seen.add(record.id)
    return records
