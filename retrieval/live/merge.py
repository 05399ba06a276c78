"""Finding the same dataset in several places, and making one record of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from ..records import Record
from .fields import doi

_T = TypeVar("_T")


@dataclass(frozen=True)
class Merged:
    """Records after merging.

    Attributes:
        indexed: records of the index by id, where a live one told more of them.
        replaced: ids of records of the index that a live one stands for, as it can be loaded.
        live: records that are not in the index.
    """

    indexed: dict[str, Record]
    replaced: frozenset[str]
    live: list[Record]


def merge(indexed: Sequence[Record], live: Sequence[Record]) -> Merged:
    """Put records of the same dataset together; each keeps the names and ids of the others.

    Two records are the same when they share a DOI, the address of a page, or the name and the
    number of rows, unless both tell the number of rows and it differs.

    Args:
        indexed: records that the index found.
        live: records that live sources found.
    """
    inside = {record.id for record in indexed}
    changed: dict[str, Record] = {}
    replaced: set[str] = set()
    others: list[Record] = []
    for group in _groups([*indexed, *live]):
        base = max(group, key=lambda record: _rank(record, inside))
        one = _absorbed(base, [record for record in group if record is not base])
        replaced |= {record.id for record in group if record.id in inside and record is not base}
        if base.id not in inside:
            others.append(one)
        elif len(group) > 1:
            changed[base.id] = one
    return Merged(changed, frozenset(replaced), others)


def _groups(records: Iterable[Record]) -> list[list[Record]]:
    """Return the records in groups of the same dataset, in order."""
    groups: list[list[Record]] = []
    holders: dict[str, list[int]] = {}
    for record in records:
        keys = _keys(record)
        near = sorted({place for key in keys for place in holders.get(key, [])})
        fitting = [place for place in near if _same_size(record, groups[place])]
        place = fitting[0] if fitting else len(groups)
        if not fitting:
            groups.append([])
        groups[place].append(record)
        for key in keys:
            holders.setdefault(key, []).append(place)
    return groups


def _keys(record: Record) -> set[str]:
    """Return what tells that two records are the same dataset."""
    places = [record.url or "", *record.same_as]
    keys = {f"doi:{found}" for found in map(doi, [*places, record.native]) if found}
    keys |= {f"page:{page}" for page in map(_page, places) if page}
    keys |= {f"id:{name}" for name in (record.id, *record.same_as) if ":" in name}
    if record.size.rows:
        names = {_plain(name) for name in (record.title, *record.aliases)}
        keys |= {f"name:{name}:{record.size.rows}" for name in names if len(name) > 2}
    return keys


def _page(address: str) -> str:
    """Return the page of a dataset in one spelling; "" for the front page of a site."""
    parts = urlsplit(address)
    path = parts.path.rstrip("/")
    if parts.scheme not in ("http", "https") or (path.count("/") < 2 and not parts.query):
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{path}?{parts.query}".lower() if host != "doi.org" else ""


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _same_size(record: Record, group: Sequence[Record]) -> bool:
    """Tell whether no number of rows speaks against a record being in a group."""
    known = {each.size.rows for each in (record, *group) if each.size.rows is not None}
    return len(known) < 2


def _rank(record: Record, inside: set[str]) -> tuple[bool, bool, bool, int]:
    """Order the records of a group: what loads, then the index, then what is described best."""
    described = len(record.description) + 50 * len(record.columns)
    return record.loadable, record.id in inside, bool(record.distribution), described


def _absorbed(base: Record, others: Sequence[Record]) -> Record:
    """Return a record with what the others know beside it."""
    if not others:
        return base
    known = {base.title, *base.aliases}
    names = dict.fromkeys(name for r in others for name in (r.title, *r.aliases))
    same = dict.fromkeys(name for r in others for name in (r.id, *r.same_as))
    group = [base, *others]
    best = max(group, key=lambda record: record.popularity)
    return base.model_copy(
        update={
            "aliases": [*base.aliases, *(name for name in names if name not in known)],
            "same_as": [*base.same_as, *(name for name in same if name not in base.same_as)],
            "description": base.description or _first(r.description for r in others) or "",
            "columns": base.columns or _first(r.columns for r in others) or [],
            "size": base.size
            if base.size.rows
            else _first(r.size for r in others if r.size.rows) or base.size,
            "license": _first(r.license for r in group if r.license.basis == "stated")
            or base.license,
            "deprecation": _first(r.deprecation for r in group),
            "popularity": best.popularity,
            "provenance": {**base.provenance, **_told(best, "popularity"), **_doubts(group)},
        }
    )


def _told(record: Record, name: str) -> dict[str, str]:
    return {name: record.provenance[name]} if name in record.provenance else {}


def _doubts(group: Sequence[Record]) -> dict[str, str]:
    """Say where the places of a dataset state different licenses."""
    stated = {r.license.label: r.source for r in group if r.license.basis == "stated"}
    if len({label.upper() for label in stated}) < 2:
        return {}
    return {"licenses": "; ".join(f"{source}: {label}" for label, source in stated.items())}


def _first(values: Iterable[_T]) -> _T | None:
    """Return the first value that holds anything."""
    return next((value for value in values if value), None)
