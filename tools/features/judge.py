"""Judge: what a set of features gains, by cross-validation with everything fitted in the fold."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..encoder import FrameEncoder
from ..scoring import Rows, target_values
from .base import Candidate, Floats, Training, training_rows
from .models import ModelKind, make_model
from .row_errors import brier, distances, in_classes

FOLDS = 5

Report = Callable[..., None]


@dataclass(frozen=True)
class Gain:
    """How much of the error a set of features takes away, and the standard error of that.

    The error is the mean absolute error of quantities, and of classes Brier's score of calmed
    probabilities (see `row_errors`). `share` is 1 less the error with the features divided by the
    error without: .05 is one part in twenty. The standard error is that of the rows' paired
    differences, to which cross-validation converges with stable learners (Bayle et al.,
    Cross-validation confidence intervals for test error, 2020).
    """

    share: float
    error: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the gain exceeds its standard error."""
        return self.share > self.error


@dataclass(frozen=True)
class _Fold:
    train: Training
    test: pd.DataFrame
    encoder: FrameEncoder
    train_columns: Floats
    test_columns: Floats
    train_target: npt.NDArray[Any]
    rows: Rows
    """Where the test rows stand in the frame."""


class Judge:
    """Errors of feature sets on repeated folds of training rows.

    Candidates are fitted on the inner training rows of each fold only, and a fitted feature of a
    fold is kept, so that sets which share features are cheap to compare.
    """

    def __init__(
        self,
        training: Training,
        seed: int,
        repeats: int = 1,
        report: Report | None = None,
        settings: dict[str, Any] | None = None,
        folds: int = FOLDS,
        model: ModelKind = "boosting",
    ) -> None:
        self.training, self.seed, self.settings, self.model = training, seed, settings, model
        self.repeats, self.parts = repeats, folds
        self.truth = target_values(training.frame[training.target], training.task)
        classes = training.task == "classification"
        self.classes = sorted(set(self.truth)) if classes else []
        self.report = report or (lambda message, share=None: None)
        self.folds = [
            self._fold(train, test)
            for repeat in range(repeats)
            for train, test in split_folds(training, folds, seed + repeat)
        ]
        self._made: dict[tuple[int, str], tuple[Floats, Floats]] = {}
        self._predicted: dict[tuple[int, frozenset[str]], Floats] = {}
        self._losses: dict[frozenset[str], Floats] = {}
        self.fits = 0

    def once(self) -> "Judge":
        """Return a judge on the first repeat of the same folds, which knows what was fitted there.

        It takes a part of the time: enough to refuse a set that loses, and to tell what each of the
        kept features does. What is kept, all repeats decide.
        """
        other = copy(self)
        other.repeats, other.folds, other._losses = 1, self.folds[: self.parts], {}
        return other

    def losses(self, candidates: Sequence[Candidate]) -> Floats:
        """Return the error of each row with these features, the mean over repeats."""
        key = frozenset(candidate.id for candidate in candidates)
        if key not in self._losses:
            size = len(self.training.frame), max(len(self.classes), 1)
            predicted = np.zeros((self.repeats, *size))
            for place, fold in enumerate(self.folds):
                self.report("Cross-validating features")
                if (place, key) not in self._predicted:
                    self._predicted[place, key] = self._predict(place, fold, candidates)
                predicted[place // self.parts, fold.rows] = self._predicted[place, key]
            self._losses[key] = np.mean([self._row_errors(p) for p in predicted], axis=0)
        return self._losses[key]

    def gain(
        self,
        with_these: Sequence[Candidate],
        over: Sequence[Candidate] = (),
        rows: Rows | None = None,
    ) -> Gain:
        """Return what one set of features gains over another, on all rows or on these only."""
        counted = slice(None) if rows is None else rows
        after, before = self.losses(with_these)[counted], self.losses(over)[counted]
        least = max(float(before.mean()), 1e-12)
        ratio = float(after.mean()) / least
        # What each row adds to the ratio (the delta method).
        spread = float((after - ratio * before).std(ddof=1)) / least
        return Gain(share=1 - ratio, error=spread / float(np.sqrt(len(after))))

    def _fold(self, train: Rows, test: Rows) -> _Fold:
        training = self.training
        frame, target = training.frame, training.target
        inner, outer = (frame.iloc[rows].reset_index(drop=True) for rows in (train, test))
        encoder = FrameEncoder().fit(inner.drop(columns=[target]))
        known = training_rows(inner, target, training.task, training.outcome)
        return _Fold(
            train=known,
            test=outer,
            encoder=encoder,
            train_columns=encoder.transform(inner),
            test_columns=encoder.transform(outer),
            train_target=target_values(inner[target], training.task),
            rows=test,
        )

    def _predict(self, place: int, fold: _Fold, candidates: Sequence[Candidate]) -> Floats:
        """Return what is predicted for the test rows: one column, or one per class."""
        made = [self._columns(place, fold, candidate) for candidate in candidates]
        train = np.column_stack([fold.train_columns, *(m[0] for m in made)])
        test = np.column_stack([fold.test_columns, *(m[1] for m in made)])
        self.fits += 1
        model = make_model(self.model, self.training.task, self.seed, fold.encoder, self.settings)
        model.fit(train, fold.train_target)
        if self.training.task == "regression":
            return np.asarray(model.predict(test), dtype="float64")[:, None]
        return in_classes(model.predict_proba(test), model.classes_, self.classes)

    def _row_errors(self, predicted: Floats) -> Floats:
        if self.training.task == "regression":
            return distances(self.truth, predicted[:, 0])
        return brier(pd.Index(self.classes).get_indexer(pd.Index(self.truth)), predicted)

    def _columns(self, place: int, fold: _Fold, candidate: Candidate) -> tuple[Floats, Floats]:
        key = place, candidate.id
        if key not in self._made:
            operations = candidate.fit(fold.train)
            self._made[key] = (
                np.column_stack(
                    [c for o in operations for c in o.compute(fold.train.frame).values()]
                ),
                np.column_stack([c for o in operations for c in o.compute(fold.test).values()]),
            )
        return self._made[key]


def split_folds(training: Training, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Return training and test positions of each fold, split by class where there are classes."""
    from sklearn.model_selection import KFold, StratifiedKFold

    rows = np.zeros(len(training.frame))
    if training.task == "regression":
        return list(KFold(folds, shuffle=True, random_state=seed).split(rows))
    classes = training.frame[training.target].astype(str).to_numpy(dtype=object)
    counts = pd.Series(classes).value_counts()
    if counts.min() < folds:
        return list(KFold(folds, shuffle=True, random_state=seed).split(rows))
    return list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(rows, classes))
