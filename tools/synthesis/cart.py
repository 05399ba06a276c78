"""Sequential CART: rows made column by column, each value drawn from a leaf of a tree.

The joint distribution is taken apart into one column given the columns before it. For each column
a decision tree is grown on the real rows; a new row falls into one of its leaves and takes a value
that a real row of this leaf has. Reiter, "Using CART to generate partially synthetic public use
microdata" (2005); Nowok, Raab and Dibben, "synthpop" (2016). Two refinements are ours: the draws
within a leaf go through its rows in turn, which keeps shares closer to the real ones than
independent draws do, and categories are put in order by what they say of the column that is made
(Coppersmith, Hong and Hosking, "Partitioning nominal attributes in decision trees", 1999).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .columns import Column, as_numbers, numbers_like, texts

Array = NDArray[Any]

MAX_CLASSES = 40
"""A tree tells this many categories apart; the rarer ones share one leaf label, not one value."""

SHARED_BY = 3
"""A number that this many real rows have is kept as it is in private mode."""


@dataclass(frozen=True)
class Style:
    """How closely the leaves follow the real rows.

    Args:
        leaf: fewest real rows in a leaf.
        smooth: whether numbers are drawn between neighboring values of a leaf, not from them.
    """

    leaf: int
    smooth: bool


STYLES = {"fidelity": Style(leaf=5, smooth=False), "private": Style(leaf=16, smooth=True)}


@dataclass
class _Leaves:
    """A fitted tree with the real rows of each of its leaves."""

    tree: Any
    maps: list[Array | None]
    """For each predictor that is a category, the number that stands for each code."""
    order: Array
    """Real rows, those of one leaf side by side."""
    start: Array
    """Where each node's rows begin in `order`."""
    count: Array

    def draw(self, inputs: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Return for each new row its leaf and the place in `order` of the real row drawn."""
        nodes = self.tree.apply(_scored(inputs, self.maps))
        return nodes, self.start[nodes] + _in_turn(nodes, rng) % self.count[nodes]


class CartGenerator:
    """Makes rows like those it was fitted on. Deterministic for one frame, order and seed.

    Args:
        columns: what each column is; ids and constants are not modeled.
        style: leaf size and smoothing.
        order: names of the modeled columns in the order they are made.
        seed: seed of every draw.
    """

    def __init__(self, columns: list[Column], style: Style, order: list[str], seed: int) -> None:
        self.columns = {column.name: column for column in columns}
        self.style = style
        self.order = order
        self.rng = np.random.default_rng(seed)

    def fit(self, frame: pd.DataFrame) -> "CartGenerator":
        """Grow the trees on real rows."""
        self.frame = frame.reset_index(drop=True)
        self.codes = {name: self._encode(self.frame[name], name) for name in self.order}
        self.missing: dict[str, _Leaves | None] = {}
        self.values: dict[str, _Leaves] = {}
        for place, name in enumerate(self.order):
            before = self.order[:place]
            response, present = self.codes[name], ~np.isnan(self.codes[name])
            everyone = np.arange(len(response))
            gaps = self._numeric(name) and 0 < present.sum() < len(present)
            self.missing[name] = self._grow(before, present * 1.0, everyone, 2) if gaps else None
            rows = everyone[present] if self._numeric(name) else everyone
            classes = 0 if self._numeric(name) else int(response.max()) + 1
            self.values[name] = self._grow(before, response, rows, classes)
        return self

    def sample(self, count: int, given: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return new rows with the modeled columns in `order`.

        Args:
            count: how many.
            given: values the first columns of `order` must have, `count` rows of them.
        """
        made: dict[str, pd.Series] = {}
        inputs: list[Array] = []
        for name in self.order:
            if given is not None and name in given.columns:
                made[name] = given[name].reset_index(drop=True)
            else:
                made[name] = self._draw(name, count, inputs)
            inputs.append(self._encode(made[name], name))
        return pd.DataFrame(made)

    def _draw(self, name: str, count: int, inputs: list[Array]) -> pd.Series:
        """Draw one column for new rows that have the columns before it."""
        matrix = np.column_stack(inputs) if inputs else np.zeros((count, 1))
        leaves = self.values[name]
        nodes, places = leaves.draw(matrix, self.rng)
        series = self.frame[name].take(leaves.order[places]).reset_index(drop=True)
        if self.style.smooth and self._numeric(name):
            series = self._smoothed(name, leaves, nodes, places)
        gaps = self.missing[name]
        if gaps is not None:
            _, spots = gaps.draw(matrix, self.rng)
            series = series.mask(np.isnan(self.codes[name][gaps.order[spots]]))
        return series

    def _smoothed(self, name: str, leaves: _Leaves, nodes: Array, places: Array) -> pd.Series:
        """Move each rare value a random part of the way to the next one of its leaf, up or down.

        A value that several real rows share says little of any of them and stays, so that round
        numbers stay as frequent as they are.
        """
        values = self.codes[name][leaves.order]
        first = leaves.start[nodes]
        beside = places + self.rng.choice([-1, 1], len(places))
        beside = np.clip(beside, first, first + leaves.count[nodes] - 1)
        low, high = values[places], values[beside]
        moved = low + self.rng.random(len(places)) * (high - low)
        _, which, held = np.unique(values, return_inverse=True, return_counts=True)
        moved = np.where(held[which][places] >= SHARED_BY, low, moved)
        return numbers_like(moved, self.frame[name], self.columns[name])

    def _grow(self, before: list[str], response: Array, rows: Array, classes: int) -> _Leaves:
        """Grow one tree; `classes` 0 means that the response is a number."""
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        y = response[rows]
        labels = _grouped(y) if classes else y
        predictors = [self.codes[name][rows] for name in before]
        inputs = np.column_stack(predictors) if predictors else np.zeros((len(rows), 1))
        maps = [
            self._map(name, code, labels, classes)
            for name, code in zip(before, predictors, strict=True)
        ]
        kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
        tree = kind(min_samples_leaf=self.style.leaf, random_state=0)
        tree.fit(_scored(inputs, maps), labels)
        nodes = tree.apply(_scored(inputs, maps))
        # Within a leaf by value, so that smoothing finds the next ones beside it.
        by_leaf = np.lexsort((y, nodes))
        count = np.bincount(nodes, minlength=tree.tree_.node_count)
        return _Leaves(tree, maps, rows[by_leaf], np.cumsum(count) - count, count)

    def _map(self, name: str, codes: Array, labels: Array, classes: int) -> Array | None:
        if self._numeric(name):
            return None
        return _category_scores(codes.astype(int), labels, classes)

    def _numeric(self, name: str) -> bool:
        return self.columns[name].kind in ("number", "date")

    def _encode(self, series: pd.Series, name: str) -> Array:
        """Return a column as floats: numbers with NaN for missing, categories as codes from 0."""
        if self._numeric(name):
            return as_numbers(series)
        known = texts(self.frame[name]).astype(str)
        levels = pd.Index(sorted(known[self.frame[name].notna()].unique()))
        shown = pd.Index(texts(series).astype(str))
        codes: Array = levels.get_indexer(shown).astype(float)
        codes[series.isna().to_numpy()] = len(levels)
        return codes


def _grouped(codes: Array) -> Array:
    """Return class labels in which the rare classes share one."""
    count = np.bincount(codes.astype(int))
    most = min(MAX_CLASSES, max(2, len(codes) // 4))
    if len(count) <= most:
        return codes
    frequent = np.argsort(-count, kind="stable")[: most - 1]
    return np.where(np.isin(codes, frequent), codes, float(len(count)))


def _category_scores(codes: Array, labels: Array, classes: int) -> Array:
    """Return one number per code: the mean response, or the first component of class shares."""
    size = int(codes.max()) + 2
    count = np.bincount(codes, minlength=size).astype(float)
    if not classes:
        total = np.bincount(codes, weights=labels, minlength=size)
        means: Array = (total + labels.mean()) / (count + 1)
        return means
    kinds, place = np.unique(labels, return_inverse=True)
    table = np.zeros((size, len(kinds)))
    np.add.at(table, (codes, place), 1.0)
    overall = table.sum(0) / table.sum()
    shares = (table + overall) / (count + 1)[:, None]
    centered = (shares - overall) * np.sqrt(count + 1)[:, None]
    direction = np.linalg.svd(centered, full_matrices=False)[2][0]
    scores: Array = (shares - overall) @ direction
    return scores


def _scored(inputs: Array, maps: list[Array | None]) -> Array:
    """Return the predictors as a tree wants them; a code never seen gets the average."""
    scored = inputs.copy()
    for place, scores in enumerate(maps):
        if scores is not None:
            scored[:, place] = scores[np.minimum(inputs[:, place].astype(int), len(scores) - 1)]
    return scored


def _in_turn(nodes: Array, rng: np.random.Generator) -> Array:
    """Number the new rows of each leaf from a random start, in random order."""
    shuffled = rng.permutation(len(nodes))
    grouped = shuffled[np.argsort(nodes[shuffled], kind="stable")]
    sorted_nodes = nodes[grouped]
    first = np.searchsorted(sorted_nodes, sorted_nodes, side="left")
    turn = np.empty(len(nodes), dtype=np.int64)
    turn[grouped] = np.arange(len(nodes)) - first
    offsets = rng.integers(0, 2**31, size=int(nodes.max(initial=0)) + 1)
    return turn + offsets[nodes]
