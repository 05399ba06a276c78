"""Measures of synthetic rows against real ones; docs/synthesis.md defines each in words.

`train` are the real rows a generator learned from, `holdout` real rows it has not seen.
"""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from .columns import Column, as_numbers
from .generate import row_keys
from .matrix import Array, as_texts, distance_matrix, measured_columns, model_matrix

MAX_PAIR_COLUMNS = 25
PAIR_BINS = 5
PAIR_LEVELS = 10
PAIR_CODES = PAIR_LEVELS + 1
MAX_NEIGHBOR_ROWS = 2_000
MAX_CLASSES = 20


def column_shapes(
    real: pd.DataFrame, synthetic: pd.DataFrame, columns: list[Column]
) -> dict[str, float]:
    """Return per column how alike the distributions are, from 0 to 1.

    Numbers and dates: 1 minus the Kolmogorov-Smirnov distance of the present values. Categories:
    1 minus the total variation distance, a missing value counting as a category.
    """
    return {
        c.name: _category_shape(real[c.name], synthetic[c.name])
        if c.kind == "category"
        else _number_shape(as_numbers(real[c.name]), as_numbers(synthetic[c.name]))
        for c in measured_columns(columns)
    }


def _number_shape(real: Array, synthetic: Array) -> float:
    real, synthetic = np.sort(real[~np.isnan(real)]), np.sort(synthetic[~np.isnan(synthetic)])
    if not len(real) or not len(synthetic):
        return float(len(real) == len(synthetic))
    at = np.concatenate([real, synthetic])
    shares = [
        np.searchsorted(values, at, side="right") / len(values) for values in (real, synthetic)
    ]
    return float(1 - np.abs(shares[0] - shares[1]).max())


def _category_shape(real: pd.Series, synthetic: pd.Series) -> float:
    codes, _ = pd.factorize(pd.concat([as_texts(real), as_texts(synthetic)]))
    return 1 - _shares_apart(codes[: len(real)] + 1, codes[len(real) :] + 1)


def pair_trends(real: pd.DataFrame, synthetic: pd.DataFrame, columns: list[Column]) -> float | None:
    """Return how alike the relations of two columns are, as a mean over pairs, from 0 to 1.

    Two numbers: 1 minus half the difference of their rank correlations. Any other pair: 1 minus
    the total variation distance of the joint shares, numbers cut at the real quintiles. None
    where there are fewer than two columns.
    """
    chosen = measured_columns(columns)[:MAX_PAIR_COLUMNS]
    numbers = [c for c in chosen if c.kind != "category"]
    correlations = [_rank_correlations(frame, numbers) for frame in (real, synthetic)]
    binned = [_binned(real, frame, chosen) for frame in (real, synthetic)]
    scores = []
    for first, second in combinations(chosen, 2):
        if first in numbers and second in numbers:
            place = numbers.index(first), numbers.index(second)
            scores.append(1 - abs(correlations[0][place] - correlations[1][place]) / 2)
        else:
            joint = [b[first.name] * PAIR_CODES + b[second.name] for b in binned]
            scores.append(1 - _shares_apart(*joint))
    return float(np.mean(scores)) if scores else None


