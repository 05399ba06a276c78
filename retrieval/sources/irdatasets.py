"""The collections that `ir_datasets` describes, read from its documentation files."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from ..licenses import find_license
from ..records import Record, Size
from .package import package_folder
from .reference import ReferenceSource, described, year_of

_ADDRESS = re.compile(r"href=[\"']([^\"']+)")
_BIBTEX = re.compile(r"@\w+\{\s*([^,\s]+)\s*,.*?^\}", re.MULTILINE | re.DOTALL)


class IrDatasets(ReferenceSource):
    """About sixty families of collections for retrieval: documents, queries, judgments."""

    name = "irdatasets"
    package = "ir_datasets"

    def records(self) -> Iterator[Record]:
        """Yield one record per family; its subsets are told in the description."""
        import yaml

        root = package_folder(self)
        counts = json.loads((root / "etc" / "metadata.json").read_text(encoding="utf-8"))
        entries = _entries((root / "docs" / "bibliography.bib").read_text(encoding="utf-8"))
        found = []
        for path in sorted((root / "docs").glob("*.yaml")):
            pages = yaml.safe_load(path.read_text(encoding="utf-8"))
            found.append(self._record(path, pages, counts, entries))
        yield from described(found)

    def _record(
        self, path: Path, pages: dict[str, Any], counts: dict[str, Any], entries: dict[str, str]
    ) -> Record:
        native = path.stem
        top = pages.get("_", {})
        links = _ADDRESS.findall(top.get("desc", ""))
        citation = "\n".join(entries.get(name, "") for name in top.get("bibtex_ids") or [])
        text = _text(top.get("desc", ""))
        return Record(
            id=f"{self.name}:{native}",
            source=self.name,
            native=native,
            title=_text(top.get("pretty_name") or native),
            aliases=[native],
            description=f"{text} {_subsets(pages)}".strip()[:3000],
            url=links[0] if links else f"https://ir-datasets.com/{native}.html",
            tasks=["retrieval"],
            modalities=["text"],
            license=find_license(text),
            access="manual" if "data_access" in top else "open",
            size=Size(rows=_documents(counts.get(native, {}))),
            citation=citation.strip()[:1000] or None,
            date=year_of(citation),
            provenance={"connector": self.name, "package": self.package},
        )


def _subsets(pages: dict[str, Any]) -> str:
    parts = [
        f"{name}: {_text(page.get('desc', ''))}"
        for name, page in pages.items()
        if name != "_" and "/" not in str(name) and isinstance(page, dict)
    ]
    return f"Subsets: {' '.join(parts)}" if parts else ""


def _documents(counts: dict[str, Any]) -> int | None:
    count = counts.get("docs", {}).get("count")
    return int(count) if count else None


def _entries(bibliography: str) -> dict[str, str]:
    return {match.group(1): match.group(0) for match in _BIBTEX.finditer(bibliography)}


def _text(html: str) -> str:
    """Return HTML without its marks, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
