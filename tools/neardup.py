"""Near-duplicate texts: MinHash over character n-grams, computed for all texts at once.

Broder (1997) for MinHash, Leskovec, Rajaraman and Ullman (Mining of Massive Datasets, ch. 3) for
banding. Candidates are verified on the exact sets, so that the threshold is kept.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

GRAM = 5
PERMUTATIONS = 128
ROWS_PER_BAND = 4
CHUNK = 1 << 16
MOST_IN_BUCKET = 20
SEED = 20
THRESHOLD = 0.7
_NOT_TEXT = re.compile(r"[\W_]+")

Places = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]
Report = Callable[..., None]


@dataclass(frozen=True)
class NearDuplicates:
    """Pairs of texts: places `left` < `right`, and the Jaccard likeness of their n-grams."""

    left: Places
    right: Places
    likeness: npt.NDArray[np.float64]

    def later_copies(self) -> list[int]:
        """Return the places of the texts that resemble an earlier one that is kept."""
        gone: set[int] = set()
        for i, j in sorted(zip(self.left.tolist(), self.right.tolist(), strict=True)):
            if i not in gone:
                gone.add(j)
        return sorted(gone)


def near_duplicates(
    texts: Sequence[str],
    threshold: float = THRESHOLD,
    report: Report = lambda message, share=None: None,
) -> NearDuplicates:
    """Find pairs of texts that share at least a share of their character 5-grams.

    Case, punctuation and spaces do not count. Texts that are equal without them are found too;
    texts with no letter or digit are never alike.

    Args:
        texts: any texts.
        threshold: least Jaccard likeness, from 0.5 to 1. Below 0.5 pairs would be missed.
        report: told how far the work is.
    """
    grams, starts = _grams(texts)
    filled = np.flatnonzero(np.diff(starts))
    begins = starts[:-1][filled]
    signatures = _signatures(grams, begins, report)
    left, right = _candidates(signatures)
    agree = np.concatenate(
        [
            (signatures[left[s : s + CHUNK]] == signatures[right[s : s + CHUNK]]).mean(axis=1)
            for s in range(0, len(left), CHUNK)
        ]
        or [np.zeros(0)]
    )
    likely = agree >= threshold - _margin(threshold)
    left, right = filled[left[likely]], filled[right[likely]]
    exact = np.array(
        [_jaccard(grams, starts, i, j) for i, j in zip(left, right, strict=True)], dtype="float64"
    )
    kept = exact >= threshold
    return NearDuplicates(left[kept], right[kept], exact[kept])


def _margin(threshold: float) -> float:
    """Return three standard deviations of what signatures say of the likeness."""
    return float(3 * np.sqrt(threshold * (1 - threshold) / PERMUTATIONS) + 0.01)


def _grams(texts: Sequence[str]) -> tuple[Hashes, Places]:
    """Return the hashed n-grams of all texts, and where each text starts."""
    plain = [_NOT_TEXT.sub(" ", text.lower()).strip() for text in texts]
    # A text shorter than an n-gram is one n-gram, filled up.
    encoded = [text.encode().ljust(GRAM) if text else b"" for text in plain]
    lengths = np.array([len(text) for text in encoded], dtype=np.int64)
    counts = np.maximum(lengths - GRAM + 1, 0)
    data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    ends = np.cumsum(lengths)
    # A gram that begins near the end of a text would reach into the next one.
    inside = np.ones(len(data), dtype=bool)
    for step in range(1, GRAM):
        last = ends[lengths >= GRAM] - step
        inside[last] = False
    return _mixed(data)[inside], np.r_[0, np.cumsum(counts)]


def _mixed(data: npt.NDArray[np.uint8]) -> Hashes:
    """Return a 32-bit hash of the n-gram that begins at each byte."""
    wide = np.concatenate([data, np.zeros(GRAM, dtype=np.uint8)]).astype(np.uint64)
    value = np.zeros(len(data), dtype=np.uint64)
    for step in range(GRAM):
        value = (value << np.uint64(8)) | wide[step : step + len(data)]
    value = (value ^ (value >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(32))) * np.uint64(0x94D049BB133111EB)
    return (value >> np.uint64(32)).astype(np.uint32)


def _signatures(grams: Hashes, begins: Places, report: Report) -> Hashes:
    """Return the least hash of each text under each permutation, shape (texts, permutations)."""
    random = np.random.default_rng(SEED)
    factors = random.integers(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + 1
    shifts = random.integers(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)
    found = np.empty((len(begins), PERMUTATIONS), dtype=np.uint32)
    for first, last in _chunks(begins, len(grams)):
        report("Comparing texts", first / len(begins))
        end = begins[last] if last < len(begins) else len(grams)
        part, offsets = grams[begins[first] : end], begins[first:last] - begins[first]
        turned = np.empty_like(part)
        for number in range(PERMUTATIONS):
            np.multiply(part, factors[number], out=turned)
            turned += shifts[number]
            found[first:last, number] = np.minimum.reduceat(turned, offsets)
    return found


def _chunks(begins: Places, total: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of texts that together have about as many n-grams as fit in the cache."""
    first = 0
    while first < len(begins):
        last = int(np.searchsorted(begins, begins[first] + CHUNK))
        last = max(first + 1, min(last, len(begins)))
        yield first, last
        first = last


def _candidates(signatures: Hashes) -> tuple[Places, Places]:
    """Return the pairs that agree in a whole band, each once."""
    number = len(signatures)
    found = []
    for band in range(0, PERMUTATIONS, ROWS_PER_BAND):
        rows = np.ascontiguousarray(signatures[:, band : band + ROWS_PER_BAND])
        wide = rows.view(np.uint64)
        key = wide[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ wide[:, 1]
        order = np.argsort(key, kind="stable")
        same = key[order][1:] == key[order][:-1]
        for step in range(1, MOST_IN_BUCKET):
            # `same` tells whether a row has one of its bucket `step` places before it.
            at = np.flatnonzero(same)
            if len(at) == 0:
                break
            found.append(order[at].astype(np.int64) * number + order[at + step])
            same = same[:-1] & (key[order][step + 1 :] == key[order][: -step - 1])
    pairs = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return pairs // max(number, 1), pairs % max(number, 1)


def _jaccard(grams: Hashes, starts: Places, i: int, j: int) -> float:
    first = np.unique(grams[starts[i] : starts[i + 1]])
    second = np.unique(grams[starts[j] : starts[j + 1]])
    shared = len(np.intersect1d(first, second, assume_unique=True))
    return shared / (len(first) + len(second) - shared)
