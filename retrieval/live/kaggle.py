"""Kaggle: its public API with an account's key; asked only where the settings name it."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...errors import ToolError
from ...settings import Settings
from ..records import DataFile, Record, Size
from .base import LiveQuery
from .client import Client
from .fields import (
    address,
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
from .make import popularity, record

_PAGE = 20


@dataclass(frozen=True)
class Kaggle:
    """Kaggle at `url`, for the account `user`."""

    url: str
    user: str
    key: str
    name: str = "kaggle"
    label: str = "Kaggle"

    @classmethod
    def of(cls, settings: Settings) -> list["Kaggle"]:
        """Return the source as the settings have it.

        Raises:
            ToolError: there is no key.
        """
        key = settings.kaggle_key.get_secret_value()
        if not settings.kaggle_username or not key:
            raise ToolError("Kaggle wants an account: set KAGGLE_USERNAME and KAGGLE_KEY.")
        return [cls(settings.kaggle_url, settings.kaggle_username, key)]

    @property
    def headers(self) -> dict[str, str]:
        """What tells Kaggle who asks."""
        pair = base64.b64encode(f"{self.user}:{self.key}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield the datasets that Kaggle finds."""
        count, page = 0, 1
        while count < limit:
            params = {"search": query.text, "page": page}
            answer = client.json(f"{self.url}/api/v1/datasets/list", params, self.headers)
            items = need(answer.data)
            for item in items:
                made = self._record(item)
                if made and count < limit:
                    count += 1
                    yield made
            if len(items) < _PAGE:
                return
            page += 1

    def record(self, native: str, client: Client) -> Record:
        """Return one dataset."""
        place = f"{self.url}/api/v1/datasets/view/{quote(native)}"
        found = client.json(place, headers=self.headers).data
        return must(self._record(one(found)), native)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the archive of a dataset."""
        return record.distribution

    def _record(self, item: dict[str, Any]) -> Record | None:
        native, title = line(item.get("ref")), line(item.get("title"))
        if native.count("/") != 1 or not title:
            return None
        size = number(item.get("totalBytes"))
        archive = DataFile(
            url=f"{self.url}/api/v1/datasets/download/{quote(native)}",
            name=f"{native.rpartition('/')[2]}.zip",
            form="zip",
            bytes=None,
        )
        return record(
            source=self.name,
            native=native,
            title=title,
            aliases=[native],
            description=text(item.get("description")) or text(item.get("subtitle")),
            url=address(item.get("url")) or f"{self.url}/datasets/{quote(native)}",
            keywords=texts([tag.get("name") for tag in objects(item.get("tags") or [])])[:20],
            license=stated_license(item.get("licenseName")),
            access="open",
            size=Size(bytes=size),
            creators=texts(item.get("creatorName")),
            date=day(item.get("lastUpdated")),
            distribution=[archive],
            loadable=True,
            **popularity(number(item.get("downloadCount")), "downloads"),
        )
