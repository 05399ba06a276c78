"""Family of weighted sums: what a linear model sees at once and trees need many splits for."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from ..operations.feature_base import AddFeature, Floats, keys, numbers
from ..operations.feature_linear import AddWeightedSum, CurveTerm, LevelTerm
from .base import Candidate, Columns, Family, Training, part_of
from .judge import FOLDS, split_folds
from .products import Pair, factors_of, strongest_pairs
from .row_errors import distances

MAX_COLUMNS = 100
MAX_OUTCOMES = 6
MIN_LEVEL_ROWS = 5
MIN_LEVELS = 3
MIN_ROWS_FOR_PRODUCTS = 50
MAX_FACTORS = 500
"""Numbers and values of categories, of which products are made: more take minutes."""
KNOTS = 8
SHAPES = {"weighted_sum": 2, "sum_of_curves": KNOTS}
PRODUCTS = 10
"""More of them fit chance: of wide tables there are tens of thousands to choose from."""
PENALTIES = (0.1, 1.0, 10.0, 100.0, 1000.0)


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return sums of lines and of curves, also of the logarithm of a skewed positive target.

    Those of the logarithm, where there is one, are offered with products of two columns as well,
    where products help them.
    """
    names, groups = columns.numbers[:MAX_COLUMNS], columns.categories[:MAX_COLUMNS]
    if len(names) + len(groups) < 2:
        return []
    shapes = SHAPES if names else {"weighted_sum": 2}
    skewed, found = _is_skewed(training), []
    for logarithm in (False, True) if skewed else (False,):
        for shape, knots in shapes.items():
            found.append(_sum(names, groups, shape, knots, logarithm))
    for shape, knots in shapes.items() if _may_have_products(training, names, groups) else ():
        if _products_help(training, names, groups, knots, skewed):
            name = f"{shape}_and_products"
            found.append(_sum(names, groups, name, knots, skewed, PRODUCTS))
    return found


