"""Figures of ranked lists against what is relevant, and how sure a difference of them is."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FIGURES = ("P@5", "R@5", "MAP", "MRR")
CUT = 5
RESAMPLES = 10_000

Figures = npt.NDArray[np.float64]


def figures(ranked: Sequence[str], relevant: set[str], missing: int = 0) -> list[float]:
    """Return P@5, R@5, average precision and reciprocal rank of one ranked list, from 0 to 1.

    Args:
        ranked: ids, best first.
        relevant: ids that are relevant.
        missing: how many relevant ones no list can hold; they count in recall and precision.

    Raises:
        ValueError: nothing is relevant.
    """
    total = len(relevant) + missing
    if not total:
        raise ValueError("nothing is relevant")
    ranks = [rank for rank, name in enumerate(ranked, 1) if name in relevant]
    early = sum(rank <= CUT for rank in ranks)
    precision = sum(found / rank for found, rank in enumerate(ranks, 1)) / total
    first = 1 / ranks[0] if ranks else 0.0
    return [early / CUT, early / total, precision, first]


def mean(rows: Figures) -> dict[str, float]:
    """Return the mean of each figure over queries, rows of shape (queries, figures)."""
    return {name: round(float(v), 4) for name, v in zip(FIGURES, rows.mean(axis=0), strict=True)}


def paired_bootstrap(ours: Figures, theirs: Figures, seed: int = 0) -> dict[str, dict[str, float]]:
    """Return gain, 95 % interval and p of each figure by paired bootstrap over queries.

    Queries are drawn with replacement 10,000 times (Efron and Tibshirani 1993, chapter 16). `p` is
    twice the share of draws in which the difference has the other sign, at most 1.

    Args:
        ours: figures by query, of shape (queries, figures).
        theirs: the same of what is compared with.
        seed: of the draws.
    """
    gain = ours - theirs
    drawn = np.random.default_rng(seed).integers(len(gain), size=(RESAMPLES, len(gain)))
    means = np.stack([gain[:, place][drawn].mean(axis=1) for place in range(gain.shape[1])], axis=1)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    other = np.minimum((means <= 0).mean(axis=0), (means >= 0).mean(axis=0))
    return {
        name: {
            "gain": round(float(gain[:, place].mean()), 4),
            "low": round(float(low[place]), 4),
            "high": round(float(high[place]), 4),
            "p": round(min(1.0, 2 * float(other[place])), 4),
        }
        for place, name in enumerate(FIGURES)
    }
