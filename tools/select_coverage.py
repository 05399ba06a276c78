"""Methods that choose rows by how they lie in space, without labels."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .select import Rows

Array = NDArray[Any]

MAX_CLUSTERS = 1_000
REFERENCES = 1_000
"""Rows against which a density is estimated."""
NEAREST = 10


def central(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Make as many clusters as rows are wanted, and take the most central row of each.

    As TypiClust does: Hacohen, Dekel and Weinshall, "Active learning on a budget" (2022). More
    than `MAX_CLUSTERS` clusters are made in two steps, those of great spread split further.
    """
    if budget <= MAX_CLUSTERS:
        return _centers(rows.vectors, np.arange(len(rows.vectors)), budget, rng)
    labels, centers = clusters(rows.vectors, round(budget**0.5), rng)
    spread = ((rows.vectors - centers[labels]) ** 2).sum(axis=1)
    weights = np.bincount(labels, weights=spread) + 1e-12
    chosen = [
        _centers(rows.vectors, np.flatnonzero(labels == label), share, rng)
        for label, share in enumerate(weighted_shares(np.bincount(labels), weights, budget))
        if share
    ]
    return np.concatenate(chosen)


def _centers(vectors: Array, inside: Array, count: int, rng: np.random.Generator) -> Array:
    """Return `count` of the rows `inside`: the most central of each cluster, then others."""
    labels, centers = clusters(vectors[inside], count, rng)
    apart = _distance(vectors[inside], centers[labels])
    order = np.lexsort((apart, labels))
    first = order[np.unique(labels[order], return_index=True)[1]]
    others = rng.permutation(np.setdiff1d(np.arange(len(inside)), first))
    picked: Array = inside[np.concatenate([first, others])[:count]]
    return picked


def hierarchical(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Give even shares to clusters of clusters, and take the most central rows of each.

    Vo et al., "Automatic data curation for self-supervised learning" (2024).
    """
    fine, centers = clusters(rows.vectors, min(budget, MAX_CLUSTERS), rng)
    coarse, _ = clusters(centers, max(2, round(len(centers) ** 0.5)), rng)
    chosen = []
    above = coarse[fine]
    for group, share in enumerate(even_shares(np.bincount(above), budget)):
        members = np.flatnonzero(above == group)
        names, place = np.unique(fine[members], return_inverse=True)
        parts = even_shares(np.bincount(place), share)
        for name, part in zip(names, parts, strict=True):
            inside = members[fine[members] == name]
            apart = _distance(rows.vectors[inside], centers[name])
            chosen.append(inside[np.argsort(apart, kind="stable")[:part]])
    return np.concatenate(chosen)


def density(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Draw rows the more often the sparser their region is.

    Sachdeva et al., "How to train data-efficient LLMs" (2024), with an exact kernel over sampled
    rows in place of their sketch.
    """
    count = len(rows.vectors)
    places = rng.permutation(count)[: min(REFERENCES, count)]
    squared = _squared(rows.vectors, rows.vectors[places])
    width = float(np.median(np.partition(squared, min(NEAREST, squared.shape[1] - 1))[:, NEAREST:]))
    kernel = np.exp(-squared / max(width, 1e-12)).sum(axis=1) + 1e-9
    return weighted_draw(1 / kernel, budget, rng)


def sensitivity(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Draw rows by their part in the cost of a clustering.

    Axiotis et al., "Data-efficient learning via clustering-based sensitivity sampling" (2024).
    """
    labels, centers = clusters(rows.vectors, max(2, min(budget // 2, MAX_CLUSTERS)), rng)
    squared = ((rows.vectors - centers[labels]) ** 2).sum(axis=1)
    size = np.bincount(labels, minlength=len(centers))[labels]
    far = squared / max(float(squared.sum()), 1e-12)
    return weighted_draw(far + 1 / (size * len(centers)) + 1e-12, budget, rng)


def cluster_complexity(rows: "Rows", budget: int, rng: np.random.Generator) -> Array:
    """Give wide, lonely clusters more rows, and take the least central rows of each.

    Abbas et al., "Effective pruning of web-scale datasets based on complexity of concept
    clusters" (2024).
    """
    count = max(2, min(round(len(rows.vectors) ** 0.5), MAX_CLUSTERS))
    labels, centers = clusters(rows.vectors, count, rng)
    apart = _distance(rows.vectors, centers[labels])
    sizes = np.bincount(labels, minlength=len(centers))
    within = np.bincount(labels, weights=apart, minlength=len(centers)) / np.maximum(sizes, 1)
    between = np.sqrt(np.partition(_squared(centers, centers), 1, axis=1)[:, 1 : NEAREST + 1])
    complexity = within * between.mean(axis=1)
    shares = weighted_shares(sizes, complexity + 1e-12, budget)
    chosen = []
    for label, share in enumerate(shares):
        inside = np.flatnonzero(labels == label)
        chosen.append(inside[np.argsort(-apart[inside], kind="stable")[:share]])
    return np.concatenate(chosen)


def clusters(vectors: Array, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return the cluster of each row and the centers, by k-means on one thread.

    More threads would add up in another order each time and with it give other clusters.
    """
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from threadpoolctl import threadpool_limits

    count = min(count, len(vectors))
    seed = int(rng.integers(2**31))
    small = len(vectors) * count <= 2_000_000
    kind = (
        KMeans(count, n_init=1, max_iter=20, random_state=seed)
        if small
        else MiniBatchKMeans(
            count,
            n_init=1,
            max_iter=20,
            batch_size=4_096,
            random_state=seed,
            init="random",
            reassignment_ratio=0,
        )
    )
    with threadpool_limits(1):
        labels = kind.fit_predict(np.ascontiguousarray(vectors, dtype=np.float32))
    names, labels = np.unique(labels, return_inverse=True)
    return labels, kind.cluster_centers_[names]


def even_shares(sizes: Array, budget: int) -> list[int]:
    """Split a budget evenly over groups, none of which gets more than it has."""
    return weighted_shares(sizes, np.ones(len(sizes)), budget)


def weighted_shares(sizes: Array, weights: Array, budget: int) -> list[int]:
    """Split a budget over groups by weight, none of which gets more than it has."""
    shares = np.zeros(len(sizes), dtype=int)
    left = min(budget, int(np.sum(sizes)))
    while left:
        room = sizes - shares
        active = np.where(room > 0, weights, 0.0)
        exact = left * active / active.sum()
        step = np.minimum(np.floor(exact).astype(int), room)
        if not step.any():  # less than one each: the greatest remainders first
            order = np.argsort(-(exact + (room > 0)), kind="stable")[:left]
            step[order[room[order] > 0]] = 1
        shares += step
        left -= int(step.sum())
    return [int(share) for share in shares]


def weighted_draw(weights: Array, budget: int, rng: np.random.Generator) -> Array:
    """Draw row numbers without repetition, with chances by weight (Efraimidis, Spirakis 2006)."""
    keys = np.log(rng.random(len(weights))) / weights
    chosen: Array = np.argpartition(-keys, budget - 1)[:budget]
    return chosen


def _distance(vectors: Array, center: Array) -> Array:
    distance: Array = np.linalg.norm(vectors - center, axis=1)
    return distance


def _squared(vectors: Array, others: Array) -> Array:
    """Return squared distances, of shape (vectors, others)."""
    vectors, others = np.asarray(vectors, np.float32), np.asarray(others, np.float32)
    both = (vectors**2).sum(1)[:, None] + (others**2).sum(1)[None, :] - 2 * vectors @ others.T
    squared: Array = np.maximum(both, 0.0)
    return squared
