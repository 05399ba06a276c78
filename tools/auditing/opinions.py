"""Opinions: what models that never saw a row say of its class."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..encoder import FrameEncoder

FOLDS = 5
NEIGHBORS = 20
SHARPNESS = 20.0
ITERATIONS = 60
TREES = 150
FEWEST = 5
CHUNK = 1_000

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def opinions_on_vectors(
    vectors: npt.NDArray[np.float32], codes: Codes, trusted: Mask, seed: int = 0
) -> Floats:
    """Return the probability of each class for each row, shape (rows, classes).

    The mean of logistic regression out of fold and of the nearest neighbors' votes, which err in
    different ways.

    Args:
        vectors: unit vectors, one a row.
        codes: the class of each row, from 0.
        trusted: the rows whose class may teach others.
        seed: seed of the folds.
    """
    return (_regression(vectors, codes, trusted, seed) + _votes(vectors, codes, trusted)) / 2


def opinions_on_table(frame: pd.DataFrame, codes: Codes, trusted: Mask, seed: int = 0) -> Floats:
    """Return the probability of each class for each row of a mixed table, shape (rows, classes).

    The mean of a random forest and of extremely randomized trees; a row is judged by the trees
    that did not see it.
    """
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    numbers = FrameEncoder().fit(frame).transform(frame)
    filled = np.nan_to_num(numbers, nan=float(np.nan_to_num(numbers).min()) - 1)
    shared = {"min_samples_leaf": 3, "bootstrap": True, "oob_score": True, "random_state": seed}
    forests = (RandomForestClassifier(TREES, **shared), ExtraTreesClassifier(TREES, **shared))
    judged = [_out_of_bag(forest, filled, codes, trusted) for forest in forests]
    return np.asarray(np.mean(judged, axis=0))


def _out_of_bag(forest: Any, rows: Floats, codes: Codes, trusted: Mask) -> Floats:
    forest.fit(rows[trusted], codes[trusted])
    found = np.zeros((len(codes), int(codes.max()) + 1))
    seen, unseen = np.flatnonzero(trusted), np.flatnonzero(~trusted)
    # A row that every tree saw is known to none.
    found[np.ix_(seen, forest.classes_)] = np.nan_to_num(forest.oob_decision_function_)
    if len(unseen):
        found[np.ix_(unseen, forest.classes_)] = forest.predict_proba(rows[unseen])
    return found


def _regression(vectors: npt.NDArray[np.float32], codes: Codes, trusted: Mask, seed: int) -> Floats:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10, max_iter=ITERATIONS)
    return _out_of_fold(model, vectors.astype("float64"), codes, trusted, seed)


def _out_of_fold(model: Any, rows: Any, codes: Codes, trusted: Mask, seed: int) -> Floats:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import StratifiedKFold

    found = np.zeros((len(codes), int(codes.max()) + 1))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for learn, judge in folds.split(rows, codes):
        taught = learn[trusted[learn]]
        with warnings.catch_warnings():
            # A model that stopped early ranks as well and costs a tenth.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(rows[taught], codes[taught])
        found[np.ix_(judge, model.classes_)] = model.predict_proba(rows[judge])
    return found


def _votes(vectors: npt.NDArray[np.float32], codes: Codes, trusted: Mask) -> Floats:
    """Return the votes of the nearest trusted neighbors, each with a weight for its nearness."""
    teachers = np.flatnonzero(trusted)
    number = min(NEIGHBORS, len(teachers) - 1)
    found = np.full((len(codes), int(codes.max()) + 1), 1e-3)
    for start in range(0, len(codes), CHUNK):
        near = vectors[start : start + CHUNK] @ vectors[teachers].T
        rows = np.arange(start, start + len(near))
        near[rows[:, None] == teachers[None, :]] = -1
        nearest = np.argpartition(-near, number, axis=1)[:, :number]
        weight = np.exp((np.take_along_axis(near, nearest, axis=1) - 1) * SHARPNESS)
        for place in range(number):
            np.add.at(found, (rows, codes[teachers[nearest[:, place]]]), weight[:, place])
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def teachable(labels: pd.Series) -> Mask:
    """Return the rows of classes with enough rows for every fold to hold some."""
    counts = labels.map(labels.value_counts())
    return np.asarray(labels.notna() & (counts >= FEWEST), dtype=bool)
