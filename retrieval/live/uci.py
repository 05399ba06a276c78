"""UCI Machine Learning Repository: the JSON API that its Python package reads.

Its search looks for one text in the names. It states no license in the API, so none is told here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ...settings import Settings
from ..records import Column, DataFile, Record, Size
from .base import Anonymous, LiveQuery
from .client import Client
from .faults import NotFound, SourceFault
from .fields import address, at, doi, line, must, need, number, objects, text, texts
from .make import form_of, readable, record

_CLOSER = 5
_TASKS = {"classification", "regression", "clustering"}
_ROLES: dict[str, Literal["target", "feature", "id"]] = {
    "target": "target",
    "feature": "feature",
    "id": "id",
}
_MODALITIES = {
    "tabular": "tabular",
    "multivariate": "tabular",
    "text": "text",
    "image": "image",
    "time-series": "time series",
}


@dataclass(frozen=True)
class UCI(Anonymous):
    """The repository at `url`."""

    url: str
    name: str = "uci"
    label: str = "UCI Machine Learning Repository"

    @classmethod
    def of(cls, settings: Settings) -> list["UCI"]:
        """Return the source as the settings have it."""
        return [cls(settings.uci_url)]

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield datasets whose name has the words, then the first ones in full."""
        found: dict[str, Record] = {}
        for words in query.for_names():
            answer = client.json(f"{self.url}/api/datasets/list", {"search": words}, none=(404,))
            _need_success(answer.data)
            nothing = answer.data is None or at(answer.data, "status") == 404
            for item in [] if nothing else need(answer.data, "data"):
                made = self._listed(item)
                if made and made.id not in found and len(found) < limit:
                    found[made.id] = made
                    yield made
        for made in list(found.values())[:_CLOSER]:
            yield self._described(made, client)

    def record(self, native: str, client: Client) -> Record:
        """Return one dataset."""
        about = at(client.json(f"{self.url}/api/dataset", {"id": native}, none=(404,)).data, "data")
        item = {"id": native, "name": at(about, "name")}
        return self._described(must(self._listed(item), native), client)

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the CSV file that the repository offers.

        Raises:
            ToolError: it offers none.
        """
        files = record.distribution or self._described(record, client).distribution
        if not files:
            raise NotFound(f"UCI offers no table of {record.title}; see {record.url}")
        return readable(files)[:1]

    def _listed(self, item: dict[str, Any]) -> Record | None:
        native, title = line(str(item.get("id") or "")), line(item.get("name"))
        if not native or not title:
            return None
        return record(
            source=self.name,
            native=native,
            title=title,
            url=address(item.get("url")) or f"{self.url}/dataset/{native}",
            access="open",
        )

    def _described(self, made: Record, client: Client) -> Record:
        answer = client.json(f"{self.url}/api/dataset", {"id": made.native}, none=(404,))
        about = at(answer.data, "data")
        if not isinstance(about, dict):
            return made
        link = address(about.get("data_url"))
        files = [DataFile(url=link, name="data.csv", form=form_of(link))] if link else []
        columns = _columns(about.get("variables"))
        identity = doi(about.get("dataset_doi"))
        kinds = [kind.lower() for kind in texts(about.get("characteristics"))]
        return made.model_copy(
            update={
                "description": _description(about),
                "url": address(about.get("repository_url")) or made.url,
                "tasks": [t for t in map(str.lower, texts(about.get("tasks"))) if t in _TASKS],
                "modalities": sorted({_MODALITIES[k] for k in kinds if k in _MODALITIES}),
                "domains": texts(about.get("area")),
                "columns": columns,
                "size": Size(
                    rows=number(about.get("num_instances")),
                    columns=len(columns) or number(about.get("num_features")),
                ),
                "creators": texts(about.get("creators")),
                "citation": line(at(about, "intro_paper", "title")) or None,
                "date": line(str(about.get("year_of_dataset_creation") or "")) or None,
                "distribution": files,
                "loadable": bool(readable(files)),
                "same_as": [f"https://doi.org/{identity}"] if identity else [],
            }
        )


def _need_success(data: Any) -> None:
    """Raise what the repository reports; it puts a status beside the data."""
    status = at(data, "status")
    if isinstance(status, int) and status not in (200, 404):
        raise SourceFault(f"it reports an error: {line(at(data, 'message')) or status}")


def _description(about: dict[str, Any]) -> str:
    parts = [text(about.get("abstract")), text(at(about, "additional_info", "summary"))]
    return "\n\n".join(part for part in parts if part)


def _columns(variables: Any) -> list[Column]:
    return [
        Column(
            name=line(item.get("name")),
            dtype=line(item.get("type")).lower() or None,
            role=_ROLES.get(line(item.get("role")).lower()),
            description=line(item.get("description")) or None,
        )
        for item in objects(variables or [])
        if line(item.get("name"))
    ]
