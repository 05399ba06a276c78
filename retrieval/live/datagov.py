"""data.gov: the Catalog API (https://resources.data.gov/catalog-api), which replaced its CKAN API.

Records are DCAT-US. The catalog's own host answers without a key, api.gsa.gov with one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...settings import Settings
from ..records import DataFile, Record
from .base import LiveQuery, first
from .client import Client
from .fields import address, at, day, line, must, need, objects, stated_license, text, texts
from .make import form_of, readable, record

_PAGE = 50
_PAGES_URL = "https://catalog.data.gov/dataset/"


@dataclass(frozen=True)
class DataGov:
    """data.gov at `url`."""

    url: str
    key: str = ""
    name: str = "datagov"
    label: str = "data.gov"

    @classmethod
    def of(cls, settings: Settings) -> list["DataGov"]:
        """Return the source as the settings have it."""
        return [cls(settings.datagov_url, settings.datagov_key.get_secret_value())]

    @property
    def headers(self) -> dict[str, str]:
        """The key, where there is one."""
        return {"X-Api-Key": self.key} if self.key else {}

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield the datasets that data.gov finds."""
        params = {"q": query.text, "per_page": min(limit, _PAGE)}
        return first(limit, map(self._record, self._items(params, client)))

    def _items(self, params: dict[str, Any], client: Client) -> Iterator[dict[str, Any]]:
        while True:
            answer = client.json(f"{self.url}/search", params, self.headers)
            yield from need(answer.data, "results")
            following = line(at(answer.data, "after"), 1_000)
            if not following:
                return
            params = params | {"after": following}

    def record(self, native: str, client: Client) -> Record:
        """Return the dataset of that slug, which the search finds by its words."""
        params = {"q": native.replace("-", " "), "per_page": _PAGE}
        answer = client.json(f"{self.url}/search", params, self.headers)
        found = [item for item in need(answer.data, "results") if item.get("slug") == native]
        return must(self._record(found[0]) if found else None, native)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the file that is likeliest to hold the table."""
        return readable(record.distribution)[:1]

    def _record(self, item: dict[str, Any]) -> Record | None:
        about = item.get("dcat")
        native, title = line(item.get("slug")), line(item.get("title") or at(about, "title"))
        if not native or not title:
            return None
        files = [file for file in map(_file, objects(at(about, "distribution") or [])) if file.url]
        public = line(at(about, "accessLevel")) in ("", "public")
        landing = address(at(about, "landingPage"))
        return record(
            source=self.name,
            native=native,
            title=title,
            description=text(item.get("description") or at(about, "description")),
            url=f"{_PAGES_URL}{native}",
            domains=texts(at(about, "theme")),
            keywords=texts(at(about, "keyword"))[:20],
            license=stated_license(at(about, "license")),
            access="open" if public else "manual",
            creators=texts([at(about, "publisher", "name") or at(item, "organization", "name")]),
            date=day(at(about, "modified")),
            distribution=files,
            loadable=public and bool(readable(files)),
            same_as=[landing] if landing else [],
        )


def _file(file: dict[str, Any]) -> DataFile:
    url = address(file.get("downloadURL")) or ""
    stated = line(file.get("mediaType")) or line(file.get("format"))
    return DataFile(
        url=url,
        name=line(file.get("title")) or url.rpartition("/")[2],
        form=form_of(url, stated),
    )
