"""How hard a set of labeled texts is, before anything is trained on it."""

import zlib
from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from ..errors import NotApplicable

TRAIN_ROWS, TEST_ROWS = 500, 100
NEIGHBORS = 3


class Difficulty(BaseModel):
    """Measures of a set of texts, all from 0 to 1.

    `feature_density` is the number of different words over the number of words: the greater, the
    more has to be learned from few repetitions. `gzip_accuracy` is what nearest neighbors by
    compression reach with no training at all, `majority` what the most frequent label alone does.
    """

    model_config = ConfigDict(extra="forbid")

    feature_density: float
    gzip_accuracy: float
    majority: float
    rows_tested: int


def dataset_difficulty(texts: Sequence[str], labels: Sequence[str], *, seed: int = 0) -> Difficulty:
    """Measure how hard it will be to learn the labels of texts.

    Feature density: Eronen et al., "Improving classifier training efficiency for automatic
    cyberbullying detection with feature density" (2021). Compression: Jiang et al., "Low-resource
    text classification: a parameter-free classification method with compressors" (2023), with
    ties between neighbors going to the nearest (their first figures counted any hit of two). At
    most 500 rows are compared with 100: the time grows with the product. Long texts all look alike
    to a compressor whose window is 32 KB.

    Raises:
        NotApplicable: there are fewer than 20 rows or fewer than two labels.
    """
    if len(texts) < 20 or len(set(labels)) < 2:
        raise NotApplicable("difficulty needs 20 rows and two labels")
    words = [word for text in texts for word in text.casefold().split()]
    order = np.random.default_rng(seed).permutation(len(texts))
    tested = min(TEST_ROWS, len(texts) // 5)
    test, train = order[:tested], order[tested : tested + TRAIN_ROWS]
    right = _gzip_hits([texts[n] for n in train], [labels[n] for n in train], texts, labels, test)
    counts = np.unique(np.asarray(labels, dtype=str), return_counts=True)[1]
    return Difficulty(
        feature_density=len(set(words)) / max(1, len(words)),
        gzip_accuracy=right / tested,
        majority=float(counts.max() / len(labels)),
        rows_tested=tested,
    )


def _gzip_hits(
    known: Sequence[str],
    known_labels: Sequence[str],
    texts: Sequence[str],
    labels: Sequence[str],
    test: Sequence[int] | np.ndarray,
) -> int:
    alone = np.array([_size(text) for text in known])
    hits = 0
    for place in test:
        own = _size(texts[place])
        both = np.array([_size(f"{texts[place]} {text}") for text in known])
        distance = (both - np.minimum(alone, own)) / np.maximum(alone, own)
        nearest = [known_labels[n] for n in np.argsort(distance, kind="stable")[:NEIGHBORS]]
        hits += max(nearest, key=nearest.count) == labels[place]
    return hits


def _size(text: str) -> int:
    return len(zlib.compress(text.encode("utf-8"), 9))
