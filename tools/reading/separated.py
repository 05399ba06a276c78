"""Tables in text with separators: CSV, TSV and their relatives."""

import csv
import io
from collections import Counter
from typing import Any

import pandas as pd

from ...errors import ToolError
from ..frames import unique_names

DELIMITERS = (",", ";", "\t", "|")
MISSING = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
"""Cells read as missing, as in pandas. Others that may stand for it are for cleaning to propose."""

MAX_TEXT = 2**31 - 2
_SAMPLE_LINES = 200
_SAMPLE_CELL = 100_000
_TRUTH = ["True", "TRUE", "true", "False", "FALSE", "false"]
_WHOLE = r"^-?(0|[1-9]\d{0,17})$"
_NUMBER = r"^-?((0|[1-9]\d{0,17})(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$|^-?inf$"


def read_separated(text: str, name: str) -> pd.DataFrame:
    """Read a text with a header and one row a line; the delimiter is detected.

    A column becomes numbers or truth values only where each cell is one and nothing is lost:
    007, +49 and numbers of 19 digits stay text.

    Raises:
        ToolError: a row has more or fewer cells than the header; the message names it.
    """
    text = text.removeprefix("\ufeff")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    cells = _cells(text.encode(), find_delimiter(text), name)
    header = ["" if cell is None else cell.strip() for cell in _first(cells)]
    columns = [_typed(column) for column in cells.slice(1).columns]
    names = unique_names(header)
    return pd.DataFrame(dict(zip(names, columns, strict=True)), columns=pd.Index(names))


def find_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the same number of cells, the most."""
    lines = text[:1_000_000].split("\n")[:_SAMPLE_LINES]
    sample = "\n".join(line[:_SAMPLE_CELL].rstrip("\r") for line in lines)
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    """Return the share of lines with the commonest number of cells, and that number."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row]
    except csv.Error:
        return (0.0, 0)
    width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    return (count / len(widths), width) if width > 1 else (0.0, width)


def _cells(content: bytes, delimiter: str, name: str) -> Any:
    """Return all cells as text, header included: a pyarrow Table."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if len(content) > MAX_TEXT:
        raise ToolError(f"{name} holds more than 2 GB of text; give it as Parquet.")
    uneven: list[Any] = []

    def refuse(row: Any) -> str:
        uneven.append(row)
        return "error"

    read = arrow_csv.ReadOptions(
        use_threads=False, block_size=len(content) + 1, autogenerate_column_names=True
    )
    parse = arrow_csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse
    )
    try:
        names = [f"f{place}" for place in range(_width(content, parse, name))]
        convert = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=list(MISSING),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )
        return arrow_csv.read_csv(io.BytesIO(content), read, parse, convert)
    except pa.ArrowInvalid as error:
        raise ToolError(_uneven(uneven, error, name)) from error


def _width(content: bytes, parse: Any, name: str) -> int:
    """Return the number of cells in the first line that is not blank."""
    reader = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=parse.delimiter)
    try:
        return next(len(row) for row in reader if row)
    except csv.Error as error:
        raise ToolError(f"{name}: the header cannot be read ({error}); mend it.") from error


def _uneven(rows: list[Any], error: Exception, name: str) -> str:
    if not rows:
        return f"{name} cannot be read as separated text ({str(error)[:160]}); mend it."
    row = rows[0]
    where = f"row {row.number}" if row.number else f"the row {row.text[:60]!r}"
    return (
        f"{name}: {where} has {row.actual_columns} cells and the header {row.expected_columns}: "
        f"{row.text[:80]!r}. Mend the row, or quote cells that hold the delimiter."
    )


def _first(cells: Any) -> list[str | None]:
    return [column[0].as_py() for column in cells.columns]


def _typed(column: Any) -> pd.Series:
    """Return the column as numbers or truth values where every cell is one, else as text."""
    import pyarrow as pa
    from pyarrow import compute

    gaps = column.null_count > 0
    if column.null_count == len(column):
        return pd.Series([float("nan")] * len(column), dtype="float64")
    if _every(compute.is_in(column.drop_null(), value_set=pa.array(_TRUTH))):
        truth = compute.equal(compute.utf8_lower(column), "true")
        return _series(truth, "boolean" if gaps else "bool")
    trimmed = compute.utf8_trim_whitespace(column)
    if _every(compute.match_substring_regex(trimmed, _WHOLE)):
        return _series(trimmed.cast(pa.int64()), "Int64" if gaps else "int64")
    if _every(compute.match_substring_regex(trimmed, _NUMBER)):
        return _series(trimmed.cast(pa.float64()), "float64")
    return pd.Series(column.to_pandas(), dtype="str")


def _every(matches: Any) -> bool:
    from pyarrow import compute

    return bool(compute.all(matches, min_count=0).as_py())


def _series(values: Any, dtype: str) -> pd.Series:
    """Return a pyarrow column as a pandas one; whole numbers and truth values keep their gaps."""
    nullable = {"Int64": pd.Int64Dtype(), "boolean": pd.BooleanDtype()}
    if dtype in nullable:
        return pd.Series(nullable[dtype].__from_arrow__(values))  # type: ignore[attr-defined]
    return pd.Series(values.to_pandas(), dtype=dtype)
