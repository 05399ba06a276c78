"""Evidence: how alike the rows of a pair are, measured in several ways."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from .blocking import (
    Places,
    Terms,
    char_grams,
    codes,
    column_texts,
    pair_maxima,
    pair_sums,
    terms,
    words,
)

MOSTLY = 0.9
ALIKE = 0.3
SAMPLE = 5_000

Floats = npt.NDArray[np.float64]


def row_evidence(
    left: list[str], right: list[str], views: tuple[Terms, Terms], pairs: tuple[Places, Places]
) -> dict[str, Floats]:
    """Measure pairs over whole rows: words, characters, and terms with digits."""
    by_word, by_char = views
    i, j = pairs
    weighed, there = by_word.weighed()
    shared = pair_sums(weighed, there, i, j)
    first = np.asarray(weighed.sum(axis=1)).ravel()[i]
    second = np.asarray(there @ by_word.weights).ravel()[j]
    found = {
        "words": by_word.cosine(i, j),
        "characters": by_char.cosine(i, j),
        "contained": shared / np.maximum(np.minimum(first, second), 1e-9),
        "overlap": shared / np.maximum(first + second - shared, 1e-9),
        "rarest word": pair_maxima(weighed, there, i, j),
        "codes": np.zeros(len(i)),
    }
    by_code = terms(left, right, codes)
    if by_code is not None:
        weighed, there = by_code.weighed()
        found["codes"] = by_code.cosine(i, j)
        found["shared codes"] = pair_sums(weighed, there, i, j)
        found["rarest code"] = pair_maxima(weighed, there, i, j)
    return found


def column_evidence(
    left: pd.DataFrame, right: pd.DataFrame, pairs: tuple[Places, Places]
) -> dict[str, Floats]:
    """Measure pairs column by column; NaN where either cell is missing."""
    found: dict[str, Floats] = {}
    for name, other in matching_columns(left, right):
        first, second = _number(left[name]), _number(right[other])
        if first is not None and second is not None:
            found[f"{name}: near"] = _nearness(first[pairs[0]], second[pairs[1]])
        else:
            found |= _text_evidence(name, left[name], right[other], pairs)
    return found


def matching_columns(left: pd.DataFrame, right: pd.DataFrame) -> list[tuple[str, str]]:
    """Pair the columns of two tables: those of one name, then those of the most alike words."""
    names = {_bare(name): str(name) for name in right.columns}
    same = [(str(n), names[_bare(n)]) for n in left.columns if _bare(n) in names]
    rest = [str(n) for n in left.columns if str(n) not in {a for a, _ in same}]
    others = [str(n) for n in right.columns if str(n) not in {b for _, b in same}]
    if not rest or not others:
        return same
    told = [" ".join(column_texts(left[n].dropna().head(SAMPLE))) for n in rest]
    said = [" ".join(column_texts(right[n].dropna().head(SAMPLE))) for n in others]
    vectors = terms(told, said, words)
    if vectors is None:
        return same
    alike = (vectors.left @ vectors.right.T).toarray()
    while alike.size and alike.max() >= ALIKE:
        a, b = np.unravel_index(alike.argmax(), alike.shape)
        same.append((rest[int(a)], others[int(b)]))
        alike[a, :], alike[:, b] = -1, -1
    return same


def _bare(name: object) -> str:
    return "".join(char for char in str(name).lower() if char.isalnum())


def _number(values: pd.Series) -> Floats | None:
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.notna().sum() < MOSTLY * max(int(values.notna().sum()), 1):
        return None
    return numbers.to_numpy(dtype="float64", na_value=np.nan)


def _nearness(first: Floats, second: Floats) -> Floats:
    """Return 1 for equal numbers, falling to 0 as they differ by their own size."""
    size = np.maximum(np.maximum(np.abs(first), np.abs(second)), 1e-9)
    return np.asarray(1 - np.minimum(np.abs(first - second) / size, 1))


def _text_evidence(
    name: str, left: pd.Series, right: pd.Series, pairs: tuple[Places, Places]
) -> dict[str, Floats]:
    first = column_texts(left)
    second = first if right is left else column_texts(right)
    empty = [np.array([not text for text in side], dtype=bool) for side in (first, second)]
    unknown = empty[0][pairs[0]] | empty[1][pairs[1]]
    found = {}
    for kind, split in (("words", words), ("characters", char_grams)):
        vectors = terms(first, second, split)
        if vectors is not None:
            found[f"{name}: {kind}"] = np.where(unknown, np.nan, vectors.cosine(*pairs))
    return found
