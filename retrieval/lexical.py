"""BM25 scores of words (Lù 2024, arXiv 2407.03618, through bm25s), and how rare each word is."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .text import words

Scores = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
Counts = tuple[Places, Places, Places]

K1 = 1.2
B = 0.75


def _even(word: str) -> float:
    return 1.0


class Lexical:
    """A BM25 index over texts, by position."""

    def __init__(self, retriever: Any) -> None:
        self._retriever = retriever

    @classmethod
    def build(cls, texts: Sequence[str]) -> "Lexical":
        """Count the words of the texts."""
        import bm25s

        retriever = bm25s.BM25(method="lucene", k1=K1, b=B)
        retriever.index([words(text) or ["_"] for text in texts], show_progress=False)
        return cls(retriever)

    @classmethod
    def of_counts(cls, vocabulary: Sequence[str], counts: Counts, lengths: Scores) -> "Lexical":
        """Make an index of counted words, as `build` does of texts.

        Args:
            vocabulary: the stems.
            counts: places of stems, places of texts and numbers of times, sorted by stem and text.
            lengths: number of words of each text.
        """
        import bm25s

        stems, texts, times = counts
        held = np.bincount(stems, minlength=len(vocabulary))
        rarity = np.log(1 + (len(lengths) - held + 0.5) / (held + 0.5))
        scale = K1 * (1 - B + B * lengths / lengths.mean())
        retriever = bm25s.BM25(method="lucene", k1=K1, b=B)
        retriever.vocab_dict = {stem: place for place, stem in enumerate(vocabulary)}
        retriever.nonoccurrence_array = None
        retriever.scores = {
            "data": (rarity[stems] * times / (times + scale[texts])).astype(np.float32),
            "indices": texts.astype(np.int32),
            "indptr": np.concatenate([[0], np.cumsum(held)]).astype(np.int64),
            "num_docs": len(lengths),
        }
        return cls(retriever)

    @classmethod
    def read(cls, folder: Path) -> "Lexical":
        """Read an index that `write` wrote."""
        import bm25s

        return cls(bm25s.BM25.load(str(folder), load_corpus=False))

    def write(self, folder: Path) -> None:
        """Write the index to a folder."""
        self._retriever.save(str(folder), show_progress=False)

    def scores(self, query: Sequence[str], stress: Callable[[str], float] = _even) -> Scores:
        """Return the score of each text, from 0 to about 1: the share of the highest possible.

        Args:
            query: stems as `words` makes them. Words that no text has count as the rarest.
            stress: how much each stem counts.
        """
        held = self._retriever.scores
        count = int(held["num_docs"])
        total, best = np.zeros(count, dtype=np.float32), 0.0
        for word in query:
            stressed = stress(word)
            best += stressed * self._weight(word, count)
            if word in self._retriever.vocab_dict:
                part = self._part(word)
                total[held["indices"][part]] += np.float32(stressed) * held["data"][part]
        return total / np.float32(best) if best else total

    def scores_of(
        self, query: Sequence[str], texts: Sequence[str], stress: Callable[[str], float] = _even
    ) -> Scores:
        """Return the score of texts that are not in the index, by the rarity words have in it.

        Args:
            query: stems as `words` makes them.
            texts: the texts; their own mean is taken for the usual length.
            stress: how much each stem counts.
        """
        counted = [Counter(words(text)) for text in texts]
        lengths = np.array([sum(each.values()) for each in counted], dtype=np.float32)
        usual = float(lengths.mean()) if lengths.sum() else 1.0
        scale = K1 * (1 - B + B * lengths / usual)
        scores = np.zeros(len(texts), dtype=np.float32)
        weights = {word: stress(word) * self.weight(word) for word in query}
        for word in query:
            times = np.array([each[word] for each in counted], dtype=np.float32)
            scores += weights[word] * times / (times + scale)
        return scores / np.float32(max(sum(weights[word] for word in query), 1e-9))

    def holding(self, word: str, places: Sequence[int]) -> frozenset[int]:
        """Return those of some positions whose texts have a word."""
        if word not in self._retriever.vocab_dict:
            return frozenset()
        holders = self._retriever.scores["indices"][self._part(word)]
        if not len(holders):
            return frozenset()
        found = np.searchsorted(holders, places).clip(max=len(holders) - 1)
        return frozenset(np.asarray(places)[holders[found] == places].tolist())

    def weight(self, word: str) -> float:
        """Return how rare a word is, from 0 (in every text) to 1 (in none)."""
        count = int(self._retriever.scores["num_docs"])
        return self._weight(word, count) / _rarest(count)

    def _part(self, word: str) -> slice:
        """Return where the texts that have a word are found among the scores."""
        column = self._retriever.vocab_dict[word]
        start, end = self._retriever.scores["indptr"][column : column + 2]
        return slice(int(start), int(end))

    def _weight(self, word: str, count: int) -> float:
        if word not in self._retriever.vocab_dict:
            return _rarest(count)
        part = self._part(word)
        holders = part.stop - part.start
        return float(np.log(1 + (count - holders + 0.5) / (holders + 0.5)))


def _rarest(count: int) -> float:
    return float(np.log(1 + (count + 0.5) / 0.5))
