"""DataCite: https://support.datacite.org/docs/api, DOIs of datasets in thousands of archives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...errors import ToolError
from ...settings import Settings
from ..records import DataFile, License, Record
from .base import Anonymous, LiveQuery, first
from .client import Client
from .fields import (
    address,
    at,
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
from .make import popularity, record

_PAGE = 25
_SAME = {"IsIdenticalTo", "IsVersionOf", "IsVariantFormOf", "HasVersion"}


@dataclass(frozen=True)
class DataCite(Anonymous):
    """DataCite at `url`. It knows where a dataset is, and has none of the data."""

    url: str
    name: str = "datacite"
    label: str = "DataCite"

    @classmethod
    def of(cls, settings: Settings) -> list["DataCite"]:
        """Return the source as the settings have it."""
        return [cls(settings.datacite_url)]

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield the datasets that DataCite finds."""
        params = {
            "query": query.text,
            "resource-type-id": "dataset",
            "page[size]": min(limit, _PAGE),
        }
        return first(limit, map(self._record, self._items(params, client)))

    def _items(self, params: dict[str, Any], client: Client) -> Iterator[dict[str, Any]]:
        answer = client.json(f"{self.url}/dois", params)
        while True:
            yield from need(answer.data, "data")
            following = address(at(answer.data, "links", "next"))
            if not following:
                return
            answer = client.json(following)

    def record(self, native: str, client: Client) -> Record:
        """Return the record of a DOI."""
        found = at(client.json(f"{self.url}/dois/{quote(native)}").data, "data")
        return must(self._record(one(found)), native)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Say where the data is.

        Raises:
            ToolError: always.
        """
        raise ToolError(f"DataCite holds no data; the dataset is at {record.url}")

    def _record(self, item: dict[str, Any]) -> Record | None:
        about = item.get("attributes")
        native = doi_of(at(about, "doi") or item.get("id"))
        titles = texts([t.get("title") for t in objects(at(about, "titles"))])
        if not native or not titles:
            return None
        year = number(at(about, "publicationYear"))
        return record(
            source=self.name,
            native=native,
            title=titles[0],
            aliases=titles[1:],
            description=_abstract(at(about, "descriptions")),
            url=address(at(about, "url")) or f"https://doi.org/{native}",
            languages=languages(at(about, "language")),
            keywords=texts([s.get("subject") for s in objects(at(about, "subjects"))])[:20],
            license=_license(at(about, "rightsList")),
            access="manual",
            creators=texts([c.get("name") for c in objects(at(about, "creators"))]),
            date=str(year) if year else None,
            version=line(at(about, "version")) or None,
            same_as=[f"https://doi.org/{native}", *_same(at(about, "relatedIdentifiers"))],
            **popularity(number(at(about, "citationCount")), "citations"),
        )


def _abstract(descriptions: Any) -> str:
    """Return the abstract, else the longest description."""
    found = objects(descriptions)
    abstracts = [d for d in found if d.get("descriptionType") == "Abstract"] or found
    return max((text(d.get("description")) for d in abstracts), key=len, default="")


def _license(rights: Any) -> License:
    """Return the first license among rights; notes such as "Open Access" are none."""
    stated = [
        stated_license(right.get("rightsIdentifier") or right.get("rights"), right.get("rightsUri"))
        for right in objects(rights)
    ]
    known = [license_ for license_ in stated if license_.spdx]
    return (known or stated or [License()])[0]


def _same(related: Any) -> list[str]:
    """Return the addresses of the same dataset elsewhere."""
    found = [r for r in objects(related) if r.get("relationType") in _SAME]
    dois = (doi_of(r.get("relatedIdentifier")) for r in found)
    return [f"https://doi.org/{each}" for each in dois if each]
