"""Dataverse installations (https://guides.dataverse.org/en/latest/api/search.html)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ...errors import ToolError
from ...settings import Settings
from ..records import DataFile, License, Record
from .base import Anonymous, LiveQuery
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
from .fields import doi as doi_of
from .make import form_of, readable, record

_PAGE = 50
_CLOSER = 3


@dataclass(frozen=True)
class Dataverse(Anonymous):
    """One installation at `url`."""

    url: str
    name: str = "dataverse"

    @classmethod
    def of(cls, settings: Settings) -> list["Dataverse"]:
        """Return one source for each installation of the settings."""
        urls = [url.strip().rstrip("/") for url in settings.dataverse_urls.split(",")]
        return [cls(url) for url in urls if url]

    @property
    def host(self) -> str:
        """The host; record ids carry it."""
        return urlsplit(self.url).hostname or self.url

    @property
    def label(self) -> str:
        """The installation's host."""
        return f"Dataverse {self.host}"

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield the datasets that the installation finds; the first ones again with license."""
        found: list[Record] = []
        start = 0
        while len(found) < limit:
            size = min(limit - len(found), _PAGE)
            items = self._page(query.text, size, start, client)
            for made in filter(None, map(self._record, items[:size])):
                found.append(made)
                yield made
            start += size
            if len(items) < size:
                break
        for made in found[:_CLOSER]:
            yield self._described(made, client)

    def record(self, native: str, client: Client) -> Record:
        """Return one dataset; its native id begins with the installation's host."""
        identity = native.partition("/")[2]
        found = self._page(f'dsPersistentId:"doi:{identity}"', 1, 0, client)
        made = must(self._record(one(found)), native)
        return self._described(made, client)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the file that is likeliest to hold the table.

        Raises:
            ToolError: the dataset has none that can be read.
        """
        files = readable(record.distribution) or readable(
            self._described(record, client).distribution
        )
        if not files:
            raise ToolError(f"{record.title} has no file that can be read here; see {record.url}")
        return files[:1]

    def _page(self, words: str, size: int, start: int, client: Client) -> list[dict[str, Any]]:
        params = {"q": words, "type": "dataset", "per_page": size, "start": start}
        answer = client.json(f"{self.url}/api/search", params)
        if at(answer.data, "status") == "ERROR":
            said = line(at(answer.data, "message")) or "without a reason"
            raise SourceFault(f"it reports an error: {said}")
        return need(answer.data, "data", "items")

    def _record(self, item: dict[str, Any]) -> Record | None:
        native, title = doi_of(item.get("global_id")), line(item.get("name"))
        if not native or not title:
            return None
        return record(
            source=self.name,
            native=f"{self.host}/{native}",
            title=title,
            description=text(item.get("description")),
            url=address(item.get("url")) or f"https://doi.org/{native}",
            domains=texts(item.get("subjects")),
            keywords=texts(item.get("keywords"))[:20],
            access="open",
            creators=texts(item.get("authors")),
            citation=line(item.get("citation"), 2_000) or None,
            date=day(item.get("published_at")),
            same_as=[f"https://doi.org/{native}"],
        )

    def _described(self, made: Record, client: Client) -> Record:
        """Return a record with its license and files."""
        identity = made.native.partition("/")[2]
        params = {"persistentId": f"doi:{identity}"}
        answer = client.json(f"{self.url}/api/datasets/:persistentId/", params, none=(404,))
        version = at(answer.data, "data", "latestVersion")
        if version is None:
            return made
        given = objects(at(version, "files") or [])
        open_ = [file for file in given if file.get("restricted") is not True]
        files = [self._file(at(file, "dataFile")) for file in open_]
        return made.model_copy(
            update={
                "license": _license(version),
                "distribution": files,
                "access": "gated" if given and not open_ else "open",
                "loadable": bool(readable(files)),
                "version": line(str(at(version, "versionNumber") or "")) or None,
            }
        )

    def _file(self, file: Any) -> DataFile:
        name, kind = line(at(file, "filename")), line(at(file, "contentType"))
        digest = line(at(file, "md5"))
        ingested = kind == "text/tab-separated-values"
        return DataFile(
            url=f"{self.url}/api/access/datafile/{number(at(file, 'id')) or 0}",
            name=name,
            form=form_of(name, kind),
            bytes=number(at(file, "filesize")),
            # What was ingested is served in another form than the one the digest is of.
            md5=digest if len(digest) == 32 and not ingested else None,
        )


def _license(version: Any) -> License:
    """Return the license of a version: an object in new installations, terms in old ones."""
    given = at(version, "license")
    if isinstance(given, dict):
        return stated_license(given.get("name"), given.get("uri"))
    return stated_license(given or at(version, "termsOfUse"))
