"""An index of any size with made-up records, and how fast one index answers.

Vectors lie in clusters around those of the default catalog, so that neighbors are near and many.
Each record has twenty words of a vocabulary with the frequencies of Zipf's law.

`python -m dataquarry.evals.scale FOLDER` measures in a process of its own, whose memory is then
that of the search alone.
"""

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..retrieval.demand import Demand
from ..retrieval.facets import Facets
from ..retrieval.index import DatasetIndex, IndexInfo
from ..retrieval.lexical import Lexical
from ..retrieval.record_file import write_places
from ..retrieval.signals import Signals
from ..retrieval.vectors import MOST_EXACT, Codes, VectorStore, kept_type
from ..settings import Settings

WORDS = 20
VOCABULARY = 50_000
ASKED = 5
QUERIES = 40
TRUE_NEIGHBORS = 10
SPREAD = 0.03
"""Standard deviation of each of 384 components around the center: a cosine of about 0.86."""

_CHUNK = 50_000
_LEAST_ROWS = 9_000
Array = npt.NDArray[np.float32]


def make_index(folder: Path, count: int, centers: Array, info: IndexInfo) -> None:
    """Write an index of made-up records.

    Args:
        folder: an empty folder.
        count: how many records.
        centers: unit vectors of shape (clusters, dimensions).
        info: what an index of the same encoder says of itself.
    """
    rng = np.random.default_rng(0)
    rows = rng.integers(10, 10_000, count)
    vectors = np.lib.format.open_memmap(
        folder / "vectors.npy", mode="w+", dtype=kept_type(count), shape=(count, centers.shape[1])
    )
    for start in range(0, count, _CHUNK):
        size = min(_CHUNK, count - start)
        vectors[start : start + size] = near(centers[rng.integers(0, len(centers), size)], rng)
    if count > MOST_EXACT:
        Codes.build(vectors).write(folder)
    _write_records(folder, rows)
    _write_words(folder, count, rng)
    _facets(rows).write(folder)
    Signals(
        popularity=np.zeros(count, dtype=np.float32),
        named=np.zeros(count, dtype=np.float32),
        naming=np.zeros((0, 2), dtype=np.int32),
    ).write(folder)
    about = info.model_copy(update={"records": count, "loadable": count, "sources": {}})
    (folder / "info.json").write_text(about.model_dump_json())


def near(centers: Array, rng: np.random.Generator) -> Array:
    """Return unit vectors around others."""
    noise = rng.standard_normal(centers.shape, dtype=np.float32) * np.float32(SPREAD)
    moved: Array = centers + noise
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return moved


def word(number: int) -> str:
    """Return a made-up word that no stemming shortens."""
    consonants, vowels = "bdfgklmnprtvz", "aou"
    parts = []
    for _ in range(4):
        number, rest = divmod(number, len(consonants) * len(vowels))
        parts.append(consonants[rest // len(vowels)] + vowels[rest % len(vowels)])
    return "".join(parts)


def _write_records(folder: Path, rows: npt.NDArray[np.int64]) -> None:
    with (folder / "records.jsonl").open("w", encoding="utf-8") as lines:
        for number, count in enumerate(rows.tolist()):
            record = (
                f'{{"id":"made:{number}","source":"made","native":"{number}","title":"Made-up '
                f'records {word(number)}","modalities":["tabular"],"loadable":true,'
                f'"size":{{"rows":{count},"columns":4}}}}\n'
            )
            lines.write(record)
    write_places(folder, ((f"made:{number}", number) for number in range(len(rows))))


def _write_words(folder: Path, count: int, rng: np.random.Generator) -> None:
    """Write the BM25 index of random words: every text has as many, most of them once."""
    words = (rng.zipf(1.2, (count, WORDS)) % VOCABULARY).astype(np.int64)
    keys = words * count + np.arange(count, dtype=np.int64)[:, None]
    pairs, times = np.unique(keys, return_counts=True)
    vocabulary = [word(number) for number in range(VOCABULARY)]
    lengths = np.full(count, WORDS, dtype=np.float32)
    counts = (pairs // count, pairs % count, times)
    Lexical.of_counts(vocabulary, counts, lengths).write(folder / "lexical")


def _facets(rows: npt.NDArray[np.int64]) -> Facets:
    everything = np.arange(len(rows))
    return Facets(
        rows=rows,
        years=np.zeros(len(rows), dtype=np.int32),
        serves=np.tile(np.array([True, False, False, False]), (len(rows), 1)),
        labels=np.array(["modality:", "modality:tabular"]),
        edges=np.array([0, len(rows), 2 * len(rows)]),
        places=np.concatenate([everything, everything]),
    )


def measure(folder: Path, settings: Settings) -> dict[str, Any]:
    """Return latencies in milliseconds, recall, and the greatest memory of this process in bytes.

    A filter leaves one record in ten. Recall compares the vector search with all cosines.
    """
    index = DatasetIndex(settings, folder)
    found: dict[str, Any] = {"records": index.info().records}
    for name, least in (("unfiltered", None), ("filtered", _LEAST_ROWS)):
        demands = [Demand(text=text, min_rows=least) for text in _texts()]
        found[name] = latencies(index, demands)
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found |= _recall(folder, settings)
    return found


def latencies(index: DatasetIndex, demands: Sequence[Demand]) -> dict[str, float]:
    """Return p50 and p95 of searches in milliseconds, after three to warm up.

    `cpu_p50_ms` is the processor time, which other work on the machine hardly changes.
    """
    for demand in demands[:3]:
        index.search(demand)
    taken, worked = [], []
    for demand in demands:
        start, begun = time.perf_counter(), time.process_time()
        index.search(demand)
        taken.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - begun))
    p50, p95 = np.percentile(taken, [50, 95])
    found = {"p50_ms": p50, "p95_ms": p95, "cpu_p50_ms": np.median(worked)}
    return {name: round(float(value), 1) for name, value in found.items()}


def _texts() -> list[str]:
    rng = np.random.default_rng(1)
    return [
        " ".join(word(int(number)) for number in rng.integers(0, 2_000, ASKED))
        for _ in range(QUERIES)
    ]


def _recall(folder: Path, settings: Settings) -> dict[str, float]:
    """Return the share of true nearest neighbors that the vector search finds."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    allowed = Facets.read(folder).allowed(Demand(text="made", min_rows=_LEAST_ROWS))
    store = VectorStore.read(folder, settings)
    rng = np.random.default_rng(2)
    queries = near(store.vectors(np.sort(rng.integers(0, len(vectors), QUERIES)).tolist()), rng)
    truth = np.concatenate(
        [
            vectors[start : start + _CHUNK].astype(np.float32) @ queries.T
            for start in range(0, len(vectors), _CHUNK)
        ]
    )
    scores = np.stack([store.scores(query) for query in queries], axis=1)
    return {
        "recall_unfiltered": _shared(truth, scores),
        "recall_filtered": _shared(truth[allowed], scores[allowed]),
    }


def _shared(truth: Array, scores: Array) -> float:
    first = [
        np.argpartition(-each, TRUE_NEIGHBORS, axis=0)[:TRUE_NEIGHBORS].T
        for each in (truth, scores)
    ]
    shares = [len(set(a) & set(b)) / TRUE_NEIGHBORS for a, b in zip(*first, strict=True)]
    return round(float(np.mean(shares)), 4)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Settings())))
