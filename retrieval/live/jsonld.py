"""Croissant 1.0/1.1 and schema.org Dataset documents as records.

https://docs.mlcommons.org/croissant/docs/croissant-spec.html. Only what a document states is read;
nothing in it is run.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from ...errors import ToolError
from ..records import Column, DataFile, License, Record, Size
from .fields import at, day, doi, languages, line, number, objects, stated_license, text, texts
from .make import form_of, readable, record

_PREFIXES = ("", "sc:", "schema:", "https://schema.org/", "http://schema.org/", "cr:", "rai:")
_GIT = ("git+https", "git+http")


def dataset_record(document: Any, place: str) -> Record:
    """Return the record of a document.

    Args:
        document: the parsed JSON.
        place: where it was read: its address, or the absolute path of a file on this machine.

    Raises:
        ToolError: it describes no dataset, or names a file outside its folder.
    """
    about = _dataset(document)
    title = line(_plain(_get(about, "name")))
    if about is None or not title:
        raise ToolError(f"{place} is no Croissant or schema.org document of a dataset.")
    sets = objects(_get(about, "recordSet") or [])
    files = _files(about, place, _files_of_table(sets))
    access = "manual" if _get(about, "isAccessibleForFree") is False else "open"
    identities = map(doi, texts(_get(about, "identifier")) + texts(_get(about, "@id")))
    same = [*texts(_get(about, "sameAs")), *(f"https://doi.org/{d}" for d in identities if d)]
    page = line(_get(about, "url"), 2_000)
    columns = _columns(sets)
    return record(
        source="croissant",
        native=place,
        title=title,
        aliases=texts(_get(about, "alternateName")),
        description=text(_plain(_get(about, "description"))),
        url=page if page.startswith("http") else (place if place.startswith("http") else None),
        languages=languages(_plain(_get(about, "inLanguage"))),
        keywords=_keywords(_get(about, "keywords")),
        license=_license(_get(about, "license")),
        access=access,
        size=Size(columns=len(columns) or None),
        columns=columns,
        creators=texts([_plain(c.get("name")) for c in objects(_get(about, "creator") or [])]),
        citation=line(_get(about, "citeAs") or _plain(_get(about, "citation")), 2_000) or None,
        date=day(_get(about, "datePublished")) or day(_get(about, "dateModified")),
        version=line(str(_get(about, "version") or "")) or None,
        distribution=files,
        loadable=access == "open" and bool(readable(files)),
        same_as=same,
    )


def _dataset(document: Any) -> dict[str, Any] | None:
    """Return the object of type Dataset in a document: itself, or one of its graph."""
    graph = at(document, "@graph")
    for item in objects(graph if graph is not None else document):
        kinds = texts(item.get("@type"))
        if any(kind.rpartition(":")[2].rpartition("/")[2] == "Dataset" for kind in kinds):
            return item
    return None


def _get(item: Any, name: str) -> Any:
    """Return a property by its name, with or without a prefix."""
    for prefix in _PREFIXES:
        found = at(item, f"{prefix}{name}")
        if found is not None:
            return found
    return None


def _plain(value: Any) -> Any:
    """Return the text of a value that may carry a language or be an object with a name."""
    if isinstance(value, list):
        return _plain(value[0]) if value else None
    if isinstance(value, dict):
        return value.get("@value") or value.get("name") or value.get("@id")
    return value


def _keywords(value: Any) -> list[str]:
    found = value.split(",") if isinstance(value, str) else value
    return texts([_plain(item) for item in found] if isinstance(found, list) else [])[:20]


def _license(value: Any) -> License:
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict):
        return stated_license(first.get("name") or first.get("@id"), first.get("url"))
    return stated_license(first)


def _columns(sets: list[dict[str, Any]]) -> list[Column]:
    """Return the fields of the first record set as columns, named as the file names them."""
    for each in sets:
        fields = objects(_get(each, "field") or [])
        if fields:
            return [
                Column(
                    name=name,
                    dtype=_kind(_get(field, "dataType")),
                    description=line(_plain(_get(field, "description"))) or None,
                )
                for field in fields
                if (name := _column_name(field))
            ]
    return []


def _column_name(field: dict[str, Any]) -> str:
    source = _get(field, "source")
    return line(at(_get(source, "extract"), "column")) or line(_plain(_get(field, "name")))


def _kind(value: Any) -> str | None:
    named = line(_plain(value)).rpartition(":")[2].rpartition("/")[2]
    return named.lower() or None


def _files_of_table(sets: list[dict[str, Any]]) -> list[str]:
    """Return the ids of the files that the first record set reads."""
    for each in sets:
        found = [_file_id(_get(f, "source")) for f in objects(_get(each, "field") or [])]
        known = [name for name in found if name]
        if known:
            return list(dict.fromkeys(known))
    return []


def _file_id(source: Any) -> str:
    named = _get(source, "fileObject") or _get(source, "distribution")
    return line(at(named, "@id") if isinstance(named, dict) else named)


def _files(about: Any, place: str, wanted: list[str]) -> list[DataFile]:
    """Return the files of a distribution, those of the table first."""
    given = objects(_get(about, "distribution") or [])
    by_id = {_identity(item): item for item in given}
    ordered = sorted(given, key=lambda item: _identity(item) not in wanted)
    made = (_file(item, by_id, place) for item in ordered)
    return [file for file in made if file is not None]


def _identity(item: dict[str, Any]) -> str:
    return line(item.get("@id")) or line(_plain(_get(item, "name")))


def _file(item: dict[str, Any], by_id: dict[str, dict[str, Any]], place: str) -> DataFile | None:
    """Return one file; None for a set of files, and for one that only git can fetch."""
    link, kind = line(_get(item, "contentUrl"), 2_000), line(_plain(_get(item, "encodingFormat")))
    if not link or kind.startswith(_GIT):
        return None
    inside = _get(item, "containedIn")
    archive = by_id.get(line(at(inside, "@id") if isinstance(inside, dict) else inside))
    if archive is not None:
        outer = _file(archive, {}, place)
        return outer.model_copy(update={"member": link}) if outer else None
    digest = line(_get(item, "sha256")).lower()
    return DataFile(
        url=_address(link, place),
        name=line(_plain(_get(item, "name"))) or link.rpartition("/")[2],
        form=form_of(link, kind),
        bytes=_bytes(_get(item, "contentSize")),
        sha256=digest if len(digest) == 64 else None,
        md5=line(_get(item, "md5")).lower() or None,
    )


def _address(link: str, place: str) -> str:
    """Return the full address of a file.

    Raises:
        ToolError: a document names a file of this machine outside its own folder.
    """
    if urlsplit(place).scheme in ("http", "https"):
        full = urljoin(place, link)
        if urlsplit(full).scheme not in ("http", "https"):
            raise ToolError(f"{place} names {link!r}, which is no file of the web.")
        return full
    if urlsplit(link).scheme in ("http", "https"):
        return link
    folder = Path(place).resolve().parent
    path = (folder / unquote(link)).resolve()
    if not path.is_relative_to(folder):
        raise ToolError(f"{place} names {link!r}, which lies outside its folder.")
    return path.as_uri()


def _bytes(value: Any) -> int | None:
    """Return a size in bytes from texts such as "1024 B" or "3.5 MB"."""
    if not isinstance(value, str):
        return number(value)
    count, _, unit = value.strip().partition(" ")
    scale = {"": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}.get(unit.lower())
    plain = number(count) if "." not in count else None
    if scale is None or (plain is None and not count.replace(".", "", 1).isdigit()):
        return None
    return int(float(count) * scale)
