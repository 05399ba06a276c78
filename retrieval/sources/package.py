"""What sources that read an installed package share."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...errors import ToolError
from ..records import Column, Record, Size
from .base import Source

CATALOG = 'pip install "dataquarry[catalog]"'
REFERENCE = "pip install --no-deps mteb tensorflow-datasets unitxt ir-datasets lifelines"
"""These are read from their files; what they depend on is large, and not needed for that."""

_FEW = 10


def package_folder(source: Source) -> Path:
    """Return the folder of a source's package, without importing it.

    Raises:
        ToolError: it is not installed.
    """
    spec = find_spec(source.package)
    if spec is None or not spec.submodule_search_locations:
        raise ToolError(
            f"The datasets of {source.package} are not installed. Run: {source.install}"
        )
    return Path(next(iter(spec.submodule_search_locations)))


def installed(package: str) -> bool:
    """Tell whether a package is installed, without importing it."""
    return find_spec(package) is not None


def size_of(frame: pd.DataFrame) -> Size:
    """Return the counted size of a table."""
    return Size(rows=len(frame), columns=frame.shape[1], measured=True)


def columns_of(frame: pd.DataFrame, definitions: Mapping[str, str]) -> list[Column]:
    """Return the columns of a table, with what a column dictionary says of each.

    Args:
        frame: the table.
        definitions: what each column means; names are matched without case and punctuation.
    """
    known = {plain(name): text for name, text in definitions.items()}
    return [
        Column(
            name=str(name),
            dtype=kind_of(values),
            description=known.get(plain(str(name))) or _levels(values),
        )
        for name, values in frame.items()
    ]


def _levels(values: pd.Series) -> str | None:
    """Return the values of a column that holds only a few words."""
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return None
    levels = _words(values)
    if not 0 < len(levels) <= _FEW or max(map(len, levels)) > 30:
        return None
    return f"one of {', '.join(sorted(levels))}"


def _words(values: pd.Series) -> Counter[str]:
    """Count the texts of a column; missing values do not count.

    Only what is distinct is made a text: of a long column that is little.
    """
    present = values.dropna()
    try:
        found = Counter(present.tolist())
    except TypeError:  # lists and the like
        return Counter(map(str, present))
    words: Counter[str] = Counter()
    for value, count in found.items():
        words[str(value)] += count
    return words


def plain(name: str) -> str:
    """Return a column name without case and punctuation, for comparing."""
    return re.sub(r"[\W_]+", "", name).lower()


def kind_of(values: pd.Series) -> str:
    """Return the kind of a column's values: boolean, integer, number, date, category or text."""
    types = pd.api.types
    if types.is_bool_dtype(values):
        return "boolean"
    if types.is_datetime64_any_dtype(values):
        return "date"
    if types.is_integer_dtype(values):
        return "integer"
    if types.is_numeric_dtype(values):
        return "number"
    words = _words(values)
    few = len(words) <= max(2, min(30, words.total() // 2))
    return "category" if few else "text"


def table_record(
    source: Source, native: str, frame: pd.DataFrame, definitions: Mapping[str, str], **fields: Any
) -> Record:
    """Return the record of a table that a package carries.

    Args:
        source: the source of the package.
        native: its id there.
        frame: the table.
        definitions: what each column means, see `columns_of`.
        fields: what else is known of it.
    """
    return Record(
        id=f"{source.name}:{native}",
        source=source.name,
        native=native,
        modalities=["tabular"],
        size=size_of(frame),
        columns=columns_of(frame, definitions),
        loadable=True,
        provenance=provenance(source, frame),
        **fields,
    )


def provenance(source: Source, frame: pd.DataFrame) -> dict[str, Any]:
    """Return where a record comes from and what tells its table apart."""
    return {
        "connector": source.name,
        "package": source.package,
        "fingerprint": fingerprint(frame),
    }


def fingerprint(frame: pd.DataFrame) -> str:
    """Return what tells two tables apart: row count, column names, and a digest of each column.

    Names are compared without case and punctuation, numbers to six digits, so that a table keeps
    its fingerprint when a package stores it with another column type or order.
    """
    parts = sorted(f"{plain(str(name))}={_digest(values)}" for name, values in frame.items())
    return hashlib.sha256("|".join([str(len(frame)), *parts]).encode()).hexdigest()[:16]


def _digest(values: pd.Series) -> str:
    types = pd.api.types
    if types.is_numeric_dtype(values) and not types.is_bool_dtype(values):
        return f"{np.nansum(values.to_numpy(dtype=float, na_value=np.nan)):.6g}"
    words = _words(values)
    hashes = pd.util.hash_array(np.array(list(words), dtype=object), categorize=False)
    counted = (hashes * np.array(list(words.values()), dtype="uint64")).sum(dtype="uint64")
    return f"{counted}-{len(values) - words.total()}"
