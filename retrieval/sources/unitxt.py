"""The datasets that the cards of `unitxt` load, read from its catalog files."""

import json
from collections.abc import Iterator
from typing import Any

from ..records import Record
from .package import package_folder
from .reference import ReferenceSource, described, hub_fields, language_codes, license_of


class Unitxt(ReferenceSource):
    """About a hundred datasets of the Hugging Face Hub; many cards load parts of one."""

    name = "unitxt"
    package = "unitxt"

    def records(self) -> Iterator[Record]:
        """Yield one record per Hub repository that a described card loads."""
        folder = package_folder(self) / "catalog" / "cards"
        groups: dict[str, list[dict[str, Any]]] = {}
        for path in sorted(folder.rglob("*.json")):
            card = json.loads(path.read_text(encoding="utf-8"))
            if hub := _hub(card):
                name = ".".join(path.relative_to(folder).with_suffix("").parts)
                groups.setdefault(hub, []).append({**card, "name": name})
        yield from described([self._record(hub, cards) for hub, cards in groups.items()])

    def _record(self, hub: str, cards: list[dict[str, Any]]) -> Record:
        best = max(cards, key=lambda card: len(card.get("__description__") or ""))
        tags = best.get("__tags__") or {}
        fields = hub_fields(hub)
        fields["provenance"] |= {"connector": self.name, "package": self.package}
        title = hub.rpartition("/")[2]
        names = dict.fromkeys([hub, *(card["name"].partition(".")[0] for card in cards)])
        return Record(
            id=f"{self.name}:{hub}",
            source=self.name,
            native=hub,
            title=title,
            aliases=[name for name in names if name != title],
            description=_description(best),
            tasks=_list(tags.get("task_categories")),
            modalities=_list(tags.get("modality") or tags.get("modalities")) or ["text"],
            languages=language_codes(_list(tags.get("language"))),
            keywords=_list(tags.get("task_ids")),
            license=license_of(", ".join(_list(tags.get("license")))),
            **fields,
        )


def _hub(card: dict[str, Any]) -> str | None:
    loader = card.get("loader")
    if isinstance(loader, dict) and loader.get("__type__") == "load_hf":
        return loader.get("path")
    return None


def _description(card: dict[str, Any]) -> str:
    text = " ".join((card.get("__description__") or "").split())
    return text.partition("… See the full description")[0]


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