def effect_candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return the effects of categories, all in one candidate: they are fitted together."""
    groups = [c for c in columns.categories if training.frame[c].nunique() >= MIN_LEVELS]
    names = columns.numbers[:MAX_COLUMNS]
    if not groups or len(names) + len(columns.categories) < 2:
        return []
    fit = partial(fit_effects, names=names, groups=columns.categories[:MAX_COLUMNS])
    return [Candidate("effects:effects", "effects", "effects of categories", fit, learns=True)]


def fit_sum(
    training: Training,
    names: list[str],
    groups: list[str],
    name: str,
    knots: int = 2,
    logarithm: bool = False,
    outcome: str | None = None,
    products: int = 0,
) -> AddWeightedSum:
    """Fit the weights by ridge regression; leave-one-out error chooses the penalty.

    Args:
        training: the rows to fit on.
        names: the numbers to sum.
        groups: the categories to sum.
        name: of the new column.
        knots: where each number's curve may bend, its ends included: 2 make it a line.
        logarithm: whether to estimate the logarithm of the target.
        outcome: the class to estimate, of a target of classes.
        products: how many products of two columns to add, those that explain most of what the sum
            without them leaves over.
    """
    curves = [_Curve(numbers(training.frame, column), knots) for column in names]
    levels = {column: _levels(training.frame, column) for column in groups}
    parts = [curve.columns for curve in curves]
    parts += [column[:, None] for by_level in levels.values() for column in by_level.values()]
    target = _target(training, outcome)
    if logarithm:
        target = np.log(target)
    weights, constant = _ridge(np.hstack(parts), target)
    pairs: list[Pair] = []
    if products:
        left = target - constant - np.hstack(parts) @ weights
        pairs = strongest_pairs(factors_of(training.frame, names, levels), left, products)
        parts += [pair.values[:, None] for pair in pairs]
        weights, constant = _ridge(np.hstack(parts), target)
    place, curve_terms, level_terms = 0, [], []
    for column, curve in zip(names, curves, strict=True):
        width = curve.columns.shape[1]
        curve_terms.append(curve.term(column, weights[place : place + width]))
        place += width
    for column, known in levels.items():
        part = weights[place : place + len(known)]
        place += len(known)
        table = {key: float(weight) for key, weight in zip(known, part, strict=True)}
        level_terms.append(LevelTerm(column=column, weights=table))
    return AddWeightedSum(
        name=name,
        target=training.target,
        outcome=outcome,
        logarithm=logarithm,
        curves=curve_terms,
        levels=level_terms,
        products=[pair.term(weight) for pair, weight in zip(pairs, weights[place:], strict=True)],
        constant=constant,
    )


def fit_effects(training: Training, names: list[str], groups: list[str]) -> list[AddFeature]:
    """Return what each category adds to a sum of curves of all columns, and all of them together.

    That puts the values of a category in the order of what they do to the target where the other
    columns are the same; a mean target holds what the others do as well.
    """
    logarithm = _is_skewed(training)
    whole = fit_sum(training, names, groups, "effects", KNOTS, logarithm, training.outcome)
    terms = [term for term in whole.levels if len(term.weights) >= MIN_LEVELS]
    alone: list[AddFeature] = [
        whole.model_copy(
            update={"name": f"effect_of_{t.column}", "curves": [], "levels": [t], "constant": 0.0}
        )
        for t in terms
    ]
    if len(alone) == len(groups) == 1:
        return alone
    return [*alone, whole.model_copy(update={"curves": [], "constant": 0.0})]


class _Curve:
    """One number as the columns of a ridge regression: itself and a hinge at each inner knot."""

    def __init__(self, values: Floats, knots: int) -> None:
        known = values[~np.isnan(values)]
        if len(known) == 0:
            known = np.zeros(1)
        places = np.unique(np.quantile(known, np.linspace(0, 1, knots)))
        self.knots = places if len(places) > 1 else np.array([places[0], places[0] + 1.0])
        self.center = float(known.mean())
        filled = np.where(np.isnan(values), self.center, values)
        self.columns = self._basis(filled)

    def _basis(self, values: Floats) -> Floats:
        inside = np.clip(values, self.knots[0], self.knots[-1])
        hinges = [np.maximum(inside - knot, 0.0) for knot in self.knots[1:-1]]
        return np.column_stack([inside, *hinges])

    def term(self, column: str, weights: Floats) -> CurveTerm:
        heights = self._basis(self.knots) @ weights
        return CurveTerm(
            column=column,
            knots=[float(knot) for knot in self.knots],
            heights=[float(height) for height in heights],
            missing=float((self._basis(np.array([self.center])) @ weights)[0]),
        )


def _may_have_products(training: Training, names: list[str], groups: list[str]) -> bool:
    factors = len(names) + sum(training.frame[column].nunique() for column in groups)
    return len(training.frame) >= MIN_ROWS_FOR_PRODUCTS and factors <= MAX_FACTORS


def _products_help(
    training: Training, names: list[str], groups: list[str], knots: int, logarithm: bool
) -> bool:
    """Say whether products cut a sum's own error on rows left out by more than its standard error.

    On small tables they fit chance, and the judge, who has few rows as well, would often let them
    pass.
    """
    fit = partial(fit_sum, names=names, groups=groups, name="sum", knots=knots, logarithm=logarithm)
    without = _left_out_errors(training, fit)
    gain = without - _left_out_errors(training, partial(fit, products=PRODUCTS))
    return bool(gain.mean() > gain.std(ddof=1) / np.sqrt(len(gain)))


def _left_out_errors(training: Training, fit: Callable[[Training], AddWeightedSum]) -> Floats:
    """Return the error of each row by a sum that was fitted without it."""
    errors = np.zeros(len(training.frame))
    for inner, outer in split_folds(training, FOLDS, 0):
        operation = fit(part_of(training, inner))
        made = operation.compute(training.frame.iloc[outer].reset_index(drop=True))
        truth = training.values[outer]
        off = distances(np.log(truth) if operation.logarithm else truth, made[operation.name])
        errors[outer] = off if training.outcome is None else off**2
    return errors


def _sum(
    names: list[str],
    groups: list[str],
    name: str,
    knots: int,
    logarithm: bool,
    products: int = 0,
) -> Candidate:
    name = f"log_{name}" if logarithm else name
    fit_one = partial(fit_sum, knots=knots, logarithm=logarithm, products=products)

    def fit(training: Training) -> list[AddFeature]:
        outcomes = _outcomes(training)
        return [
            fit_one(training, names, groups, _named(name, o, outcomes), outcome=o) for o in outcomes
        ]

    return Candidate(f"linear:{name}", "linear", name, fit, learns=True)


def _named(name: str, outcome: str | None, outcomes: list[str | None]) -> str:
    return name if len(outcomes) == 1 else f"{name}_{outcome}"


def _outcomes(training: Training) -> list[str | None]:
    """Return the classes to sum for: of two one, of more each of the most frequent six."""
    if training.outcome is None:
        return [None]
    counts = training.frame[training.target].astype(str).value_counts().sort_index()
    if len(counts) <= 2:
        return [training.outcome]
    ranked = counts.sort_values(ascending=False, kind="stable").index[:MAX_OUTCOMES]
    return [str(name) for name in ranked]


def _target(training: Training, outcome: str | None) -> Floats:
    if outcome is None or outcome == training.outcome:
        return training.values
    same = training.frame[training.target].astype(str) == outcome
    return np.asarray(same.to_numpy(), dtype="float64")


def _is_skewed(training: Training) -> bool:
    values = training.values
    if training.outcome is not None or values.min() <= 0:
        return False
    centered = values - values.mean()
    return bool((centered**3).mean() > (centered**2).mean() ** 1.5)


def _levels(frame: pd.DataFrame, column: str) -> dict[str, Floats]:
    """Return by level of a category, of those that are not rare, 1 in its rows and 0 elsewhere."""
    names, codes, counts = np.unique(
        keys(frame, [column]).to_numpy().astype(str), return_inverse=True, return_counts=True
    )
    return {
        str(name): np.asarray(codes == place, dtype="float64")
        for place, (name, count) in enumerate(zip(names, counts, strict=True))
        if name != "" and count >= MIN_LEVEL_ROWS
    }


def _ridge(columns: Floats, values: Floats) -> tuple[Floats, float]:
    """Return ridge weights of scaled columns and the constant, for the columns as they are.

    The penalty is the one of least leave-one-out error, in closed form from one decomposition
    (Golub, Heath and Wahba, Generalized cross-validation, 1979).
    """
    center, scale = columns.mean(axis=0), columns.std(axis=0)
    scale[scale < 1e-12] = 1.0
    matrix, mean = (columns - center) / scale, float(values.mean())
    size, axes = np.linalg.eigh(matrix.T @ matrix)
    size, turned = np.maximum(size, 0.0), matrix @ axes
    projected = turned.T @ (values - mean)
    errors = []
    for penalty in PENALTIES:
        residual = values - mean - turned @ (projected / (size + penalty))
        hat = (turned**2 / (size + penalty)).sum(axis=1) + 1 / len(values)
        errors.append(float(((residual / np.maximum(1 - hat, 1e-6)) ** 2).mean()))
    penalty = PENALTIES[int(np.argmin(errors))]
    weights = axes @ (projected / (size + penalty)) / scale
    return weights, mean - float(center @ weights)


FAMILY = Family("linear", "Sums of lines, curves and products of all columns (ridge).", candidates)
EFFECTS = Family("effects", "What each category adds to such a sum.", effect_candidates)
