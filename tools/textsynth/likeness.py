"""Texts that are too much alike: with each other, with the real ones, with those of a test."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

DEFAULT_LIMIT = 0.8
"""Taken where there are too few real texts to learn from how much alike these are."""
MIN_REAL = 30
MAX_REAL = 2_000
QUANTILE = 0.99
LOWEST, HIGHEST = 0.5, 0.95


class Likeness:
    """Compares texts by the character sequences they share, and knows how alike is too alike.

    Cosine of counts of sequences of 3 to 5 characters within words: 1 is the same text. Two
    different real texts of one dataset are rarely more alike than `limit`, the 99th percentile of
    the likeness of a real text to its nearest other one; a new text has to keep that distance.

    Args:
        real: real texts of the kind that is written.
        others: further texts that a new one must not repeat, such as those of a test set.
        compare: whether a new text must not repeat the real ones either.
    """

    def __init__(
        self, real: Sequence[str], others: Sequence[str] = (), *, compare: bool = True
    ) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer

        self._counts = HashingVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), n_features=2**18, alternate_sign=False
        )
        self.limit = self._calibrated(list(dict.fromkeys(real)))
        known = list(dict.fromkeys([*(real if compare else ()), *others]))
        self._known = self._counts.transform(known) if known else None
        self._new: list[Any] = []

    def to_known(self, text: str) -> float:
        """Return the likeness to the nearest real or other text."""
        return _nearest(self._counts.transform([text]), self._known)

    def to_new(self, text: str) -> float:
        """Return the likeness to the nearest text that was added."""
        if not self._new:
            return 0.0
        from scipy.sparse import vstack

        if len(self._new) > 1:
            self._new = [vstack(self._new)]
        return _nearest(self._counts.transform([text]), self._new[0])

    def add(self, text: str) -> None:
        """Count a text among the new ones."""
        self._new.append(self._counts.transform([text]))

    def _calibrated(self, real: list[str]) -> float:
        if len(real) < MIN_REAL:
            return DEFAULT_LIMIT
        places = np.random.default_rng(0).permutation(len(real))[:MAX_REAL]
        counts = self._counts.transform([real[place] for place in places])
        alike = (counts @ counts.T).toarray()
        np.fill_diagonal(alike, 0.0)
        limit = float(np.quantile(alike.max(axis=1), QUANTILE))
        return min(max(limit, LOWEST), HIGHEST)


def _nearest(text: Any, others: Any) -> float:
    if others is None:
        return 0.0
    return float((others @ text.T).max())
