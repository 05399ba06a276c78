"""Tables in Parquet and Excel files."""

import io
import zipfile
from typing import Any

import pandas as pd

from ...errors import ToolError
from ..frames import unique_names
from .cells import typed


def read_parquet(content: bytes, name: str) -> pd.DataFrame:
    """Read a Parquet file.

    Raises:
        ToolError: it is damaged.
    """
    import pyarrow as pa

    try:
        return pd.read_parquet(io.BytesIO(content))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ToolError(
            f"{name} is a damaged Parquet file ({_line(error)}); write it again."
        ) from (error)


def read_parquet_rows(source: Any, name: str, rows: int) -> tuple[pd.DataFrame, bool]:
    """Read the first rows of a Parquet file, row group by row group.

    Args:
        source: a path, or an open file of which only the parts that are needed are read.
        name: its name, for messages.
        rows: how many rows at most.

    Returns:
        The rows, and whether they are all there are.

    Raises:
        ToolError: it is damaged.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(source)
        groups: list[Any] = []
        count = 0
        while len(groups) < file.num_row_groups and count < rows:
            groups.append(file.read_row_group(len(groups)))
            count += groups[-1].num_rows
        table = pa.concat_tables(groups) if groups else file.schema_arrow.empty_table()
        frame = table.slice(0, rows).to_pandas()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ToolError(f"{name} is a damaged Parquet file ({_line(error)}); get it again.") from (
            error
        )
    return frame, len(frame) == file.metadata.num_rows


def read_excel(content: bytes, name: str) -> pd.DataFrame:
    """Read the first sheet of an Excel file that holds cells; its first row names the columns.

    Raises:
        ToolError: it is no Excel workbook, damaged, or has no cells.
    """
    try:
        sheets = pd.read_excel(
            io.BytesIO(content), sheet_name=None, header=None, dtype=object, engine="openpyxl"
        )
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise ToolError(
            f"{name} is no Excel workbook that can be read ({_line(error)}); unzip it, or save "
            "the sheet as .xlsx or CSV."
        ) from error
    filled = [sheet for sheet in sheets.values() if not sheet.empty]
    if not filled:
        raise ToolError(f"{name} has no cells; put the table on a sheet of it.")
    return _under_header(filled[0])


def _under_header(cells: pd.DataFrame) -> pd.DataFrame:
    cells = cells.dropna(how="all", axis=0).dropna(how="all", axis=1)
    header = ["" if pd.isna(cell) else str(cell).strip() for cell in cells.iloc[0]]
    frame = cells.iloc[1:].reset_index(drop=True)
    frame.columns = pd.Index(unique_names(header))
    return typed(frame)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
