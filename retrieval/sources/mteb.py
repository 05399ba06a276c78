"""The datasets behind the tasks of the benchmark package `mteb`, read from its source files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..records import Record
from .literals import calls, constants, keywords, parse
from .package import package_folder
from .reference import (
    HUB,
    ReferenceSource,
    described,
    hub_fields,
    language_codes,
    license_of,
    spoken_name,
    year_of,
)

_TASKS = ("classification", "regression", "clustering")


class Mteb(ReferenceSource):
    """About 1,700 text, image, audio and video datasets of the Hugging Face Hub."""

    name = "mteb"
    package = "mteb"

    def records(self) -> Iterator[Record]:
        """Yield one record per task that states its dataset and describes it."""
        folder = package_folder(self) / "tasks"
        found = (record for path in sorted(folder.rglob("*.py")) for record in self._read(path))
        yield from described(list(found))

    def _read(self, path: Path) -> Iterator[Record]:
        if "TaskMetadata(" not in path.read_text(encoding="utf-8"):
            return
        tree = parse(path)
        known = constants(tree)
        for call in calls(tree, "TaskMetadata"):
            facts = keywords(call, known)
            hub = facts.get("dataset", {}).get("path")
            if facts.get("name") and hub:
                yield self._record(facts, hub)

    def _record(self, facts: dict[str, Any], hub: str) -> Record:
        name, kind = facts["name"], spoken_name(facts.get("type", ""))
        citation = facts.get("bibtex_citation", "")
        reference = facts.get("reference") or ""
        fields = hub_fields(hub)
        fields["provenance"] |= {"connector": self.name, "package": self.package}
        return Record(
            id=f"{self.name}:{name}",
            source=self.name,
            native=name,
            title=name,
            aliases=[hub],
            description=" ".join(facts.get("description", "").split()),
            tasks=[*(task for task in _TASKS if task in kind), *([kind] if kind else [])],
            modalities=facts.get("modalities", []),
            domains=[str(domain).lower() for domain in facts.get("domains") or []],
            languages=_languages(facts.get("eval_langs", [])),
            keywords=[str(part) for part in facts.get("task_subtypes") or []],
            license=license_of(facts.get("license")),
            citation=citation.strip()[:1000] or None,
            date=year_of(citation),
            derived_from=[reference] if reference.startswith(HUB) else [],
            **fields,
        )


def _languages(stated: Any) -> list[str]:
    """Return the languages of a task; a task of several subsets states them by subset."""
    lists = stated.values() if isinstance(stated, dict) else [stated]
    return language_codes([str(code) for codes in lists if codes for code in codes])
