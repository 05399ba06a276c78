"""A BERT encoder in NumPy, for one query at a time.

Loading PyTorch and transformers takes several seconds; this reads the same weights and gives the
same vectors (a test compares them) in a fraction of one.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .adapter import Adapter

Array = npt.NDArray[np.float32]


class BertEncoder:
    """Mean-pooled unit vectors of a BERT model in a sentence-transformers folder."""

    def __init__(self, folder: Path, tokens: int, adapter: Adapter | None = None) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights: dict[str, Array] = load_file(folder / "model.safetensors")
        self._weights = adapter.merged(weights) if adapter else weights
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(tokens)
        self._tokenizer.no_padding()

    def encode(self, text: str) -> Array:
        """Return the unit vector of a text, float32 of shape (dimensions,)."""
        tokens = self._tokenizer.encode(text).ids
        states = self._embed(tokens)
        for layer in range(self._layers):
            states = self._layer(states, f"encoder.layer.{layer}")
        pooled = states.mean(axis=0)
        unit: Array = (pooled / np.linalg.norm(pooled)).astype(np.float32)
        return unit

    def _embed(self, tokens: list[int]) -> Array:
        table = self._weights
        words = table["embeddings.word_embeddings.weight"][tokens]
        places = table["embeddings.position_embeddings.weight"][: len(tokens)]
        kind = table["embeddings.token_type_embeddings.weight"][0]
        return self._norm(words + places + kind, "embeddings.LayerNorm")

    def _layer(self, states: Array, name: str) -> Array:
        attended = self._attend(states, f"{name}.attention.self")
        mixed = self._linear(attended, f"{name}.attention.output.dense")
        states = self._norm(states + mixed, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._linear(states, f"{name}.intermediate.dense"))
        outer = self._linear(inner, f"{name}.output.dense")
        return self._norm(states + outer, f"{name}.output.LayerNorm")

    def _attend(self, states: Array, name: str) -> Array:
        length, width = states.shape
        shape = (length, self._heads, width // self._heads)
        query, key, value = (
            self._linear(states, f"{name}.{part}").reshape(shape).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(shape[2])
        share = np.exp(scores - scores.max(axis=-1, keepdims=True))
        share /= share.sum(axis=-1, keepdims=True)
        joined: Array = (share @ value).transpose(1, 0, 2).reshape(length, width)
        return joined

    def _linear(self, states: Array, name: str) -> Array:
        out: Array = states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return out

    def _norm(self, states: Array, name: str) -> Array:
        centered = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centered**2).mean(axis=-1, keepdims=True) + self._epsilon)
        out: Array = centered / spread * self._weights[f"{name}.weight"]
        return out + self._weights[f"{name}.bias"]


def _gelu(values: Array) -> Array:
    from scipy.special import erf

    out: Array = 0.5 * values * (1 + erf(values / np.sqrt(2)))
    return out


@cache
def bert_encoder(folder: Path, tokens: int, adapter: Adapter | None = None) -> BertEncoder | None:
    """Load the BERT encoder of a folder, once a process; None when it is another kind of model."""
    config, pooling = folder / "config.json", folder / "1_Pooling" / "config.json"
    if not (config.is_file() and pooling.is_file() and (folder / "tokenizer.json").is_file()):
        return None
    kind = json.loads(config.read_text(encoding="utf-8"))
    pool = json.loads(pooling.read_text(encoding="utf-8"))
    if kind.get("model_type") != "bert" or kind.get("hidden_act") != "gelu":
        return None
    if not pool.get("pooling_mode_mean_tokens"):
        return None
    return BertEncoder(folder, tokens, adapter)
