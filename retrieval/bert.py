"""A BERT encoder in NumPy, for the few texts of one search.

Loading PyTorch and transformers takes several seconds; this reads the same weights and gives the
same vectors (a test compares them) in a fraction of one. A few dozen tokens are not much work: what
takes time is reading the weights, so all texts go through each layer together, one after another
in one matrix without padding.
"""

import json
from collections.abc import Sequence
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
        merged = adapter.merged(weights) if adapter else weights
        self._weights = {name: _laid_out(name, values) for name, values in merged.items()}
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(tokens)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Array:
        """Return the unit vector of each text, float32 of shape (texts, dimensions)."""
        tokens = [self._tokenizer.encode(text).ids for text in texts]
        parts = _parts(tokens)
        states = np.concatenate([self._embed(each) for each in tokens])
        for layer in range(self._layers):
            states = self._layer(states, parts, f"encoder.layer.{layer}")
        pooled = np.stack([states[part].mean(axis=0) for part in parts])
        unit: Array = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit.astype(np.float32)

    def _embed(self, tokens: list[int]) -> Array:
        table = self._weights
        words = table["embeddings.word_embeddings.weight"][tokens]
        places = table["embeddings.position_embeddings.weight"][: len(tokens)]
        kind = table["embeddings.token_type_embeddings.weight"][0]
        return self._norm(words + places + kind, "embeddings.LayerNorm")

    def _layer(self, states: Array, parts: Sequence[slice], name: str) -> Array:
        attended = self._attend(states, parts, f"{name}.attention.self")
        mixed = self._linear(attended, f"{name}.attention.output.dense")
        states = self._norm(states + mixed, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._linear(states, f"{name}.intermediate.dense"))
        outer = self._linear(inner, f"{name}.output.dense")
        return self._norm(states + outer, f"{name}.output.LayerNorm")

    def _attend(self, states: Array, parts: Sequence[slice], name: str) -> Array:
        """Let the tokens of each text, and of no other, look at each other."""
        length, width = states.shape
        shape = (length, self._heads, width // self._heads)
        query, key, value = (
            self._linear(states, f"{name}.{part}").reshape(shape).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        joined = [_attended(query[:, part], key[:, part], value[:, part]) for part in parts]
        return np.concatenate(joined, axis=1).transpose(1, 0, 2).reshape(length, width)

    def _linear(self, states: Array, name: str) -> Array:
        out: Array = states @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return out

    def _norm(self, states: Array, name: str) -> Array:
        centered = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centered**2).mean(axis=-1, keepdims=True) + self._epsilon)
        out: Array = centered / spread * self._weights[f"{name}.weight"]
        return out + self._weights[f"{name}.bias"]


def _laid_out(name: str, values: Array) -> Array:
    """Return the matrix of a layer the way round in which it is multiplied; others as they are."""
    turned = name.startswith("encoder.") and values.ndim == 2
    return np.ascontiguousarray(values.T) if turned else values


def _parts(tokens: Sequence[Sequence[int]]) -> list[slice]:
    """Return where each text lies among the tokens of all."""
    ends = np.cumsum([len(each) for each in tokens]).tolist()
    return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def _attended(query: Array, key: Array, value: Array) -> Array:
    """Scaled dot-product attention (Vaswani et al. 2017); all of shape (heads, tokens, width)."""
    scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[2]))
    share = np.exp(scores - scores.max(axis=-1, keepdims=True))
    share /= share.sum(axis=-1, keepdims=True)
    joined: Array = share @ value
    return joined


def _gelu(values: Array) -> Array:
    from scipy.special import erf

    out: Array = values * np.float32(0.5)
    out *= 1 + erf(values * np.float32(np.sqrt(0.5)))
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
