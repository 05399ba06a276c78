"""CKAN portals: `package_search` of https://docs.ckan.org/en/latest/api."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from ...settings import Settings
from ..records import DataFile, License, Record
from .base import Anonymous, LiveQuery, first
from .client import Client
from .faults import SourceFault
from .fields import (
    address,
    at,
    day,
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
from .make import form_of, readable, record

_PAGE = 50


@dataclass(frozen=True)
class Ckan(Anonymous):
    """One portal; `url` goes up to and without `/action`."""

    url: str
    name: str = "ckan"

    @classmethod
    def of(cls, settings: Settings) -> list["Ckan"]:
        """Return one source for each portal of the settings."""
        urls = [url.strip().rstrip("/") for url in settings.ckan_urls.split(",") if url.strip()]
        return [cls(url) for url in urls]

    @property
    def host(self) -> str:
        """The host; record ids carry it."""
        return urlsplit(self.url).hostname or self.url

    @property
    def label(self) -> str:
        """The portal's host."""
        return f"CKAN {self.host}"

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield the packages that the portal finds."""
        return first(limit, map(self.package, self._items(query, min(limit, _PAGE), client)))

    def _items(self, query: LiveQuery, rows: int, client: Client) -> Iterator[dict[str, Any]]:
        for start in count(0, rows):
            found = self._page({"q": query.text, "rows": rows, "start": start}, client)
            yield from found
            if len(found) < rows:
                return

    def record(self, native: str, client: Client) -> Record:
        """Return one package; its native id begins with the portal's host."""
        params = {"id": native.partition("/")[2]}
        found = at(client.json(f"{self.url}/action/package_show", params).data, "result")
        return must(self.package(one(found)), native)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the file that is likeliest to hold the table."""
        return readable(record.distribution)[:1]

    def _page(self, params: dict[str, Any], client: Client) -> list[dict[str, Any]]:
        answer = client.json(f"{self.url}/action/package_search", params)
        if at(answer.data, "success") is False:
            said = line(at(answer.data, "error", "message")) or "without a reason"
            raise SourceFault(f"it reports an error: {said}")
        return need(answer.data, "result", "results")

    def package(self, item: dict[str, Any]) -> Record | None:
        """Return the record of a package as the portal describes it; None for one unnamed."""
        native = line(item.get("name") or item.get("id"))
        title = line(item.get("title")) or native
        if not native:
            return None
        files = [_file(file) for file in objects(item.get("resources") or [])]
        files = [file for file in files if file.url]
        private = item.get("private") is True
        return record(
            source=self.name,
            native=f"{self.host}/{native}",
            title=title,
            description=text(item.get("notes")),
            url=address(item.get("url")) or self._page_of(native),
            keywords=texts([tag.get("name") for tag in objects(item.get("tags") or [])])[:20],
            license=_license(item),
            access="key" if private else "open",
            creators=texts([at(item, "organization", "title"), item.get("author")]),
            date=day(item.get("metadata_modified")) or day(item.get("metadata_created")),
            version=line(item.get("version")) or None,
            distribution=files,
            loadable=not private and bool(readable(files)),
        )

    def _page_of(self, native: str) -> str:
        """Return the address of a package's page."""
        return f"{self.url.removesuffix('/3').removesuffix('/api')}/dataset/{native}"


def _license(item: dict[str, Any]) -> License:
    """Return the license of a package; "notspecified" is CKAN's word for none."""
    if line(item.get("license_id")).lower() in ("notspecified", "other-license-specified"):
        return License()
    return stated_license(
        item.get("license_title") or item.get("license_id"), item.get("license_url")
    )


def _file(file: dict[str, Any]) -> DataFile:
    url = address(file.get("url")) or ""
    digest = line(file.get("hash")).lower()
    return DataFile(
        url=url,
        name=line(file.get("name")) or url.rpartition("/")[2],
        form=form_of(url, line(file.get("format"))),
        bytes=number(file.get("size")),
        sha256=digest if len(digest) == 64 else None,
        md5=digest if len(digest) == 32 else None,
    )
