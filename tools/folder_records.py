"""Records of a folder of data files: columns and samples become the description."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ..errors import ToolError
from ..retrieval.licenses import find_license, read_license
from ..retrieval.records import DataFile, License, Record
from ..retrieval.sources.package import columns_of, fingerprint, size_of
from .files import read_file

SOURCE = "folder"
"""Source of the records of files on this machine; their native id is the path."""

_ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".parquet", ".xlsx", ".xls", ".gz")
_NOTES = ("README.md", "README.txt", "README")
_LICENSES = ("LICENSE", "LICENSE.md", "LICENSE.txt")
_SAMPLES = 3
_TEXT = 40
Report = Callable[..., None]


def folder_records(folder: Path, report: Report) -> list[Record]:
    """Return one record for each data file of a folder and the folders in it.

    Raises:
        ToolError: there is no such folder, no data file in it, or one cannot be read.
    """
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        raise ToolError(f"There is no folder {folder}. Check the path.")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _ENDINGS)
    if not paths:
        raise ToolError(f"{folder} holds no data files ({', '.join(_ENDINGS)}).")
    found = []
    for place, path in enumerate(paths):
        report(f"Reading {path.name}", place / len(paths))
        found.append(_record(path))
    return found


def _record(path: Path) -> Record:
    try:
        frame = read_file(path)
    except ToolError as error:
        raise ToolError(f"{path}: {error}") from error
    columns = columns_of(frame, {})
    for column in columns:
        column.description = column.description or _samples(frame[column.name])
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return Record(
        id=f"{SOURCE}:{path}",
        source=SOURCE,
        native=str(path),
        title=path.name.partition(".")[0].replace("_", " ").replace("-", " "),
        aliases=[path.name],
        description=_beside(path, _NOTES)[:2000],
        url=path.as_uri(),
        modalities=["tabular"],
        license=_license(path),
        size=size_of(frame).model_copy(update={"bytes": len(data)}),
        columns=columns,
        loadable=len(frame) > 0,
        distribution=[DataFile(url=path.as_uri(), name=path.name, bytes=len(data), sha256=digest)],
        provenance={"connector": SOURCE, "fingerprint": fingerprint(frame)},
    )


def _samples(values: pd.Series) -> str | None:
    """Return the first few different values of a column as text."""
    kept = values.dropna().astype(str).drop_duplicates().head(_SAMPLES)
    return f"such as {', '.join(text[:_TEXT] for text in kept)}" if len(kept) else None


def _license(path: Path) -> License:
    """Return the license of the LICENSE file beside a data file, else of the notes beside it."""
    text = " ".join(_beside(path, _LICENSES)[:300].split())
    return read_license(text) if text else find_license(_beside(path, _NOTES))


def _beside(path: Path, names: tuple[str, ...]) -> str:
    for name in names:
        if (path.parent / name).is_file():
            return (path.parent / name).read_text(encoding="utf-8", errors="replace").strip()
    return ""
