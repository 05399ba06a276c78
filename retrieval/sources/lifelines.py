"""The survival tables that `lifelines` carries, read from its files without importing it.

The package itself asks for pandas below version 3, so it is installed without dependencies.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from inspect import cleandoc
from pathlib import Path

import pandas as pd

from ...errors import ToolError
from ..licenses import find_license
from ..records import Record
from .literals import calls, keywords, parse, read
from .package import REFERENCE, installed, package_folder, table_record
from .restructured import definitions, plain

_LOADER = "load_"
_ROWS = re.compile(r"[\s:]*(?:Size ?:? ?\(|Examples?:|References? ?-{3}).*", re.DOTALL)


class Lifelines:
    """About 27 tables of durations and events, each with a note on its columns."""

    name = "lifelines"
    package = "lifelines"
    install = REFERENCE

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        return installed(self.package)

    def records(self) -> Iterator[Record]:
        """Yield one record per loading function that names a file, in their order."""
        for native, function in _loaders(self._folder()).items():
            page = ast.get_docstring(function) or ""
            frame = self.load(native)
            yield table_record(
                self,
                native,
                frame,
                definitions(cleandoc(page)),
                title=native.replace("_", " ").capitalize(),
                aliases=[native],
                description=f"Survival analysis data. {_ROWS.sub('', plain(page))}"[:3000],
                url="https://lifelines.readthedocs.io/en/latest/lifelines.datasets.html",
                tasks=["survival"],
                license=find_license(page),
            )

    def load(self, native: str) -> pd.DataFrame:
        """Return the table of one loading function, without row numbers.

        Raises:
            ToolError: the package has no such table.
        """
        loaders = _loaders(self._folder())
        if native not in loaders:
            raise ToolError(f"lifelines has no table {native!r}: {', '.join(loaders)}.")
        call = next(calls(loaders[native], "_load_dataset"))
        name = read(call.args[0], {})
        frame: pd.DataFrame = pd.read_csv(
            self._folder() / name, engine="python", **keywords(call, {})
        )
        return frame if isinstance(frame.index, pd.RangeIndex) else _without_numbers(frame)

    def _folder(self) -> Path:
        return package_folder(self) / "datasets"


@cache
def _loaders(folder: Path) -> dict[str, ast.FunctionDef]:
    """Return the functions that load a file, by the name of the table."""
    return {
        node.name.removeprefix(_LOADER): node
        for node in parse(folder / "__init__.py").body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith(_LOADER)
        and any(calls(node, "_load_dataset"))
    }


def _without_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep an index that has a name as a column, drop one that only counts."""
    return frame.reset_index(drop=frame.index.name in (None, "i"))
