"""Family of interactions: what a forest of small trees splits on together, combined.

Columns that follow each other on the paths of trees act together more often than others (the idea
of iterative random forests, Basu et al., 2018). Pairs and triples that trees share most are
combined; arithmetic over all pairs reaches neither triples nor columns beyond its limit.
"""

from collections import defaultdict
from itertools import combinations, permutations

import numpy as np

from ..operations.feature_base import AddFeature, numbers
from ..operations.feature_numeric import AddCenteredProduct, AddRemainder, AddTriple, Tripling
from .arithmetic import all_pairs
from .base import Candidate, Columns, Family, Floats, Training, fixed

TREES = 40
DEPTH = 5
MAX_ROWS = 2_000
MAX_COLUMNS = 100
TOP_PAIRS = 15
TOP_TRIPLES = 6
NAMES: dict[Tripling, str] = {
    "product": "{}_times_{}_times_{}",
    "sum": "{}_plus_{}_plus_{}",
    "rate": "{}_times_{}_per_{}",
    "margin": "{}_minus_{}_per_{}",
    "share": "{}_plus_{}_per_{}",
}


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return combinations of the numbers that a forest uses together."""
    names = columns.numbers[:MAX_COLUMNS]
    if len(names) < 2 or len(training.frame) < 2 * DEPTH:
        return []
    pairs, triples = mine(training, names)
    found = []
    for left, right in pairs[:TOP_PAIRS]:
        found += [*all_pairs(left, right), _agreement(left, right), *_parity(training, left, right)]
    for triple in triples[:TOP_TRIPLES]:
        found += _combined(triple)
    return found


def mine(training: Training, names: list[str]) -> tuple[list[tuple[str, ...]], ...]:
    """Return the pairs and the triples of columns on common paths, the weightiest first."""
    frame = training.frame.head(MAX_ROWS)
    values = np.column_stack([numbers(frame, name) for name in names])
    weights: tuple[dict[tuple[int, ...], float], ...] = (defaultdict(float), defaultdict(float))
    for tree in _forest(values, training.values[: len(frame)]):
        for path, weight in _paths(tree):
            for size, counted in zip((2, 3), weights, strict=True):
                for group in combinations(sorted(set(path)), size):
                    counted[group] += weight
    return tuple(
        [tuple(names[place] for place in group) for group, _ in _ranked(counted)]
        for counted in weights
    )


def _forest(values: Floats, target: Floats) -> list[object]:
    from sklearn.ensemble import RandomForestRegressor

    forest = RandomForestRegressor(
        TREES, max_depth=DEPTH, max_features=0.6, min_samples_leaf=5, random_state=0, n_jobs=1
    )
    return [estimator.tree_ for estimator in forest.fit(values, target).estimators_]


def _paths(tree: object) -> list[tuple[list[int], float]]:
    """Return the columns on the way to each split, with what the split explains."""
    found: list[tuple[list[int], float]] = []
    waiting: list[tuple[int, list[int]]] = [(0, [])]
    loss = tree.weighted_n_node_samples * tree.impurity  # type: ignore[attr-defined]
    left, right = tree.children_left, tree.children_right  # type: ignore[attr-defined]
    while waiting:
        node, above = waiting.pop()
        if left[node] < 0:
            continue
        path = [*above, int(tree.feature[node])]  # type: ignore[attr-defined]
        found.append((path, float(loss[node] - loss[left[node]] - loss[right[node]])))
        waiting += [(int(left[node]), path), (int(right[node]), path)]
    return found


def _ranked(counted: dict[tuple[int, ...], float]) -> list[tuple[tuple[int, ...], float]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _agreement(left: str, right: str) -> Candidate:
    name = f"{left}_with_{right}"

    def fit(training: Training) -> list[AddFeature]:
        middles = [float(np.nanmedian(numbers(training.frame, c))) for c in (left, right)]
        return [
            AddCenteredProduct(
                name=name,
                left=left,
                right=right,
                left_middle=middles[0],
                right_middle=middles[1],
            )
        ]

    return Candidate(f"interactions:{name}", "interactions", name, fit)


def _parity(training: Training, left: str, right: str) -> list[Candidate]:
    columns = [numbers(training.frame, column) for column in (left, right)]
    if not all(np.all(np.mod(c[~np.isnan(c)], 1) == 0) for c in columns):
        return []
    name = f"{left}_plus_{right}_is_odd"
    operation = AddRemainder(name=name, columns=[left, right], divisor=2)
    return [fixed(operation, "interactions")]


def _combined(triple: tuple[str, ...]) -> list[Candidate]:
    whole: tuple[Tripling, ...] = ("product", "sum")
    found = [_triple(triple, how) for how in whole]
    ordered = [columns for columns in permutations(triple) if columns[0] < columns[1]]
    parts: tuple[Tripling, ...] = ("rate", "share", "margin")
    found += [_triple(columns, how) for columns in ordered for how in parts]
    return found


def _triple(columns: tuple[str, ...], how: Tripling) -> Candidate:
    first, second, third = columns
    name = NAMES[how].format(*columns)
    operation = AddTriple(name=name, first=first, second=second, third=third, how=how)
    return fixed(operation, "interactions")


FAMILY = Family("interactions", "Pairs and triples that trees split on together.", candidates)
