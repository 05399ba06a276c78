"""Compare: two or more datasets side by side, and how far their contents overlap.

Overlap follows prototype-based dataset comparison (van Noord, WACV 2023, arXiv 2309.02401): rows
are embedded, prototypes are the centers of each dataset's rows, and a row of one dataset lies
within another when it is as close to a prototype of it as that dataset's own rows are.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ..errors import ToolError
from ..retrieval.constraints import flags
from ..retrieval.encoder import Encoder, Vectors
from ..retrieval.index import DatasetIndex
from ..retrieval.known_issues import known_issues
from ..retrieval.records import Record
from ..retrieval.sources.package import plain
from .base import Effect, Result, Work, tool
from .load import record_frame
from .row_pairs import near_rows, same_rows, shared_columns

_SAMPLE = 256
_PROTOTYPES = 12
_OWN = 0.05
"""Share of a dataset's own rows that may lie farther from its prototypes than what is within."""

_CELL = 60


class CompareArguments(BaseModel):
    """Arguments of `compare`."""

    model_config = ConfigDict(extra="forbid")

    datasets: list[str] = Field(
        min_length=2, max_length=6, description="Ids of the datasets of the catalog."
    )


class Side(BaseModel):
    """One dataset of a comparison."""

    id: str
    title: str
    rows: int | None
    columns: int | None
    license: str
    license_basis: str
    flags: list[str]
    issues: list[str]
    content: bool


class Pair(BaseModel):
    """Two datasets beside each other.

    Attributes:
        first: id of the one.
        second: id of the other.
        shared_columns: names that both have, without case and punctuation.
        only_first: names that only the first has.
        only_second: names that only the second has.
        descriptions: cosine of their descriptions.
        first_in_second: share of the first one's rows that lie within the second; None where the
            content of one is not at hand.
        second_in_first: the same the other way round.
        same_rows: rows of the first that are equal in all shared columns to one of the second.
        near_rows: rows of the first, beyond those, that are nearly equal to one of the second.
        examples: pairs of near rows, as text.
    """

    first: str
    second: str
    shared_columns: list[str]
    only_first: list[str]
    only_second: list[str]
    descriptions: float
    first_in_second: float | None = None
    second_in_first: float | None = None
    same_rows: int | None = None
    near_rows: int | None = None
    examples: list[tuple[str, str]] = []

    def facts(self) -> dict[str, str]:
        """Return what there is to say, in words, by name."""
        found = {
            "shared columns": ", ".join(self.shared_columns) or "none",
            "only in the first": ", ".join(self.only_first) or "none",
            "only in the second": ", ".join(self.only_second) or "none",
            "cosine of the descriptions": f"{self.descriptions:.2f}",
        }
        if self.same_rows is None:
            return {
                **found,
                "content": "cannot be compared: one of them cannot be loaded from here",
            }
        return {
            **found,
            "rows of the first within the second": f"{self.first_in_second:.0%}",
            "rows of the second within the first": f"{self.second_in_first:.0%}",
            "equal rows": f"{self.same_rows:,}",
            "nearly equal rows": f"{self.near_rows:,}",
        }


class Comparison(BaseModel):
    """Datasets side by side, and each two of them beside each other."""

    datasets: list[Side]
    pairs: list[Pair]


@tool(Effect.READ)
def compare(work: Work, args: CompareArguments) -> Result:
    """Compare datasets of the catalog: columns, size, license, overlap of content, equal rows."""
    found = compare_datasets(work, args.datasets)
    return Result(summary=" ".join(map(_said, found.pairs)), data=found.model_dump(mode="json"))


def compare_datasets(work: Work, ids: Sequence[str]) -> Comparison:
    """Compare datasets of the index.

    Args:
        work: the workspace, and the demand whose doubts are flagged.
        ids: ids of the datasets.

    Raises:
        ToolError: fewer than two, one of them is named twice or is not in the index.
    """
    index = DatasetIndex.open(work.settings)
    records = [index.record(name) for name in ids]
    if len({record.id for record in records}) < max(2, len(records)):
        raise ToolError("Name two or more different datasets; some of these are the same.")
    frames = {}
    for record in records:
        work.report(f"Loading {record.title}")
        if record.loadable:
            frames[record.id] = record_frame(work, record)
    issues = known_issues(work.settings, [record.id for record in records])
    contents = _contents(frames, work)
    vectors = index.vectors([index.place(record.id) for record in records])
    places = combinations(range(len(records)), 2)
    return Comparison(
        datasets=[_side(record, work, issues.get(record.id, []), frames) for record in records],
        pairs=[
            _pair(records[a], records[b], float(vectors[a] @ vectors[b]), frames, contents)
            for a, b in places
        ],
    )


