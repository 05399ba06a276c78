"""The streams that `river` carries in its wheel, read from its files without importing it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd

from ...errors import ToolError
from ..licenses import find_license
from ..records import Record
from .literals import calls, constants, keywords, parse
from .package import CATALOG, installed, package_folder, table_record
from .restructured import plain

_TASKS = {"REG": "regression", "BINARY_CLF": "classification", "MULTI_CLF": "classification"}
_NOTES = re.compile(r"^(References|Examples|Parameters)\n-+.*", re.MULTILINE | re.DOTALL)


class River:
    """About ten tables in the order of time, each with the column that is learned."""

    name = "river"
    package = "river"
    install = CATALOG

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        return installed(self.package)

    def records(self) -> Iterator[Record]:
        """Yield one record per class whose file of comma-separated values is in the package."""
        for native, (node, _) in _classes(self._folder()).items():
            page = ast.get_docstring(node) or ""
            frame = self.load(native)
            record = table_record(
                self,
                native,
                frame,
                {},
                title=plain(page.split("\n")[0]).rstrip("."),
                aliases=[native],
                description=plain(_NOTES.sub("", page))[:3000],
                url=f"https://riverml.xyz/latest/api/datasets/{native}/",
                tasks=_tasks(node),
                license=find_license(page),
            )
            for column in record.columns:
                column.role = "target" if column.name in _targets(node) else None
            yield record

    def load(self, native: str) -> pd.DataFrame:
        """Return the rows of one stream in their order.

        Raises:
            ToolError: the package carries no such table.
        """
        classes = _classes(self._folder())
        if native not in classes:
            raise ToolError(f"river has no table {native!r}: {', '.join(classes)}.")
        frame: pd.DataFrame = pd.read_csv(self._folder() / classes[native][1])
        return frame

    def _folder(self) -> Path:
        return package_folder(self) / "datasets"


@cache
def _classes(folder: Path) -> dict[str, tuple[ast.ClassDef, str]]:
    """Return class and file name of each table, by class name."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        for node in parse(path).body:
            name = _file(node) if isinstance(node, ast.ClassDef) else ""
            if isinstance(node, ast.ClassDef) and ".csv" in name and (folder / name).is_file():
                found[node.name] = (node, name)
    return found


def _file(node: ast.ClassDef) -> str:
    names = [keywords(call, {}).get("filename", "") for call in calls(node, "__init__")]
    return next(iter(names), "")


def _tasks(node: ast.ClassDef) -> list[str]:
    names = [
        keyword.value.attr
        for call in calls(node, "__init__")
        for keyword in call.keywords
        if keyword.arg == "task" and isinstance(keyword.value, ast.Attribute)
    ]
    return [_TASKS[name] for name in names if name in _TASKS]


def _targets(node: ast.ClassDef) -> list[str]:
    for call in calls(node, "iter_csv"):
        target = keywords(call, constants(ast.Module(node.body, []))).get("target", [])
        return [target] if isinstance(target, str) else target
    return []
