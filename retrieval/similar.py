"""More like this: the records nearest to one of the index, if need be under another license."""

import numpy as np

from .constraints import flags
from .demand import Demand, LicenseNeed
from .index import DatasetIndex
from .licenses import unmet_license
from .records import Hit, Reason, Record
from .text import spoken, words

_COLUMNS = 0.3
_CANDIDATES = 100
_LEAST = 0.4
"""Cosine below which two descriptions have little in common."""


def similar_records(
    index: DatasetIndex, record_id: str, k: int = 10, need: LicenseNeed = "any"
) -> list[Hit]:
    """Return the records most like one, best first, each with its reasons; none where none is near.

    Near is measured by the descriptions and by the words of the column names.

    Args:
        index: an open index.
        record_id: the dataset to start from.
        k: the greatest number of hits.
        need: what the license of a hit must allow.

    Raises:
        ToolError: the index has no such dataset.
    """
    place = index.place(record_id)
    record = index.records()[place]
    wanted = Demand(text=record.title, license=need)
    cosines = index.cosines(index.vectors([place])[0])
    allowed = index.facets.allowed(wanted)
    allowed &= cosines >= _LEAST
    allowed[place] = False
    there = np.flatnonzero(allowed)
    nearest = there[np.argsort(-cosines[there], kind="stable")[:_CANDIDATES]]
    hits = [_hit(record, index.records()[int(p)], float(cosines[p]), wanted) for p in nearest]
    return sorted(hits, key=lambda hit: (-hit.score, hit.record.id))[:k]


def _hit(record: Record, other: Record, cosine: float, wanted: Demand) -> Hit:
    parts = [
        Reason(
            part="dense",
            value=cosine,
            words=f"its description means something close to that of {record.title} "
            f"(cosine {cosine:.2f})",
        )
    ]
    shared = _column_words(record) & _column_words(other)
    if shared:
        share = len(shared) / len(_column_words(record) | _column_words(other))
        spoken_ = spoken(" ".join(column.name for column in record.columns))
        said = f"its columns share the words {', '.join(spoken_[s] for s in sorted(shared)[:6])}"
        parts.append(Reason(part="columns", value=_COLUMNS * share, words=said))
    if wanted.license != "any" and unmet_license(record.license, wanted.license):
        said = f"its license is {other.license.label}; that of {record.title} does not serve"
        parts.append(Reason(part="license", value=0.0, words=said))
    score = sum(part.value for part in parts)
    return Hit(record=other, score=score, reasons=parts, flags=flags(other, wanted))


def _column_words(record: Record) -> set[str]:
    return {word for column in record.columns for word in words(column.name)}
