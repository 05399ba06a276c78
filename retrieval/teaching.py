"""What the whole ranking teaches the bi-encoder: the best records for keyphrases, with scores."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..settings import Settings
from .encoder import Vectors, share_cache
from .index import DatasetIndex, write_index
from .records import Record
from .training_data import Forms
from .understand import understand

_TAUGHT = 200


@dataclass(frozen=True)
class Teaching:
    """The records a ranking put first, by query.

    Attributes:
        places: positions of the records, best first, of shape (queries, taught).
        scores: their scores, of the same shape.
        prior: what of its score each record has whatever the query is, of shape (records,).
    """

    places: npt.NDArray[np.int32]
    scores: Vectors
    prior: Vectors


def teach(
    settings: Settings,
    records: Sequence[Record],
    parts: Sequence[Sequence[Forms]],
    report: Callable[..., None],
) -> list[Teaching]:
    """Rank records for the keyphrases of each part, over an index made for it.

    Args:
        settings: encoder and where vectors are cached.
        records: what is ranked.
        parts: demands in two forms.
        report: told the progress.
    """
    with tempfile.TemporaryDirectory(prefix="dataquarry-train-") as folder:
        workspace = share_cache(settings, Path(folder))
        write_index(workspace, list(records), report)
        index = DatasetIndex.open(workspace)
        return [_taught(index, part, report) for part in parts]


def _taught(index: DatasetIndex, forms: Sequence[Forms], report: Callable[..., None]) -> Teaching:
    places, scores = [], []
    for number, each in enumerate(forms):
        if number % 100 == 0:
            report(f"Ranking for {len(forms):,} keyphrases", number / len(forms))
        totals = index.totals(understand(each.keyphrases))
        best = np.argsort(-totals, kind="stable")[:_TAUGHT]
        places.append(best)
        scores.append(totals[best])
    return Teaching(
        np.array(places, dtype=np.int32), np.array(scores, dtype=np.float32), index.prior()
    )
