"""Screening: which candidates say something about what the model gets wrong.

As in FeatureBoost (Zhang et al., OpenFE, 2023), candidates are judged by the residuals of the
model without them; here by means of intervals, learned on one half of the rows and checked on the
other, which costs milliseconds a candidate. What passes is still only a guess: the judge decides.
"""

import numpy as np

from ..encoder import FrameEncoder
from ..scoring import target_values
from .base import Candidate, Floats, Training, training_rows
from .judge import Report, boosting, split_folds

INTERVALS = 16
MAX_ROWS = 10_000


def residuals(training: Training, seed: int) -> Floats:
    """Return what the model without new features gets wrong, out of fold, one column per output.

    For a quantity that is truth less prediction, for classes 0 or 1 less the probability.
    """
    frame, target = training.frame, training.target
    truth = target_values(frame[target], training.task)
    names = sorted(set(truth)) if training.task == "classification" else [target]
    wrong = np.zeros((len(frame), len(names)))
    for train, test in split_folds(training, 5, seed):
        encoder = FrameEncoder().fit(frame.iloc[train].drop(columns=[target]))
        columns = encoder.transform(frame.iloc[train])
        model = boosting(training.task, seed).fit(columns, truth[train])
        held = encoder.transform(frame.iloc[test])
        if training.task == "regression":
            wrong[test, 0] = truth[test] - model.predict(held)
            continue
        given = dict(zip(model.classes_, model.predict_proba(held).T, strict=True))
        for place, name in enumerate(names):
            wrong[test, place] = (truth[test] == name) - given.get(name, 0.0)
    return wrong[:, 1:] if wrong.shape[1] == 2 else wrong


def rank(
    training: Training,
    candidates: list[Candidate],
    wrong: Floats,
    seed: int,
    report: Report,
) -> list[tuple[float, Candidate]]:
    """Return the candidates that explain residuals on rows not used, the best first."""
    random = np.random.default_rng(seed)
    halves = random.permutation(len(training.frame)) % 2 == 0
    first = training.frame[halves].reset_index(drop=True)
    inner = training_rows(first, training.target, training.task, training.outcome)
    scored = []
    for place, candidate in enumerate(candidates):
        if place % 50 == 0:
            report("Screening features", place / len(candidates))
        rows = ~halves if candidate.learns else np.ones(len(halves), dtype=bool)
        columns = [
            values[rows]
            for operation in candidate.fit(inner)
            for values in operation.compute(training.frame).values()
        ]
        found = max(explained(values, wrong[rows], random) for values in columns)
        if found > 0:
            scored.append((found, candidate))
    return sorted(scored, key=lambda item: (-item[0], item[1].id))


def explained(values: Floats, wrong: Floats, random: np.random.Generator) -> float:
    """Return the share of the residuals' variance that means of intervals explain on unseen rows.

    Negative where the intervals only fit noise.
    """
    place = _intervals(values)
    half = random.permutation(len(values)) % 2 == 0
    count = int(place.max()) + 1
    gained, total = 0.0, 0.0
    for learn, check in ((half, ~half), (~half, half)):
        size = np.bincount(place[learn], minlength=count)
        for column in wrong.T:
            sums = np.bincount(place[learn], weights=column[learn], minlength=count)
            means = sums / np.maximum(size, 1)
            guess = means[place[check]]
            gained += float((2 * guess * column[check] - guess**2).sum())
            total += float((column[check] ** 2).sum())
    return gained / total if total > 0 else 0.0


def _intervals(values: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    missing = np.isnan(values)
    known = values[~missing]
    if len(known) == 0:
        return np.zeros(len(values), dtype=np.intp)
    edges = np.unique(np.quantile(known, np.arange(1, INTERVALS) / INTERVALS))
    place = np.searchsorted(edges, values, side="right")
    return np.where(missing, len(edges) + 1, place)
