"""Folders of datasets and demands in the form of DataFinder, for training and for measuring.

Viswanathan et al. 2023, "DataFinder: Scientific Dataset Recommendation from Natural Language
Descriptions" (ACL). `corpus.jsonl` holds one dataset a line: `id`, `contents`, `title` (of the
paper), `variants` (names of benchmarks built on it) and `year`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ..errors import ToolError
from .records import Record

CORPUS = "corpus.jsonl"


class Entry(BaseModel):
    """One dataset of a corpus."""

    id: str
    contents: str
    title: str | None = None
    variants: list[str] = []
    year: int | None = None

    def record(self) -> Record:
        """Return the dataset as a record; its variants tell how known it is.

        The description begins with the title of the paper that introduced it.
        """
        paper = f"{self.title}. " if self.title and self.title != self.id else ""
        return Record(
            id=f"corpus:{self.id}",
            source="corpus",
            native=self.id,
            title=self.id,
            aliases=[name for name in self.variants if name != self.id],
            description=paper + self.contents,
            date=str(self.year) if self.year else None,
            popularity=len(self.variants),
        )


def read_corpus(file: Path) -> list[Record]:
    """Return the datasets of a corpus as records.

    Raises:
        ToolError: the file is missing or empty, or a line does not fit; with its number.
    """
    records = []
    for number, line in read_lines(file):
        try:
            records.append(Entry.model_validate(line).record())
        except ValidationError as error:
            fault = error.errors()[0]
            field = ".".join(map(str, fault["loc"])) or "line"
            raise ToolError(f"{file.name}, line {number}: {field}: {fault['msg']}.") from error
    if not records:
        raise ToolError(f"{file} holds no datasets: write one JSON object on each line.")
    return records


def read_lines(file: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number and the content of each line of JSON that is not empty.

    Raises:
        ToolError: the file cannot be read, or a line is not JSON.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{file} cannot be read: {error}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            raise ToolError(f"{file.name}, line {number}: not JSON: {error}.") from error
