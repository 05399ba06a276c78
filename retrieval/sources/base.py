"""What a catalog source promises."""

from collections.abc import Iterator
from typing import Protocol

import pandas as pd

from ..records import Record


class Source(Protocol):
    """A place records come from.

    A source that needs an optional package raises `MissingExtra` from `records` and `load` when
    the package is missing; `available` tells beforehand.
    """

    name: str
    """Prefix of the record ids, lower case."""

    package: str
    """Importable name of the package that holds the data."""

    extra: str | None
    """Extra of `dataquarry` that installs the package; None for a core dependency."""

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
