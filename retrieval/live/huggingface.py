"""Hugging Face Hub: its search, and the Parquet files that its dataset viewer makes.

https://huggingface.co/docs/hub/api and https://huggingface.co/docs/dataset-viewer
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...errors import ToolError
from ...settings import Settings
from ..records import Access, Column, DataFile, Deprecation, Record, Size
from .base import LiveQuery
from .client import Client
from .faults import NotFound, SourceFault
from .fields import (
    at,
    day,
    doi,
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
from .make import popularity, record

_FIELDS = [
    "author",
    "cardData",
    "createdAt",
    "description",
    "disabled",
    "downloads",
    "gated",
    "lastModified",
    "private",
    "tags",
]
_CLOSER = 4
_NOT_TABLES = {"image", "audio", "video", "3d", "geospatial"}
_TASKS = {
    "tabular-classification": "classification",
    "text-classification": "classification",
    "image-classification": "classification",
    "audio-classification": "classification",
    "token-classification": "classification",
    "tabular-regression": "regression",
    "time-series-forecasting": "forecasting",
}


@dataclass(frozen=True)
class HuggingFace:
    """The Hub at `url`, its dataset viewer at `viewer`."""

    url: str
    viewer: str
    token: str = ""
    name: str = "huggingface"
    label: str = "Hugging Face Hub"

    @classmethod
    def of(cls, settings: Settings) -> list["HuggingFace"]:
        """Return the source as the settings have it."""
        token = settings.huggingface_token.get_secret_value()
        return [cls(settings.huggingface_url, settings.huggingface_viewer_url, token)]

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield datasets whose name has the words; the first ones again with their columns."""
        found: dict[str, Record] = {}
        for words in query.for_names():
            for item in self._named(words, limit - len(found), client):
                made = self._record(item)
                if made and made.id not in found:
                    found[made.id] = made
                    yield made
            if len(found) >= limit:
                break
        for made in list(found.values())[:_CLOSER]:
            closer = self._closer(made, client)
            if closer:
                yield closer

    def record(self, native: str, client: Client) -> Record:
        """Return one dataset, with the rows and columns that the viewer tells."""
        place = f"{self.url}/api/datasets/{quote(native)}"
        answer = client.json(place, {"expand": _FIELDS}, self.headers)
        made = must(self._record(one(answer.data)), native)
        return self._closer(made, client) or made

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the Parquet files of one split: `train` of the default configuration, if any."""
        try:
            answer = client.json(f"{self.viewer}/parquet", {"dataset": record.native}, self.headers)
        except NotFound as error:
            raise ToolError(f"The Hub has made no table of {record.native} yet.") from error
        found = need(answer.data, "parquet_files")
        if not found:
            raise ToolError(f"The Hub has made no table of {record.native}.")
        config = _first({line(file.get("config")) for file in found}, "default")
        part = [file for file in found if line(file.get("config")) == config]
        split = _first({line(file.get("split")) for file in part}, "train")
        return [_file(file, split) for file in part if line(file.get("split")) == split]

    @property
    def headers(self) -> dict[str, str]:
        """What tells the Hub who asks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _named(self, words: str, limit: int, client: Client) -> Iterator[dict[str, Any]]:
        """Yield datasets whose name has the words, the most downloaded first, page after page."""
        params = {
            "search": words,
            "limit": min(limit, 50),
            "sort": "downloads",
            "expand": _FIELDS,
        }
        answer = client.json(f"{self.url}/api/datasets", params, self.headers)
        given = need(answer.data)
        while answer.next and len(given) < limit:
            answer = client.json(answer.next, headers=self.headers)
            given += need(answer.data)
        yield from given[:limit]

    def _record(self, item: dict[str, Any]) -> Record | None:
        native = line(item.get("id"))
        if not native:
            return None
        tags = texts(item.get("tags"))
        access = _access(item, bool(self.token))
        disabled = item.get("disabled") is True
        modalities = _tagged(tags, "modality")
        license_ = _tagged(tags, "license") or texts(at(item, "cardData", "license"))
        return record(
            source=self.name,
            native=native,
            title=line(at(item, "cardData", "pretty_name")) or native.rpartition("/")[2],
            aliases=[native],
            description=text(item.get("description")),
            url=f"{self.url}/datasets/{quote(native)}",
            tasks=sorted({_TASKS[t] for t in _tagged(tags, "task_categories") if t in _TASKS}),
            modalities=modalities,
            languages=languages(_tagged(tags, "language")),
            keywords=[tag for tag in tags if ":" not in tag][:20],
            license=stated_license(", ".join(license_)),
            access=access,
            creators=texts(item.get("author")),
            date=day(item.get("lastModified")) or day(item.get("createdAt")),
            deprecation=_disabled() if disabled else None,
            loadable=access == "open"
            and not disabled
            and not _NOT_TABLES & set(modalities)
            and at(item, "cardData", "viewer") is not False,
            same_as=[f"https://doi.org/{d}" for d in map(doi, _tagged(tags, "doi")) if d],
            **popularity(number(item.get("downloads")), "downloads last month"),
        )

    def _closer(self, made: Record, client: Client) -> Record | None:
        """Return a record with the rows and columns that the viewer tells."""
        if not made.loadable:
            return None
        try:
            answer = client.json(f"{self.viewer}/info", {"dataset": made.native}, self.headers)
        except NotFound:
            return None
        configs = at(answer.data, "dataset_info")
        if not isinstance(configs, dict) or not configs:
            return None
        info = configs[_first(set(configs), "default")]
        columns = _columns(at(info, "features"))
        rows = [number(split.get("num_examples")) for split in _splits(info)]
        size = Size(
            rows=sum(r for r in rows if r is not None) or None,
            columns=len(columns) or None,
            bytes=number(at(info, "dataset_size")),
        )
        return made.model_copy(update={"columns": columns, "size": size})


def _access(item: dict[str, Any], token: bool) -> Access:
    """Return how a dataset can be had; with a token a gated one may be open to its holder."""
    if item.get("private") is True:
        return "open" if token else "key"
    if item.get("gated") in (True, "auto", "manual"):
        return "open" if token else "gated"
    return "open"


def _disabled() -> Deprecation:
    return Deprecation(status="withdrawn", reason="The Hugging Face Hub has disabled it.")


def _tagged(tags: list[str], name: str) -> list[str]:
    return [tag.partition(":")[2] for tag in tags if tag.startswith(f"{name}:")]


def _splits(info: Any) -> list[dict[str, Any]]:
    splits = at(info, "splits")
    return objects(list(splits.values())) if isinstance(splits, dict) else []


def _columns(features: Any) -> list[Column]:
    if not isinstance(features, dict):
        return []
    kinds = {
        name: line(at(kind, "dtype")) or line(at(kind, "_type")) or None
        for name, kind in list(features.items())[:500]
    }
    return [Column(name=line(name), dtype=kind) for name, kind in kinds.items()]


def _first(names: set[str], wanted: str) -> str:
    return wanted if wanted in names else min(names)


def _file(file: dict[str, Any], split: str) -> DataFile:
    url = line(file.get("url"), 2_000)
    if not url:
        raise SourceFault("its list of Parquet files has no address")
    return DataFile(
        url=url,
        name=line(file.get("filename")) or "table.parquet",
        form="parquet",
        bytes=number(file.get("size")),
        split=split,
    )
