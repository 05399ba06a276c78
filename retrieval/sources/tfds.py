"""The datasets that `tensorflow-datasets` has builders for, read from its source files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..licenses import find_license
from ..records import Access, Column, Record
from .literals import calls, constants, keywords, parse, read
from .package import package_folder
from .reference import ReferenceSource, described, spoken_name, year_of
from .restructured import plain

_SKIPPED = {"core", "scripts", "testing", "dataset_collections", "proto"}
_KINDS = {
    "Text": "text",
    "Translation": "text",
    "Image": "image",
    "LabeledImage": "image",
    "Audio": "audio",
    "Video": "video",
}
_MANUAL = "MANUAL_DOWNLOAD_INSTRUCTIONS"


class TensorflowDatasets(ReferenceSource):
    """About 350 datasets with descriptions, features and citations."""

    name = "tfds"
    package = "tensorflow_datasets"

    def records(self) -> Iterator[Record]:
        """Yield one record per builder that is described."""
        root = package_folder(self)
        found: dict[str, Record] = {}
        for path in sorted(root.rglob("*.py")):
            if path.relative_to(root).parts[0] not in _SKIPPED and "test" not in path.stem:
                for record in self._read(path):
                    found.setdefault(record.id, record)
        yield from described(list(found.values()))

    def _read(self, path: Path) -> Iterator[Record]:
        if "Builder" not in path.read_text(encoding="utf-8"):
            return
        tree = parse(path)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and _is_builder(node):
                yield self._record(path, node, constants(tree))

    def _record(self, path: Path, node: ast.ClassDef, known: dict[str, Any]) -> Record:
        name = path.parent.name if node.name == "Builder" else _snake(node.name)
        facts = _facts(node, known)
        tags = _beside(path, "TAGS.txt").split()
        citation = _beside(path, "CITATIONS.bib") or facts.get("citation", "")
        text = _beside(path, "README.md") or facts.get("description") or _said(node)
        columns = _columns(node, known)
        return Record(
            id=f"{self.name}:{name}",
            source=self.name,
            native=name,
            title=spoken_name(name),
            aliases=[name],
            description=plain(text)[:3000],
            url=facts.get("homepage") or f"https://www.tensorflow.org/datasets/catalog/{name}",
            tasks=_tagged(tags, "ml.task"),
            modalities=_modalities(tags, columns),
            languages=sorted(_tagged(tags, "content.language")),
            keywords=_tagged(tags, "content.subject"),
            license=find_license(text),
            access=_access(node),
            columns=columns,
            citation=citation.strip()[:1000] or None,
            date=year_of(citation),
            provenance={"connector": self.name, "package": self.package},
        )


def _is_builder(node: ast.ClassDef) -> bool:
    bases = [base.attr for base in node.bases if isinstance(base, ast.Attribute)]
    return any(base.endswith("Builder") for base in bases)


def _said(node: ast.ClassDef) -> str:
    """Return a builder's docstring, unless it only repeats its name."""
    text = ast.get_docstring(node) or ""
    return "" if text.startswith("DatasetBuilder for") else text


def _facts(node: ast.ClassDef, known: dict[str, Any]) -> dict[str, str]:
    """Return what the builder hands to `DatasetInfo` or its shorter form."""
    facts: dict[str, Any] = {}
    for name in ("DatasetInfo", "dataset_info_from_configs", "create_dataset_info"):
        for call in calls(node, name):
            facts |= keywords(call, known)
    return {key: value for key, value in facts.items() if isinstance(value, str)}


def _columns(node: ast.ClassDef, known: dict[str, Any]) -> list[Column]:
    """Return the features of the first dictionary of features, with the class of each."""
    for call in calls(node, "FeaturesDict"):
        if call.args and isinstance(call.args[0], ast.Dict):
            table = call.args[0]
            names = [key and read(key, known) for key in table.keys]
            kinds = [_kind(value) for value in table.values]
            pairs = zip(names, kinds, strict=True)
            return [Column(name=name, dtype=kind) for name, kind in pairs if isinstance(name, str)]
    return []


def _kind(value: ast.expr) -> str | None:
    """Return the class of a feature, or its type where it is one of NumPy's."""
    called = value.func if isinstance(value, ast.Call) else value
    return called.attr.rstrip("_") if isinstance(called, ast.Attribute) else None


def _modalities(tags: list[str], columns: list[Column]) -> list[str]:
    stated = _tagged(tags, "content.data-type")
    seen = {_KINDS[column.dtype] for column in columns if column.dtype in _KINDS}
    return sorted({*stated, *seen})


def _tagged(tags: list[str], group: str) -> list[str]:
    return [tag.removeprefix(f"{group}.") for tag in tags if tag.startswith(f"{group}.")]


def _access(node: ast.ClassDef) -> Access:
    names = [t.id for n in node.body if isinstance(n, ast.Assign) for t in n.targets
             if isinstance(t, ast.Name)]  # fmt: skip
    return "manual" if _MANUAL in names else "open"


def _beside(path: Path, name: str) -> str:
    """Return the text of a file in the folder of a builder that has one of its own."""
    file = path.parent / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _snake(name: str) -> str:
    """Return the name under which a builder class is known."""
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", parted).lower()
