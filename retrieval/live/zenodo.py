"""Zenodo: https://developers.zenodo.org, search of records, 25 a page without an account."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...settings import Settings
from ..records import Access, DataFile, Record
from .base import Anonymous, LiveQuery, first
from .client import Client
from .fields import (
    address,
    at,
    day,
    languages,
    line,
    must,
    need,
    number,
    objects,
    one,
    stated_license,
    text,
    texts,
)
from .fields import doi as doi_of
from .make import form_of, popularity, readable, record

_PAGE = 25
_ACCESS: dict[str, Access] = {"open": "open", "restricted": "gated"}


@dataclass(frozen=True)
class Zenodo(Anonymous):
    """Zenodo at `url`."""

    url: str
    name: str = "zenodo"
    label: str = "Zenodo"

    @classmethod
    def of(cls, settings: Settings) -> list["Zenodo"]:
        """Return the source as the settings have it."""
        return [cls(settings.zenodo_url)]

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield datasets that Zenodo finds, its best match first."""
        params = {
            "q": query.text,
            "type": "dataset",
            "size": min(limit, _PAGE),
            "sort": "bestmatch",
        }
        return first(limit, map(self._record, self._items(params, client)))

    def _items(self, params: dict[str, Any], client: Client) -> Iterator[dict[str, Any]]:
        answer = client.json(f"{self.url}/api/records", params)
        while True:
            yield from need(answer.data, "hits", "hits")
            following = answer.next or address(at(answer.data, "links", "next"))
            if not following:
                return
            answer = client.json(following)

    def record(self, native: str, client: Client) -> Record:
        """Return one record."""
        answer = client.json(f"{self.url}/api/records/{quote(native, safe='')}")
        return must(self._record(one(answer.data)), native)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the file that is likeliest to hold the table."""
        return readable(record.distribution)[:1]

    def _record(self, item: dict[str, Any]) -> Record | None:
        native, about = line(str(item.get("id") or "")), item.get("metadata")
        title = line(at(about, "title"))
        if not native or not title:
            return None
        access = _ACCESS.get(line(at(about, "access_right")) or "open", "manual")
        files = [_file(file) for file in objects(item.get("files"))]
        found = doi_of(item.get("doi"))
        concept = doi_of(item.get("conceptdoi"))
        same = [f"https://doi.org/{each}" for each in (found, concept) if each]
        return record(
            source=self.name,
            native=native,
            title=title,
            description=text(at(about, "description")),
            url=address(at(item, "links", "self_html")) or f"{self.url}/records/{native}",
            languages=languages(at(about, "language")),
            keywords=texts(at(about, "keywords"))[:20],
            license=stated_license(at(about, "license", "id") or at(about, "license")),
            access=access,
            creators=texts([c.get("name") for c in objects(at(about, "creators"))]),
            date=day(at(about, "publication_date")),
            version=line(at(about, "version")) or None,
            distribution=files,
            loadable=access == "open" and bool(readable(files)),
            same_as=same,
            **popularity(number(at(item, "stats", "downloads")), "downloads"),
        )


def _file(file: dict[str, Any]) -> DataFile:
    name = line(file.get("key"))
    kind, _, digest = line(file.get("checksum")).partition(":")
    return DataFile(
        url=address(at(file, "links", "self")) or "",
        name=name,
        form=form_of(name),
        bytes=number(file.get("size")),
        md5=digest if kind == "md5" else None,
    )
