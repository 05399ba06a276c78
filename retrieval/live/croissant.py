"""Croissant documents by address or path."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ...errors import ToolError
from ...settings import Settings
from ..records import DataFile, Record
from .base import Anonymous, LiveQuery
from .client import Client
from .faults import SourceFault
from .jsonld import dataset_record
from .make import readable

_MOST = 16_000_000


@dataclass(frozen=True)
class Croissant(Anonymous):
    """The documents at `urls`; each is one record."""

    urls: tuple[str, ...] = ()
    url: str = ""
    name: str = "croissant"
    label: str = "Croissant documents"

    @classmethod
    def of(cls, settings: Settings) -> list["Croissant"]:
        """Return the source, if the settings name a document."""
        urls = [url.strip() for url in settings.croissant_urls.split(",") if url.strip()]
        return [cls(tuple(urls))] if urls else []

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield the record of each document; one that fails is told after the others."""
        failed: SourceFault | None = None
        for url in self.urls:
            try:
                yield read_croissant(url, client)
            except SourceFault as fault:
                failed = failed or type(fault)(f"{url}: {fault}")
        if failed:
            raise failed

    def record(self, native: str, client: Client) -> Record:
        """Return the record of one document."""
        return read_croissant(native, client)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the file that holds the table."""
        if record.distribution and record.distribution[0].form:
            return record.distribution[:1]
        return readable(record.distribution)[:1]


def read_croissant(place: str, client: Client) -> Record:
    """Return the record of a Croissant or schema.org document.

    Args:
        place: its address, or the path of a file on this machine.
        client: asks for it.

    Raises:
        ToolError: it cannot be had, or describes no dataset.
    """
    if is_address(place):
        return dataset_record(client.json(place).data, place)
    path = Path(place).expanduser().resolve()
    if not path.is_file():
        raise ToolError(f"There is no file {path}. Check the path.")
    if path.stat().st_size > _MOST:
        raise ToolError(f"{path.name} is larger than {_MOST:,} bytes, too large for metadata.")
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ToolError(f"{path.name} is not JSON ({error}).") from error
    return dataset_record(document, str(path))


def is_document(place: str) -> bool:
    """Tell whether a place is the address or the path of a document, and not a record's id."""
    return is_address(place) or place.lower().endswith((".json", ".jsonld"))


def is_address(place: str) -> bool:
    """Tell whether a place is an address of the web."""
    return place.lower().startswith(("http://", "https://"))