def _side(record: Record, work: Work, issues: list[str], frames: dict[str, pd.DataFrame]) -> Side:
    frame = frames.get(record.id)
    return Side(
        id=record.id,
        title=record.title,
        rows=record.size.rows if frame is None else len(frame),
        columns=record.size.columns if frame is None else frame.shape[1],
        license=record.license.label,
        license_basis=record.license.basis,
        flags=flags(record, work.demand),
        issues=issues,
        content=frame is not None,
    )


def _pair(
    first: Record,
    second: Record,
    cosine: float,
    frames: dict[str, pd.DataFrame],
    contents: dict[str, "Content"],
) -> Pair:
    names = [[column.name for column in record.columns] for record in (first, second)]
    shared = shared_columns(*names)
    pair = Pair(
        first=first.id,
        second=second.id,
        shared_columns=[a for a, _ in shared],
        only_first=[name for name in names[0] if name not in {a for a, _ in shared}],
        only_second=[name for name in names[1] if name not in {b for _, b in shared}],
        descriptions=round(cosine, 3),
    )
    if first.id not in frames or second.id not in frames:
        return pair
    one, two = contents[first.id], contents[second.id]
    rows, others = frames[first.id], frames[second.id]
    equal = same_rows(rows, others, shared)
    near = near_rows(rows, others, shared, leave_out=equal)
    return pair.model_copy(
        update={
            "first_in_second": one.share_within(two),
            "second_in_first": two.share_within(one),
            "same_rows": int(equal.sum()),
            "near_rows": len(near),
            "examples": [
                (row_text(rows.iloc[a])[:300], row_text(others.iloc[b])[:300]) for a, b in near[:3]
            ],
        }
    )


class Content:
    """The embedded sample of a dataset's rows and the prototypes among them."""

    def __init__(self, vectors: Vectors, seed: int) -> None:
        from sklearn.cluster import KMeans

        self.vectors = vectors
        count = min(_PROTOTYPES, len(np.unique(vectors, axis=0)))
        centers = KMeans(count, n_init=3, random_state=seed).fit(vectors).cluster_centers_
        self.prototypes = centers / np.linalg.norm(centers, axis=1, keepdims=True)
        self._least = float(np.quantile(self._closeness(vectors), _OWN))

    def share_within(self, other: "Content") -> float:
        """Return the share of rows that are as close to the other's prototypes as its own rows."""
        return round(float((other._closeness(self.vectors) >= other._least).mean()), 3)

    def _closeness(self, vectors: Vectors) -> Vectors:
        closest: Vectors = (vectors @ self.prototypes.T).max(axis=1)
        return closest


def _contents(frames: dict[str, pd.DataFrame], work: Work) -> dict[str, Content]:
    encoder = Encoder(work.settings)
    found = {}
    for name, frame in frames.items():
        work.report(f"Encoding rows of {name}")
        rows = frame.sample(min(_SAMPLE, len(frame)), random_state=work.settings.seed)
        texts = [row_text(row) for _, row in rows.iterrows()]
        found[name] = Content(encoder.encode(texts), work.settings.seed)
    return found


def row_text(row: pd.Series) -> str:
    """Return a row as words: names, without case and punctuation, and values of filled cells."""
    filled = row[row.notna()]
    return "; ".join(f"{plain(str(name))}: {str(value)[:_CELL]}" for name, value in filled.items())


def _said(pair: Pair) -> str:
    columns = f"{pair.first} and {pair.second} share {len(pair.shared_columns)} columns"
    if pair.same_rows is None:
        return f"{columns}; their content cannot be compared from here."
    return (
        f"{columns}; {pair.first_in_second:.0%} of the rows of the first lie within the second and "
        f"{pair.second_in_first:.0%} the other way; {pair.same_rows:,} equal and "
        f"{pair.near_rows:,} nearly equal rows."
    )
