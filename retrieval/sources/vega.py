"""The datasets that the package `vega_datasets` carries in its wheel."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ...errors import ToolError
from ..licenses import find_license
from ..records import Record
from .package import CATALOG, installed, package_folder, table_record
from .restructured import plain


class VegaDatasets:
    """Seventeen tables used in the examples of Vega and Altair."""

    name = "vega"
    package = "vega_datasets"
    install = CATALOG

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        return installed(self.package)

    def records(self) -> Iterator[Record]:
        """Yield one record per file, in the order of their names."""
        notes = json.loads((self._folder() / "dataset_info.json").read_text(encoding="utf-8"))
        for native in sorted(self._files()):
            note = notes.get(native, {})
            description = plain(note.get("description", ""))
            frame = self.load(native)
            yield table_record(
                self,
                native,
                frame,
                {},
                title=native.replace("-", " ").title(),
                aliases=[native],
                description=description,
                url="https://github.com/vega/vega-datasets",
                license=find_license(description),
                citation="; ".join(note.get("references", []))[:500] or None,
            )

    def load(self, native: str) -> pd.DataFrame:
        """Return the table of one dataset.

        Raises:
            ToolError: the package carries no such dataset.
        """
        files = self._files()
        if native not in files:
            raise ToolError(f"vega_datasets has no dataset {native!r}: {', '.join(sorted(files))}.")
        path = self._folder() / files[native]
        return pd.read_csv(path) if path.suffix == ".csv" else pd.read_json(path)

    def _folder(self) -> Path:
        return package_folder(self)

    def _files(self) -> dict[str, str]:
        text = (self._folder() / "local_datasets.json").read_text(encoding="utf-8")
        files: dict[str, str] = json.loads(text)
        return files