def _shares_apart(real: Array, synthetic: Array) -> float:
    """Return the total variation distance of two columns of small whole numbers."""
    size = int(max(real.max(), synthetic.max())) + 1
    shares = [np.bincount(codes, minlength=size) / len(codes) for codes in (real, synthetic)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _rank_correlations(frame: pd.DataFrame, numbers: list[Column]) -> Array:
    values = pd.DataFrame({c.name: as_numbers(frame[c.name]) for c in numbers})
    correlations: Array = np.nan_to_num(values.rank().corr().to_numpy())
    return correlations


def _binned(real: pd.DataFrame, frame: pd.DataFrame, columns: list[Column]) -> dict[str, Array]:
    """Return the columns as codes from 0: missing or rare, then real quintiles or categories."""
    binned: dict[str, Array] = {}
    for column in columns:
        if column.kind == "category":
            top = as_texts(real[column.name]).value_counts().index[:PAIR_LEVELS]
            binned[column.name] = top.get_indexer(pd.Index(as_texts(frame[column.name]))) + 1
        else:
            known = as_numbers(real[column.name])
            cuts = np.nanquantile(known, np.linspace(0, 1, PAIR_BINS + 1)[1:-1])
            values = as_numbers(frame[column.name])
            bins = np.searchsorted(cuts, values, side="right")
            binned[column.name] = np.where(np.isnan(values), 0, bins + 1)
    return binned


def missing_gap(real: pd.DataFrame, synthetic: pd.DataFrame, columns: list[Column]) -> float:
    """Return the greatest difference in a column's share of missing values."""
    names = [c.name for c in measured_columns(columns)]
    gaps = (real[names].isna().mean() - synthetic[names].isna().mean()).abs()
    return float(gaps.max()) if names else 0.0


def two_sample_auc(
    real: pd.DataFrame, synthetic: pd.DataFrame, columns: list[Column], seed: int = 0
) -> float | None:
    """Return how well a classifier tells synthetic rows from real ones it compares them with.

    Area under the ROC curve of gradient-boosted trees, 5-fold cross-validated on equally many
    rows of both kinds: 0.5 is chance, 1 is certainty (Lopez-Paz and Oquab 2017).
    """
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    chosen = measured_columns(columns)
    count = min(len(real), len(synthetic))
    if not chosen or count < 10:
        return None
    sampled = [f.sample(count, random_state=seed) for f in (real, synthetic)]
    matrices, categories = model_matrix(sampled, chosen)
    labels = np.repeat([0, 1], count)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    model = _model("classification", categories)
    guess = cross_val_predict(model, np.vstack(matrices), labels, cv=folds, method="predict_proba")
    return float(roc_auc_score(labels, guess[:, 1]))


def usefulness(
    rows: pd.DataFrame, holdout: pd.DataFrame, columns: list[Column], target: str
) -> float | None:
    """Return the score on real hold-out rows of a model trained on `rows`.

    Area under the ROC curve (over more than two classes: one against the rest, averaged), or R²
    for a number with more than `MAX_CLASSES` values. None where the target cannot be scored.
    """
    from sklearn.metrics import r2_score

    inputs = [c for c in measured_columns(columns) if c.name != target]
    rows, holdout = rows[rows[target].notna()], holdout[holdout[target].notna()]
    if not inputs or len(rows) < 10 or len(holdout) < 10:
        return None
    (train, test), categories = model_matrix([rows, holdout], inputs)
    if is_regression(pd.concat([rows[target], holdout[target]])):
        model = _model("regression", categories).fit(train, as_numbers(rows[target]))
        return float(r2_score(as_numbers(holdout[target]), model.predict(test)))
    known, truth = as_texts(rows[target]), as_texts(holdout[target])
    if not 2 <= known.nunique() <= MAX_CLASSES or truth.nunique() < 2:
        return None
    model = _model("classification", categories).fit(train, known)
    return _mean_auc(truth, model.predict_proba(test), list(model.classes_))


def is_regression(target: pd.Series) -> bool:
    """Say whether a target is a number with more values than classes would have."""
    kind = target.dtype.kind
    return kind in "iuf" and target.nunique() > MAX_CLASSES


def _mean_auc(truth: pd.Series, guess: Array, classes: list[str]) -> float:
    """Average the area under the ROC curve over the classes; a class never learned scores ½."""
    from sklearn.metrics import roc_auc_score

    present = sorted(truth.unique())
    areas = [
        roc_auc_score(truth == name, guess[:, classes.index(name)]) if name in classes else 0.5
        for name in (present[1:] if len(present) == 2 else present)
    ]
    return float(np.mean(areas))


def _model(task: str, categories: list[bool]) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = (
        HistGradientBoostingClassifier
        if task == "classification"
        else HistGradientBoostingRegressor
    )
    return kind(random_state=0, early_stopping=False, categorical_features=np.array(categories))


def copies(train: pd.DataFrame, rows: pd.DataFrame, columns: list[Column]) -> float:
    """Return the share of rows that equal a row of `train` in every measured column."""
    names = [c.name for c in measured_columns(columns)]
    return float(row_keys(rows[names]).isin(set(row_keys(train[names]))).mean()) if names else 0.0


def usual_copies(train: pd.DataFrame, holdout: pd.DataFrame, columns: list[Column]) -> float:
    """Return the share of real rows that equal another real row they were not made from.

    Hold-out rows are looked for in `train`, and each row of `train` among the others of it: both
    estimate the same share, and a small table has too few hold-out rows to tell it alone.
    """
    names = [c.name for c in measured_columns(columns)]
    if not names:
        return 0.0
    keys = row_keys(train[names])
    found = int(keys.duplicated(keep=False).sum())
    found += int(row_keys(holdout[names]).isin(set(keys)).sum())
    return found / (len(train) + len(holdout))


def distances(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    columns: list[Column],
    seed: int = 0,
) -> dict[str, float]:
    """Compare how near synthetic rows come to rows that were learned from and to others.

    Gower distance to the closest of equally many rows of either kind. `closer`: share of the
    synthetic rows whose closest row was learned from, ties counting half; 0.5 means that nothing
    was memorized. `distance_ratio`: median distance of a synthetic row to its closest learned
    row, over the same for hold-out rows.
    """
    from sklearn.neighbors import NearestNeighbors

    chosen = measured_columns(columns)
    count = min(len(train), len(holdout), MAX_NEIGHBOR_ROWS)
    parts = [train.sample(count, random_state=seed), holdout.sample(count, random_state=seed)]
    parts.append(synthetic.sample(min(len(synthetic), MAX_NEIGHBOR_ROWS), random_state=seed))
    seen, unseen, made = distance_matrix(parts, chosen)
    near = NearestNeighbors(n_neighbors=1, metric="manhattan", algorithm="brute").fit(seen)
    far = NearestNeighbors(n_neighbors=1, metric="manhattan", algorithm="brute").fit(unseen)
    to_seen, to_unseen = (n.kneighbors(made)[0][:, 0] for n in (near, far))
    usual = float(np.median(near.kneighbors(unseen)[0]))
    return {
        "closer": float((to_seen < to_unseen).mean() + (to_seen == to_unseen).mean() / 2),
        "distance_ratio": float(np.median(to_seen)) / usual if usual else 1.0,
    }
