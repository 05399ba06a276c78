"""The folder of an export: complete or not there at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import ToolError
from ..recipe import Recipe, read_recipe

NAMES = {
    "data.parquet": "The prepared table.",
    "data.csv": "The same as text; cells a spreadsheet would run as formulas begin with '.",
    "source.parquet": "The table as it was loaded, for replaying the recipe.",
    "croissant.json": "Metadata for machines: Croissant 1.1 with provenance.",
    "README.md": "The dataset card.",
    "report.html": "What was done and what it did, with charts.",
    "contract.json": "What the table keeps (a pandera schema); replaying is held to it.",
    "recipe.json": "The approved changes, for replaying on this or new data.",
    "recipe.py": "The same as a script.",
    "features.skops": "The features as a fitted scikit-learn pipeline, for new rows.",
    "lineage.jsonl": "Every table, change and decision, one per line.",
}
"""The files of an export in the order in which they are shown, with what they are."""


def check_folder(folder: Path, recipe: Recipe) -> None:
    """Check that an export may be written here.

    A folder that is new, empty, or an earlier export of the same source may be written.

    Raises:
        ToolError: something else is there.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ToolError(f"{folder} is a file. Name a folder for the export.")
    found = {entry.name for entry in folder.iterdir()}
    if not found:
        return
    foreign = sorted(found - set(NAMES))
    if foreign or "recipe.json" not in found:
        names = ", ".join(foreign[:3] or sorted(found)[:3])
        raise ToolError(f"{folder} holds other files ({names}). Name a new or empty folder.")
    if read_recipe(folder / "recipe.json").source_data != recipe.source_data:
        raise ToolError(f"{folder} holds the export of another dataset. Name another folder.")


@contextmanager
def filled(folder: Path) -> Iterator[Path]:
    """Give a temporary folder beside `folder`, which takes its place when all went well.

    Raises:
        ToolError: the disk does not take it.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as error:
        raise ToolError(f"Cannot write to {folder}: {error.strerror}.") from error
    try:
        (beside / "new").mkdir()
        yield beside / "new"
        _take_place(beside / "new", folder, beside / "old")
    except OSError as error:
        raise ToolError(f"Cannot write to {folder}: {error.strerror}.") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _take_place(new: Path, folder: Path, old: Path) -> None:
    """Rename, keeping an earlier export until the new one stands."""
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
