"""OpenML: the JSON form of its REST API (https://www.openml.org/apis).

It has no text search: the list of its datasets is read page by page, kept in the cache, and the
names are compared here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from ...errors import ToolError
from ...settings import Settings
from ..records import Column, DataFile, Deprecation, Record, Size
from ..text import words
from .base import Anonymous, LiveQuery
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
    stated_license,
    text,
    texts,
)
from .make import form_of, readable, record

_PAGE = 1000
_PAGES = 10
_CLOSER = 3
"""Datasets of which the columns are asked for as well."""
_NONE = (412,)
"""OpenML answers 412 where there is nothing."""


@dataclass(frozen=True)
class OpenML(Anonymous):
    """OpenML at `url`."""

    url: str
    name: str = "openml"
    label: str = "OpenML"

    @classmethod
    def of(cls, settings: Settings) -> list["OpenML"]:
        """Return the source as the settings have it."""
        return [cls(settings.openml_url)]

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield datasets whose name has words of the query, then each again in full."""
        found: dict[str, Record] = {}
        for item in self._named(query, client):
            made = self._listed(item)
            if made and made.id not in found:
                found[made.id] = made
                yield made
            if len(found) == limit:
                break
        for place, made in enumerate(found.values()):
            described = self._described(made, client)
            yield described
            if place < _CLOSER:
                yield self._with_columns(described, client)

    def record(self, native: str, client: Client) -> Record:
        """Return one dataset."""
        place = f"{self.url}/api/v1/json/data/{quote(native, safe='')}"
        about = at(client.json(place, none=_NONE).data, "data_set_description")
        item = {"did": native, "name": at(about, "name"), "version": at(about, "version")}
        described = self._described(must(self._listed(item), native), client)
        return self._with_columns(described, client)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the Parquet file of a dataset.

        Raises:
            ToolError: OpenML has it as ARFF only.
        """
        files = record.distribution or self._described(record, client).distribution
        if not readable(files):
            raise ToolError(f"OpenML has {record.title} as ARFF only, which is not read here.")
        return readable(files)[:1]

    def _named(self, query: LiveQuery, client: Client) -> Iterator[dict[str, Any]]:
        """Yield the datasets of each page of the list whose name has words, most words first."""
        wanted = set(words(query.text))
        for page in range(_PAGES):
            path = f"data/list/status/active/limit/{_PAGE}/offset/{page * _PAGE}"
            answer = client.json(f"{self.url}/api/v1/json/{path}", none=_NONE)
            if answer.data is None:
                return
            listed = need(answer.data, "data", "dataset")
            shared = [(len(wanted & set(words(line(item.get("name"))))), item) for item in listed]
            yield from (item for count, item in sorted(shared, key=lambda pair: -pair[0]) if count)
            if len(listed) < _PAGE:
                return

    def _listed(self, item: dict[str, Any]) -> Record | None:
        native, title = line(str(item.get("did") or "")), line(item.get("name"))
        if not native or not title:
            return None
        measured = {line(q.get("name")): q.get("value") for q in objects(item.get("quality"))}
        classes = number(measured.get("NumberOfClasses"))
        return record(
            source=self.name,
            native=native,
            title=title,
            url=f"{self.url}/d/{native}",
            modalities=["tabular"],
            tasks=["classification"] if classes and classes > 1 else [],
            access="open",
            size=Size(
                rows=number(measured.get("NumberOfInstances")),
                columns=number(measured.get("NumberOfFeatures")),
            ),
            version=line(str(item.get("version") or "")) or None,
            provenance={"md5": line(item.get("md5_checksum"))},
        )

    def _with_columns(self, made: Record, client: Client) -> Record:
        """Return a record with its columns."""
        place = f"{self.url}/api/v1/json/data/features/{made.native}"
        found = objects(at(client.json(place, none=_NONE).data, "data_features", "feature") or [])
        columns = [_column(feature) for feature in found if line(feature.get("name"))]
        return made.model_copy(update={"columns": columns}) if columns else made

    def _described(self, made: Record, client: Client) -> Record:
        """Return a record with description, license, columns asked for and files."""
        answer = client.json(f"{self.url}/api/v1/json/data/{made.native}", none=_NONE)
        about = at(answer.data, "data_set_description")
        if about is None:
            return made
        files = _files(about)
        original = address(at(about, "original_data_url"))
        status = line(at(about, "status"))
        return made.model_copy(
            update={
                "description": text(at(about, "description")),
                "license": stated_license(at(about, "licence")),
                "creators": texts(at(about, "creator")),
                "citation": line(at(about, "citation"), 2_000) or None,
                "date": day(at(about, "upload_date")),
                "languages": languages(at(about, "language")),
                "keywords": texts(at(about, "tag"))[:20],
                "distribution": files,
                "loadable": bool(readable(files)) and status != "deactivated",
                "same_as": [original] if original else [],
                "deprecation": made.deprecation or _deactivated(status),
                "provenance": {
                    **made.provenance,
                    "target": line(at(about, "default_target_attribute")),
                },
            }
        )


def _column(feature: dict[str, Any]) -> Column:
    role: Literal["target", "id"] | None = None
    if feature.get("is_target") == "true":
        role = "target"
    elif feature.get("is_row_identifier") == "true":
        role = "id"
    return Column(
        name=line(feature.get("name")), dtype=line(feature.get("data_type")) or None, role=role
    )


def _files(about: Any) -> list[DataFile]:
    links = [at(about, "parquet_url"), at(about, "minio_url"), at(about, "url")]
    found = [link for link in map(address, links) if link]
    return [
        DataFile(url=link, name=link.rpartition("/")[2], form=form_of(link))
        for link in dict.fromkeys(found)
    ]


def _deactivated(status: str) -> Deprecation | None:
    if status != "deactivated":
        return None
    return Deprecation(status="deprecated", reason="OpenML has deactivated it.", source="OpenML")
