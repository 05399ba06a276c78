"""Methods that choose rows by targets, scores or labels."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .select_coverage import even_shares, weighted_shares

if TYPE_CHECKING:
    from .select import Rows

Array = NDArray[Any]

EPOCHS = 6
BINS = 10


def similar(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Let the targets choose in turns, each its most similar row that is still free.

    RDS+: Ivison et al., "Large-scale data selection for instruction tuning" (2025).
    """
    assert rows.targets is not None
    likeness = _unit(rows.targets) @ _unit(rows.vectors).T
    wishes = np.argsort(-likeness, axis=1, kind="stable")
    free = np.ones(len(rows.vectors), dtype=bool)
    at = np.zeros(len(wishes), dtype=int)
    chosen: list[int] = []
    while len(chosen) < budget:
        for target, wish in enumerate(wishes):
            while not free[wish[at[target]]]:
                at[target] += 1
            row = int(wish[at[target]])
            free[row] = False
            chosen.append(row)
            if len(chosen) == budget:
                break
    return np.array(chosen)


def best(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Take the rows with the greatest scores; of equal ones the earlier."""
    assert rows.scores is not None
    return np.argsort(-rows.scores, kind="stable")[:budget]


def easy(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Take the rows of which a model is sure while it learns, evenly by class."""
    confidence, _ = training_dynamics(rows, rng)
    return _by_class(rows, confidence, budget)


def ambiguous(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Take the rows whose probability moves most while a model learns, evenly by class."""
    _, variability = training_dynamics(rows, rng)
    return _by_class(rows, variability, budget)


def hard(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Take the rows whose label a model believes least."""
    confidence, _ = training_dynamics(rows, rng)
    return np.argsort(confidence, kind="stable")[:budget]


def training_dynamics(rows: "Rows", rng: np.random.Generator) -> tuple[Array, Array]:
    """Return the mean and the deviation of the probability of each row's own label.

    Over the epochs of a linear model. Swayamdipta et al., "Dataset cartography" (2020).
    """
    from sklearn.linear_model import SGDClassifier

    assert rows.labels is not None
    names, labels = np.unique(rows.labels, return_inverse=True)
    model = SGDClassifier(loss="log_loss", alpha=1e-5, random_state=int(rng.integers(2**31)))
    traces = []
    for _ in range(EPOCHS):
        order = rng.permutation(len(labels))
        model.partial_fit(rows.vectors[order], labels[order], classes=np.arange(len(names)))
        chances = model.predict_proba(rows.vectors)
        traces.append(chances[np.arange(len(labels)), labels])
    return np.mean(traces, axis=0), np.std(traces, axis=0)


def self_paced(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Even out the classes, and let every degree of hardness contribute the same to each.

    After Liu et al., "Self-paced ensemble for highly imbalanced massive data classification"
    (2020): their first round, as one selection in place of an ensemble.
    """
    assert rows.labels is not None
    confidence, _ = training_dynamics(rows, rng)
    _, labels = np.unique(rows.labels, return_inverse=True)
    chosen = []
    for label, share in enumerate(even_shares(np.bincount(labels), budget)):
        inside = np.flatnonzero(labels == label)
        hardness = 1 - confidence[inside]
        bins = np.minimum((hardness * BINS).astype(int), BINS - 1)
        sizes = np.bincount(bins, minlength=BINS)
        mean = np.bincount(bins, weights=hardness, minlength=BINS) / np.maximum(sizes, 1)
        for number, part in enumerate(weighted_shares(sizes, 1 / (mean + 1e-3), share)):
            chosen.append(rng.permutation(inside[bins == number])[:part])
    return np.concatenate(chosen)


def _by_class(rows: "Rows", scores: Array, budget: int) -> Array:
    assert rows.labels is not None
    _, labels = np.unique(rows.labels, return_inverse=True)
    chosen = []
    for label, share in enumerate(even_shares(np.bincount(labels), budget)):
        inside = np.flatnonzero(labels == label)
        chosen.append(inside[np.argsort(-scores[inside], kind="stable")[:share]])
    return np.concatenate(chosen)


def _unit(vectors: Array) -> Array:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Array = vectors / np.maximum(lengths, 1e-12)
    return unit
