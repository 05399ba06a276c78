"""Files: tables read from any common form, and written whole or not at all."""

import csv
import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api import types

from ..errors import ToolError
from .reading.content import MAX_UNPACKED, unpacked
from .reading.records import read_json, read_json_lines
from .reading.separated import read_separated
from .tables import Origin, parquet_bytes, write_whole

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula."""

_ADVICE = "Give a CSV, TSV, JSON, JSONL, Parquet or Excel file, or a gzip of one."


def read_file(path: str | Path) -> pd.DataFrame:
    """Read a table from a CSV, TSV, JSON, JSONL, Parquet or Excel file, or a gzip of one.

    The content decides the form, not the name. Encoding and delimiter are detected. Only
    well-known markers become missing; numbers that text alone can keep (007) stay text.

    Raises:
        ToolError: there is no such file, or it holds no table; the message says what to do.
    """
    path = Path(path).expanduser()
    return read_content(_bytes(path), path.name)


def read_content(content: bytes, name: str, most: int = MAX_UNPACKED) -> pd.DataFrame:
    """Read a table from the bytes of a file, see `read_file`.

    Args:
        content: the bytes.
        name: the name of the file, for messages.
        most: how many bytes they may unpack to.

    Raises:
        ToolError: they hold no table.
    """
    frame = _table(unpacked(content, name, most), name)
    if frame.shape[1] == 0:
        raise ToolError(f"{name} holds no columns. {_ADVICE}")
    return frame


def file_origin(path: str | Path) -> Origin:
    """Return where a table that was read from a file came from: its name and sha256.

    Raises:
        ToolError: there is no such file.
    """
    path = Path(path).expanduser()
    return Origin(kind="file", name=path.name, sha256=hashlib.sha256(_bytes(path)).hexdigest())


def write_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a frame as UTF-8 CSV, whole or not at all.

    Text that a spreadsheet would run as a formula gets an apostrophe before it, in cells and
    header; numbers stay as they are.
    """
    safe = frame.copy()
    for column in safe.columns:
        if not _is_plain(safe[column].dtype):
            safe[column] = _neutral(safe[column].astype(object))
    safe.columns = pd.Index([_neutral_text(str(column)) for column in safe.columns])
    text = safe.to_csv(index=False, lineterminator="\n")
    if "\r" in text:
        # Python before 3.13 leaves a carriage return bare, and readers take it for a new row.
        text = safe.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    write_whole(Path(path), text.encode("utf-8"))


def write_file(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a frame as CSV or Parquet, as the name ends, whole or not at all.

    Raises:
        ToolError: the name ends otherwise, or the frame cannot be stored.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        write_csv(frame, path)
    elif suffix == ".parquet":
        write_whole(path, parquet_bytes(frame))
    else:
        raise ToolError(f"Cannot write {path.name}: name the output .parquet or .csv.")


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise ToolError(f"{path} is a folder. {_ADVICE}")
    if not path.is_file():
        raise ToolError(f"There is no file {path}. Check the path.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ToolError(f"{path} cannot be read: {error.strerror}.") from error


def _table(content: bytes, name: str) -> pd.DataFrame:
    """Read the content in the form it has."""
    from .reading.binary import read_excel, read_parquet
    from .reading.content import decoded, form_of

    form = form_of(content, name)
    if form == "parquet":
        return read_parquet(content, name)
    if form == "excel":
        return read_excel(content, name)
    text = decoded(content, name)
    if form == "json":
        return read_json(text, name)
    if form == "jsonl":
        return read_json_lines(text, name)
    return read_separated(text, name)


def _is_plain(dtype: Any) -> bool:
    """Tell whether no cell of this type can be text."""
    return bool(
        types.is_bool_dtype(dtype)
        or types.is_numeric_dtype(dtype)
        or types.is_datetime64_any_dtype(dtype)
    ) and not isinstance(dtype, pd.CategoricalDtype)


def _neutral(series: pd.Series) -> pd.Series:
    return series.map(
        lambda cell: _neutral_text(cell) if isinstance(cell, str) else cell, na_action="ignore"
    )


def _neutral_text(text: str) -> str:
    risky = text.startswith(("\t", "\r")) or text.lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if risky else text
