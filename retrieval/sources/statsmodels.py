"""The datasets that statsmodels carries in its wheel."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pandas as pd

from ...errors import ToolError
from ..licenses import read_license
from ..records import License, Record
from .package import CATALOG, installed, package_folder, table_record
from .restructured import definitions, plain


class Statsmodels:
    """About thirty tables of econometrics and statistics with a copyright note each."""

    name = "statsmodels"
    package = "statsmodels"
    install = CATALOG

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        return installed(self.package)

    def records(self) -> Iterator[Record]:
        """Yield one record per folder with a `data.py`, in the order of their names."""
        for path in sorted(self._folder().glob("*/data.py")):
            yield self._record(path)

    def load(self, native: str) -> pd.DataFrame:
        """Return the table of one dataset.

        Raises:
            ToolError: statsmodels carries no such dataset.
        """
        if not (self._folder() / native / "data.py").is_file():
            raise ToolError(f"statsmodels has no dataset {native!r}; search for another dataset.")
        module = import_module(f"statsmodels.datasets.{native}.data")
        frame: pd.DataFrame = module.load_pandas().data
        if isinstance(frame.index, pd.DatetimeIndex):
            frame = frame.rename_axis(index="date").reset_index()
        return frame.reset_index(drop=True)

    def _folder(self) -> Path:
        return package_folder(self) / "datasets"

    def _record(self, path: Path) -> Record:
        native = path.parent.name
        facts = _constants(path)
        note = "\n".join(facts.get(name, "") for name in ("DESCRLONG", "NOTE"))
        frame = self.load(native)
        return table_record(
            self,
            native,
            frame,
            definitions(note),
            title=plain(facts.get("TITLE", native)),
            aliases=[native],
            description=plain(f"{facts.get('DESCRSHORT', '')}\n{note}")[:3000],
            url=f"https://www.statsmodels.org/stable/datasets/generated/{native}.html",
            license=_license(facts.get("COPYRIGHT", "")),
            citation=plain(facts.get("SOURCE", ""))[:500] or None,
        )


def _constants(path: Path) -> dict[str, str]:
    """Return the texts a dataset's module assigns, without running it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: dict[str, str] = {"__doc__": ast.get_docstring(tree) or ""}
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[node.targets[0].id] = value.value
        elif isinstance(value, ast.Name) and value.id in found:
            found[node.targets[0].id] = found[value.id]
    return found


def _license(note: str) -> License:
    """A copyright note states a license unless it only says that somebody gave permission."""
    stated = read_license(note)
    words = (stated.raw or "").lower()
    grants = ("public domain", "licen", "terms of use")
    return stated if any(word in words for word in grants) else License()
