"""Blocking: which pairs of rows are worth comparing."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

NEIGHBORS = 10
CHUNK = 1_000
MOST_ROWS_PER_WORD = 2_000
_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_WHOLE = re.compile(r"(?<=\d)\.0+(?!\d)")

Places = npt.NDArray[np.int64]
Sparse = Any
"""A scipy CSR matrix."""


@dataclass(frozen=True)
class Terms:
    """Unit vectors of the rows of both sides over the same terms, and the weight of each term."""

    left: Sparse
    right: Sparse
    weights: npt.NDArray[np.float32]

    def cosine(self, left: Places, right: Places) -> npt.NDArray[np.float64]:
        """Return the cosine of each pair."""
        return pair_sums(self.left, self.right, left, right)

    def weighed(self) -> tuple[Sparse, Sparse]:
        """Return which terms each row has: on the left with their weights, on the right as 1."""
        from scipy.sparse import diags

        left, right = self.left.copy(), self.right.copy()
        left.data[:], right.data[:] = 1, 1
        return (left @ diags(self.weights)).tocsr(), right


def row_texts(frame: pd.DataFrame) -> list[str]:
    """Return each row as one normalized text, without its missing cells."""
    columns = [column_texts(frame[name]) for name in frame.columns]
    return [" ".join(filter(None, cells)) for cells in zip(*columns, strict=True)]


def column_texts(values: pd.Series) -> list[str]:
    """Return cells as text in lower case without accents, empty where missing."""
    distinct = {value: _normal(str(value)) for value in values.dropna().unique()}
    return [distinct.get(value, "") if value == value else "" for value in values]


def _normal(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return _WHOLE.sub("", "".join(char for char in plain if not unicodedata.combining(char)))


def words(text: str) -> list[str]:
    """Return the words of a normalized text."""
    return _WORD.findall(text)


def codes(text: str) -> list[str]:
    """Return the terms with a digit, such as model numbers, however they are hyphenated."""
    found = set()
    for joined in _JOINED.findall(text):
        parts = _WORD.findall(joined)
        for start in range(len(parts)):
            for end in range(start + 1, min(start + 5, len(parts)) + 1):
                code = "".join(parts[start:end])
                if any(char.isdigit() for char in code):
                    found.add(code)
    return sorted(found)


def char_grams(text: str) -> list[str]:
    """Return the 3- and 4-grams of characters within words."""
    padded = [f" {word} " for word in text.split()]
    return [word[i : i + n] for word in padded for n in (3, 4) for i in range(len(word) - n + 1)]


def terms(left: list[str], right: list[str], split: Callable[[str], list[str]]) -> Terms | None:
    """Return the TF-IDF vectors of both sides; None where there are no terms at all."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=split, dtype=np.float32, sublinear_tf=True)
    try:
        vectorizer.fit(left if right is left else left + right)
    except ValueError:  # an empty vocabulary
        return None
    first = vectorizer.transform(left)
    second = first if right is left else vectorizer.transform(right)
    return Terms(first, second, vectorizer.idf_.astype(np.float32))


def pair_sums(left: Sparse, right: Sparse, i: Places, j: Places) -> npt.NDArray[np.float64]:
    """Return the dot product of each pair of rows."""
    return _by_pairs(left, right, i, j, lambda shared: shared.sum(axis=1))


def pair_maxima(left: Sparse, right: Sparse, i: Places, j: Places) -> npt.NDArray[np.float64]:
    """Return the greatest product of any term of each pair of rows."""
    return _by_pairs(left, right, i, j, lambda shared: shared.max(axis=1).toarray())


def _by_pairs(
    left: Sparse, right: Sparse, i: Places, j: Places, measure: Callable[[Any], Any]
) -> npt.NDArray[np.float64]:
    parts = [
        np.asarray(measure(left[i[s : s + 20_000]].multiply(right[j[s : s + 20_000]]).tocsr()))
        for s in range(0, len(i), 20_000)
    ]
    return np.concatenate([part.ravel() for part in parts]).astype("float64")


def candidates(views: list[Terms], *, within: bool) -> tuple[Places, Places]:
    """Return the pairs in which either row is among the other's nearest in any view.

    Within one table each pair is given once, with the earlier row on the left.
    """
    pairs = set[tuple[int, int]]()
    for view in views:
        pairs |= set(_nearest(view.left, view.right, within=within))
        if not within:
            pairs |= {(i, j) for j, i in _nearest(view.right, view.left, within=False)}
    if within:
        pairs = {(min(pair), max(pair)) for pair in pairs}
    found = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _nearest(rows: Sparse, others: Sparse, *, within: bool) -> Iterator[tuple[int, int]]:
    """Yield each row with its nearest others; words of very many rows are too common to tell."""
    seen = np.bincount(others.indices, minlength=others.shape[1])
    rare = others[:, np.flatnonzero(seen <= max(MOST_ROWS_PER_WORD, others.shape[0] // 100))]
    rows = rows[:, np.flatnonzero(seen <= max(MOST_ROWS_PER_WORD, others.shape[0] // 100))]
    turned = rare.T.tocsr()
    for start in range(0, rows.shape[0], CHUNK):
        near = (rows[start : start + CHUNK] @ turned).tocsr()
        for row in range(near.shape[0]):
            here = slice(near.indptr[row], near.indptr[row + 1])
            places, values = near.indices[here], near.data[here]
            if within:
                other = places != start + row
                places, values = places[other], values[other]
            if len(places) > NEIGHBORS:
                places = places[np.argpartition(-values, NEIGHBORS)[:NEIGHBORS]]
            yield from ((start + row, int(place)) for place in places)
