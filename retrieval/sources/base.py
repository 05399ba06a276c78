"""What a catalog source promises."""

from collections.abc import Iterator
from typing import Protocol

import pandas as pd

from ..records import Record


class Source(Protocol):
    """A place records come from.

    A source raises `ToolError` from `records` and `load` when its package is missing; `available`
    tells beforehand.
    """

    name: str
    """Prefix of the record ids, lower case."""

    package: str
    """Importable name of the package that holds the data."""

    install: str
    """The command line that installs the package."""

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        ...

    def records(self) -> Iterator[Record]:
        """Yield every record, in a fixed order; the same records each time."""
        ...

    def load(self, native: str) -> pd.DataFrame:
        """Return the table of one record, as the source has it.

        Raises:
            ToolError: no such dataset, or it cannot be read.
        """
        ...
