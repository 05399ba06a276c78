"""Screening: which of many candidates are worth the judge's time.

First each candidate alone, by means of intervals learned on one half of the rows and checked on
the other, which costs a millisecond: against the target, and against what two models without it
get wrong, one of them too simple to see interactions (the idea of FeatureBoost, Zhang et al.,
OpenFE, 2023). Then the best of each list, beside all columns, in a short run of boosting. What
passes is still only a guess: the judge decides.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..encoder import FrameEncoder
from ..scoring import target_values
from .base import Candidate, Floats, Training, training_rows
from .judge import Judge, Report, split_folds
from .models import boosting
from .row_errors import in_classes

Places = npt.NDArray[np.intp]

INTERVALS = 16
MAX_ROWS = 2500
PER_LIST = 10
FOLDS = 3
TOO_ALIKE = 0.99
QUICK: dict[str, Any] = {
    "max_iter": 30,
    "learning_rate": 0.3,
    "max_leaf_nodes": 15,
    "max_bins": 64,
}
"""Boosting short enough to try dozens of candidates, close enough to the real one to rank them."""
SIMPLE: dict[str, Any] = {**QUICK, "max_leaf_nodes": 2, "max_iter": 60}
"""Boosting of single splits: a sum of one curve per column, blind to interactions."""


def shortlist(
    training: Training, candidates: list[Candidate], seed: int, report: Report
) -> list[Candidate]:
    """Return the most promising candidates, the best first.

    Args:
        training: the rows to learn from; a sample of 2,500 is used.
        candidates: what to choose from.
        seed: fixes sample, halves and folds.
        report: told how far the screening is.
    """
    sample = _sample(training, seed)
    chosen = first_look(sample, candidates, seed, report)
    judge = Judge(sample, seed, report=report, settings=QUICK, folds=FOLDS)
    gains = {candidate.id: judge.gain([candidate]).share for candidate in chosen}
    return sorted(chosen, key=lambda c: (-gains[c.id], c.id))


def first_look(
    training: Training, candidates: list[Candidate], seed: int, report: Report
) -> list[Candidate]:
    """Return the candidates that alone explain most: of the target and of both residuals."""
    outputs = _outputs(training, seed)
    random = np.random.default_rng(seed)
    half = random.permutation(len(training.frame)) % 2 == 0
    first = training.frame[half].reset_index(drop=True)
    inner = training_rows(first, training.target, training.task, training.outcome)
    # What was fitted to the target on the first half is checked on the second only.
    held = ~half, random.permutation(int((~half).sum())) % 2 == 0
    every = np.ones(len(half), dtype=bool), random.permutation(len(half)) % 2 == 0
    shares = np.empty((len(candidates), len(outputs)))
    for place, candidate in enumerate(candidates):
        if place % 50 == 0:
            report("Screening features", place / len(candidates))
        rows, split = held if candidate.learns else every
        columns = [intervals(c[rows]) for c in _columns(candidate, inner, training)]
        shares[place] = [max(explained(c, o[rows], split) for c in columns) for o in outputs]
    return _choose(candidates, shares, lambda c: _ranks(_columns(c, inner, training)[0]))


def explained(place: Places, wrong: Floats, half: Any) -> float:
    """Return the share of the variance that means of intervals explain on the other half.

    Negative where the intervals only fit noise.
    """
    count = int(place.max()) + 1
    gained, total = 0.0, 0.0
    for learn, check in ((half, ~half), (~half, half)):
        size = np.maximum(np.bincount(place[learn], minlength=count), 1)
        for column in wrong.T:
            sums = np.bincount(place[learn], weights=column[learn], minlength=count)
            guess = (sums / size)[place[check]]
            gained += float((2 * guess * column[check] - guess**2).sum())
            total += float((column[check] ** 2).sum())
    return gained / total if total > 0 else 0.0


def _choose(
    candidates: list[Candidate], shares: Floats, ranks: Callable[[Candidate], Floats]
) -> list[Candidate]:
    """Return the best of each list, without those that nearly repeat a better one."""
    chosen: dict[int, Floats] = {}
    for output in range(shares.shape[1]):
        ranked = sorted(
            range(len(candidates)), key=lambda i: (-shares[i, output], candidates[i].id)
        )
        taken = 0
        for place in ranked:
            if taken == PER_LIST or shares[place, output] <= 0:
                break
            if place in chosen:
                taken += 1
                continue
            values = ranks(candidates[place])
            if not any(_alike(values, other) for other in chosen.values()):
                chosen[place] = values
                taken += 1
    return [candidates[place] for place in chosen]


def _ranks(values: Floats) -> Floats:
    """Return centered ranks scaled to length 1, missing values in the middle.

    Trees see the order of values only, so that a ratio and its reciprocal are the same to them.
    """
    ranks = np.array(pd.Series(values).rank(), dtype="float64")
    ranks[np.isnan(ranks)] = np.nanmean(ranks) if (~np.isnan(ranks)).any() else 0.0
    centered = ranks - ranks.mean() if len(ranks) else ranks
    size = float(np.sqrt((centered**2).sum()))
    return centered / size if size > 0 else centered


def _alike(first: Floats, second: Floats) -> bool:
    return abs(float(first @ second)) > TOO_ALIKE


def _columns(candidate: Candidate, inner: Training, training: Training) -> list[Floats]:
    made = [operation.compute(training.frame) for operation in candidate.fit(inner)]
    return [column for columns in made for column in columns.values()]


def _outputs(training: Training, seed: int) -> list[Floats]:
    """Return the centered target and the residuals of two models, one column per class each."""
    truth = target_values(training.frame[training.target], training.task)
    if training.task == "regression":
        centered = (truth - truth.mean())[:, None]
    else:
        names = np.array(sorted(set(truth)), dtype=object)
        centered = (truth[:, None] == names).astype("float64")
        centered = (centered - centered.mean(axis=0))[:, int(len(names) == 2) :]
    return [centered, *(_residuals(training, seed, settings) for settings in (SIMPLE, QUICK))]


def _residuals(training: Training, seed: int, settings: dict[str, Any]) -> Floats:
    """Return truth less prediction, out of fold; of classes 0 or 1 less the probability."""
    frame, target = training.frame, training.target
    truth = target_values(frame[target], training.task)
    names = sorted(set(truth)) if training.task == "classification" else [target]
    wrong = np.zeros((len(frame), len(names)))
    for train, test in split_folds(training, FOLDS, seed):
        encoder = FrameEncoder().fit(frame.iloc[train].drop(columns=[target]))
        model = boosting(training.task, seed, settings)
        model.fit(encoder.transform(frame.iloc[train]), truth[train])
        held = encoder.transform(frame.iloc[test])
        if training.task == "regression":
            wrong[test, 0] = truth[test] - model.predict(held)
            continue
        given = in_classes(model.predict_proba(held), model.classes_, names)
        wrong[test] = (truth[test][:, None] == np.array(names, dtype=object)) - given
    return wrong[:, int(wrong.shape[1] == 2) :]


def _sample(training: Training, seed: int) -> Training:
    if len(training.frame) <= MAX_ROWS:
        return training
    frame = training.frame.sample(MAX_ROWS, random_state=seed).reset_index(drop=True)
    return training_rows(frame, training.target, training.task, training.outcome)


def intervals(values: Floats) -> Places:
    """Return the interval of each value, 16 of equally many, missing values in one of their own."""
    missing = np.isnan(values)
    known = np.sort(values[~missing])
    if len(known) == 0:
        return np.zeros(len(values), dtype=np.intp)
    edges = np.unique(known[len(known) * np.arange(1, INTERVALS) // INTERVALS])
    return np.where(missing, len(edges) + 1, np.searchsorted(edges, values, side="right"))
