"""The datasets that scikit-learn carries in its wheel."""

from collections.abc import Iterator

import pandas as pd

from ...errors import ToolError
from ..licenses import find_license
from ..records import Record
from .package import installed, package_folder, table_record
from .restructured import read_restructured

_LOADERS = ("breast_cancer", "diabetes", "digits", "iris", "linnerud", "wine")


class ScikitLearn:
    """Six classic tables with their targets."""

    name = "sklearn"
    package = "sklearn"
    install = "pip install scikit-learn"

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        return installed(self.package)

    def records(self) -> Iterator[Record]:
        """Yield one record per dataset."""
        pages = package_folder(self) / "datasets" / "descr"
        for native in _LOADERS:
            page = read_restructured((pages / f"{_page(native)}.rst").read_text(encoding="utf-8"))
            frame, targets = _load(native)
            record = table_record(
                self,
                native,
                frame,
                page.definitions,
                title=page.title,
                aliases=[native],
                description=page.description,
                url=f"https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_{native}.html",
                license=find_license(page.text),
            )
            for column in record.columns:
                column.role = "target" if column.name in targets else "feature"
            yield record

    def load(self, native: str) -> pd.DataFrame:
        """Return features and targets in one table; class numbers become class names.

        Raises:
            ToolError: scikit-learn carries no such dataset.
        """
        if native not in _LOADERS:
            raise ToolError(f"scikit-learn has no dataset {native!r}: {', '.join(_LOADERS)}.")
        return _load(native)[0]


def _page(native: str) -> str:
    return "wine_data" if native == "wine" else native


def _load(native: str) -> tuple[pd.DataFrame, list[str]]:
    from sklearn import datasets

    raw = {"scaled": False} if native == "diabetes" else {}
    bunch = getattr(datasets, f"load_{native}")(as_frame=True, **raw)
    targets = bunch.target.to_frame() if bunch.target.ndim == 1 else bunch.target
    frame = bunch.frame.copy()
    names = getattr(bunch, "target_names", None)
    if targets.shape[1] == 1 and names is not None and isinstance(names[0], str):
        column = targets.columns[0]
        frame[column] = frame[column].map(dict(enumerate(map(str, names))))
    return frame, [str(name) for name in targets.columns]
