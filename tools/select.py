"""Selecting rows: which of many to keep when only so many can be used.

One interface for all methods: vectors of the rows (and labels, targets or scores where a method
needs them) and a budget go in, row numbers come out. To add a method: write its function, add its
line to `METHODS`, add its test. Only numpy and scikit-learn are used; 100,000 rows of 384
dimensions take under a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from .select_coverage import central, cluster_complexity, density, hierarchical, sensitivity
from .select_supervised import ambiguous, best, easy, hard, self_paced, similar

Array = NDArray[Any]


@dataclass(frozen=True)
class Rows:
    """What is known of the rows to choose from.

    Attributes:
        vectors: one vector per row, float of shape (rows, dimensions).
        labels: the class of each row.
        targets: vectors of examples of what the rows are wanted for, (examples, dimensions).
        scores: how good each row is, the greater the better.
    """

    vectors: Array
    labels: Array | None = None
    targets: Array | None = None
    scores: Array | None = None


@dataclass(frozen=True)
class Method:
    """One way to choose.

    Attributes:
        choose: the function `(rows, budget, rng) -> row numbers`.
        about: what it favors, where it comes from, and its limit.
        needs: which parts of `Rows` beside the vectors it needs.
    """

    choose: Callable[[Any, int, np.random.Generator], Array]
    about: str
    needs: tuple[str, ...] = field(default=())


def at_random(rows: Rows, budget: int, rng: np.random.Generator) -> Array:
    """Choose at random: what every other method has to beat."""
    return rng.permutation(len(rows.vectors))[:budget]


METHODS: dict[str, Method] = {
    "random": Method(at_random, "Random rows: what every other method has to beat."),
    "central": Method(
        central,
        "One row for each of as many clusters as rows are wanted: covers everything once. Hacohen "
        "et al. 2022. Chooses typical rows, never the border cases.",
    ),
    "hierarchical": Method(
        hierarchical,
        "Even shares for clusters of clusters, the most central rows of each: covers rare kinds. "
        "Vo et al. 2024. Clusters of noise get a share too.",
    ),
    "density": Method(
        density,
        "Rows from sparse regions more often: evens out what is frequent. Sachdeva et al. 2024. "
        "Outliers are sparse as well.",
    ),
    "sensitivity": Method(
        sensitivity,
        "Rows far from the center of their cluster, and of small clusters, more often. Axiotis et "
        "al. 2024. Made for weighted training; used here without weights.",
    ),
    "complexity": Method(
        cluster_complexity,
        "More rows for clusters that are wide and far from others, the least central first. Abbas "
        "et al. 2024. Meant for very many rows; hard rows hurt small budgets.",
    ),
    "similar": Method(
        similar,
        "The rows most similar to target examples, in turns. RDS+, Ivison et al. 2025. Knows only "
        "what the examples show.",
        needs=("targets",),
    ),
    "best": Method(
        best,
        "The rows with the best scores, e.g. a model's judgment (Ask-LLM, Sachdeva et al. 2024). "
        "Near-duplicates of a good row are all chosen.",
        needs=("scores",),
    ),
    "easy": Method(
        easy,
        "Rows learned early and surely, evenly by class. Swayamdipta et al. 2020. Little is "
        "learned from them beyond the basics.",
        needs=("labels",),
    ),
    "ambiguous": Method(
        ambiguous,
        "Rows whose probability moves most while a model learns, evenly by class. Swayamdipta et "
        "al. 2020. Needs enough easy rows beside them.",
        needs=("labels",),
    ),
    "hard": Method(
        hard,
        "Rows a model never gets right: wrong labels first. Swayamdipta et al. 2020. For looking "
        "at, not for training.",
        needs=("labels",),
    ),
    "self_paced": Method(
        self_paced,
        "All rows of small classes, and of great ones rows of every hardness. Liu et al. 2020. "
        "For imbalance only.",
        needs=("labels",),
    ),
}


def select_rows(rows: Rows, budget: int, method: str, *, seed: int = 0) -> Array:
    """Return the numbers of the rows to keep, in ascending order.

    The same rows, budget and seed give the same choice.

    Args:
        rows: what is known of the rows.
        budget: how many to keep.
        method: name of the method, one of `METHODS`.
        seed: seed of every random choice.

    Raises:
        ToolError: no such method, the budget is not between 1 and the number of rows, or the
            method needs what is not there.
    """
    if method not in METHODS:
        raise ToolError(f"No method {method!r}. Methods: {', '.join(METHODS)}.")
    count = len(rows.vectors)
    if not 1 <= budget <= count:
        raise ToolError(f"The budget must be between 1 and {count:,}; it is {budget:,}.")
    missing = [name for name in METHODS[method].needs if getattr(rows, name) is None]
    if missing:
        raise ToolError(f"The method {method!r} needs {' and '.join(missing)}.")
    chosen = METHODS[method].choose(rows, budget, np.random.default_rng(seed))
    return np.sort(chosen)
