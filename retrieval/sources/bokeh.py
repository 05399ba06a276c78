"""The tables that the package `bokeh_sampledata` carries in its wheel."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pandas as pd

from ...errors import ToolError
from ..licenses import find_license, read_license
from ..records import License, Record
from .package import CATALOG, installed, package_folder, table_record
from .restructured import plain

_TABLES = re.compile(r"^:bokeh-dataframe:`bokeh\.sampledata\.(\w+)\.(\w+)`", re.MULTILINE)
_LICENSE = re.compile(r"^Licen[cs]e: (.+?)(?=\n\s*\n)", re.MULTILINE | re.DOTALL)
_CUT = re.compile(r"^(\.\. |:bokeh-dataframe|This module contains).*$", re.MULTILINE)


class BokehSampleData:
    """About thirty tables used in Bokeh's examples; each module states its terms."""

    name = "bokeh"
    package = "bokeh_sampledata"
    install = CATALOG

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        return installed(self.package)

    def records(self) -> Iterator[Record]:
        """Yield one record per table that a module's docstring names."""
        for native, page in self._tables().items():
            yield self._record(native, page)

    def load(self, native: str) -> pd.DataFrame:
        """Return the table "<module>/<name>"; an index that carries names becomes a column.

        Raises:
            ToolError: the package names no such table.
        """
        if native not in self._tables():
            raise ToolError(f"bokeh_sampledata has no table {native!r}; search for another one.")
        module, _, name = native.partition("/")
        frame: pd.DataFrame = getattr(import_module(f"{self.package}.{module}"), name)
        if isinstance(frame.index, pd.RangeIndex):
            return frame.copy()
        if frame.index.name is None and frame.index.nlevels == 1:
            return frame.reset_index(drop=pd.api.types.is_integer_dtype(frame.index))
        return frame.reset_index()

    def _folder(self) -> Path:
        return package_folder(self)

    def _tables(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in sorted(self._folder().glob("[a-z]*.py")):
            page = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            for module, name in _TABLES.findall(page):
                found.setdefault(f"{module}/{name}", page)
        return found

    def _record(self, native: str, page: str) -> Record:
        module, _, name = native.partition("/")
        frame = self.load(native)
        title = plain(page.split("\n\n")[0]).rstrip(".")
        return table_record(
            self,
            native,
            frame,
            {},
            title=title if name in ("data", module) else f"{title} ({name})",
            aliases=[part for part in dict.fromkeys((module, name)) if part != "data"],
            description=plain(_CUT.sub("", page))[:3000],
            url=f"https://docs.bokeh.org/en/latest/docs/reference/sampledata.html#{module}",
            license=_license(page),
        )


def _license(page: str) -> License:
    match = _LICENSE.search(page)
    return read_license(plain(match.group(1))) if match else find_license(page)
