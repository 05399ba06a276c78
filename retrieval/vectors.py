"""The vectors of an index: a Chroma collection, and the same as a matrix in memory for the search.

Embedded Chroma finds 89 of 100 true neighbors at 100,000 records and slows down under filters. Up
to 200,000 records a product with the matrix is exact and quicker. Beyond, the signs of the
components choose candidates (binary quantization after Charikar 2002) and the vectors themselves,
kept in half precision, score them: a thirty-second of the memory is read.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ToolError
from ..settings import Settings
from .encoder import Vectors

MOST_EXACT = 200_000
"""Greatest number of vectors that are all compared."""

Counts = npt.NDArray[np.uint16]

_COLLECTION = "datasets"
_BATCH = 5000
_RESCORED = 4_000
_CHUNK = 65_536
_ALIKE = 1e-6


class VectorStore:
    """Unit vectors by position."""

    def __init__(self, matrix: Vectors, codes: "Codes | None" = None) -> None:
        self._matrix = matrix
        self._codes = codes

    @classmethod
    def write(cls, folder: Path, ids: Sequence[str], vectors: Vectors, settings: Settings) -> None:
        """Write the vectors of an index, and to the Chroma server where the settings name one.

        Raises:
            ToolError: the server does not answer.
        """
        np.save(folder / "vectors.npy", vectors.astype(kept_type(len(vectors)), copy=False))
        if len(vectors) > MOST_EXACT:
            Codes.build(vectors).write(folder)
        collection = _client(folder, settings).get_or_create_collection(
            _collection(folder, settings),
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": 100}},
        )
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            collection.upsert(
                ids=list(ids[part]),
                embeddings=vectors[part],
                metadatas=[{"place": place} for place in range(len(ids))[part]],
            )

    @classmethod
    def read(cls, folder: Path, settings: Settings) -> "VectorStore":
        """Read the vectors of an index: from the server where the settings name one.

        Raises:
            ToolError: the server does not answer, or does not hold this index.
        """
        codes = Codes.read(folder) if (folder / "codes.npz").is_file() else None
        if settings.chroma_url:
            return cls(_fetch(folder, settings), codes)
        return cls(np.load(folder / "vectors.npy", mmap_mode="r"), codes)

    def scores(self, query: Vectors) -> Vectors:
        """Return the cosine of a unit vector with each vector.

        Beyond `MOST_EXACT` vectors it is exact for the closest ones and estimated for the others,
        which never come before them.
        """
        if self._codes is None:
            scores: Vectors = self._matrix @ query
            return scores
        return self._rescored(query, self._codes)

    def vectors(self, places: Sequence[int]) -> Vectors:
        """Return the vectors of some positions."""
        return np.asarray(self._matrix[list(places)], dtype=np.float32)

    def _rescored(self, query: Vectors, codes: "Codes") -> Vectors:
        differ = codes.differ(query)
        estimated = codes.cosines(differ)
        chosen = np.flatnonzero(differ <= _bound(differ, _RESCORED))
        exact = np.asarray(self._matrix[chosen], dtype=np.float32) @ query
        others: Vectors = np.minimum(estimated, exact.min() - _ALIKE)
        others[chosen] = exact
        return others


def kept_type(count: int) -> npt.DTypeLike:
    """Return the precision in which so many vectors are kept."""
    return np.float16 if count > MOST_EXACT else np.float32


class Codes:
    """The signs of centered vectors, one bit a component; `bits` has a column for each vector."""

    def __init__(self, bits: npt.NDArray[np.uint64], center: Vectors) -> None:
        self._bits = bits
        self._center = center

    @classmethod
    def build(cls, vectors: Vectors) -> "Codes":
        """Take the signs of vectors around their mean."""
        center = np.asarray(vectors[:: max(1, len(vectors) // _CHUNK)], np.float32).mean(axis=0)
        bits = np.empty((len(vectors), _words(vectors.shape[1])), dtype=np.uint64)
        for start in range(0, len(vectors), _CHUNK):
            part = slice(start, start + _CHUNK)
            bits[part] = _signs(vectors[part] - center)
        return cls(np.ascontiguousarray(bits.T), center)

    @classmethod
    def read(cls, folder: Path) -> "Codes":
        """Read what `write` wrote."""
        with np.load(folder / "codes.npz") as file:
            return cls(file["bits"], file["center"])

    def write(self, folder: Path) -> None:
        """Write the signs of an index."""
        np.savez(folder / "codes.npz", bits=self._bits, center=self._center)

    def differ(self, query: Vectors) -> Counts:
        """Return in how many signs each vector differs from a query."""
        wanted = _signs((query - self._center)[None])[0]
        differ = np.zeros(self._bits.shape[1], dtype=np.uint16)
        for start in range(0, len(differ), _CHUNK):
            part = slice(start, start + _CHUNK)
            for signs, sign in zip(self._bits, wanted, strict=True):
                differ[part] += np.bitwise_count(signs[part] ^ sign)
        return differ

    def cosines(self, differ: Counts) -> Vectors:
        """Estimate cosines from the share of signs that differ."""
        angles = np.arange(len(self._center) + 1) * (np.pi / len(self._center))
        estimated: Vectors = np.cos(angles).astype(np.float32)[differ]
        return estimated


def _bound(differ: Counts, least: int) -> int:
    """Return the least count of signs in which at least so many vectors, or all, differ at most."""
    within = np.cumsum(np.bincount(differ))
    return int(np.searchsorted(within, min(least, len(differ))))


def _signs(vectors: Vectors) -> npt.NDArray[np.uint64]:
    packed = np.packbits(vectors > 0, axis=1)
    full = np.zeros((len(packed), 8 * _words(vectors.shape[1])), dtype=np.uint8)
    full[:, : packed.shape[1]] = packed
    return full.view(np.uint64)


def _words(width: int) -> int:
    """Return how many times 64 bits hold one bit a component."""
    return -(-width // 64)


def _fetch(folder: Path, settings: Settings) -> Vectors:
    """Return the vectors that the server holds of an index, in the order of the index."""
    from chromadb.errors import NotFoundError

    try:
        collection = _client(folder, settings).get_collection(
            _collection(folder, settings), embedding_function=None
        )
    except NotFoundError as error:
        raise ToolError(
            f"{settings.chroma_url} does not hold this index. Run: dataquarry index build"
        ) from error
    matrix = np.empty((collection.count(), 0), dtype=np.float32)
    for start in range(0, len(matrix), _BATCH):
        page = collection.get(limit=_BATCH, offset=start, include=["embeddings", "metadatas"])
        vectors = np.asarray(page["embeddings"], dtype=np.float32)
        if not matrix.shape[1]:
            matrix = np.empty((len(matrix), vectors.shape[1]), dtype=np.float32)
        matrix[[about["place"] for about in page["metadatas"]]] = vectors
    return matrix


def _collection(folder: Path, settings: Settings) -> str:
    """Return the collection's name; on a server each index has one of its own."""
    return f"{_COLLECTION}-{folder.name}" if settings.chroma_url else _COLLECTION


def _client(folder: Path, settings: Settings) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if not settings.chroma_url:
        return chromadb.PersistentClient(str(folder / "chroma"), quiet)
    from urllib.parse import urlsplit

    place = urlsplit(settings.chroma_url)
    try:
        return chromadb.HttpClient(
            place.hostname or "", place.port or 8000, ssl=place.scheme == "https", settings=quiet
        )
    except ValueError as error:
        raise ToolError(
            f"No Chroma server answers at {settings.chroma_url}. Start one with: chroma run"
        ) from error
