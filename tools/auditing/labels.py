"""Label errors: rows whose class all that is known of them speaks against.

Confident learning (Northcutt, Jiang and Chuang, 2021; cleanlab) tells how many labels are wrong;
which ones is told by the margin of the best other class over the given one, which ranks better
where classes lie near. What is found is left out, the models learn again from the rest, and that
second round decides.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import NotApplicable
from .opinions import Codes, Floats, Mask, opinions_on_table, opinions_on_vectors, teachable

FEWEST_ROWS = 50
ROUNDS = 2
Opinions = Callable[[Codes, Mask], Floats]
Report = Callable[..., None]


@dataclass(frozen=True)
class LabelErrors:
    """Rows whose label looks wrong, the surest first.

    Attributes:
        rows: their places.
        suggested: the label that fits better.
        margins: how much likelier it is than the given one, of every row, from -1 to 1; NaN for
            rows whose class has too few rows to judge.
        opinions: the probability of each class of `classes` by row.
        classes: the classes that were judged.
    """

    rows: npt.NDArray[np.int64]
    suggested: list[object]
    margins: Floats
    opinions: Floats
    classes: list[object]


def label_errors_in_texts(
    vectors: npt.NDArray[np.float32],
    labels: pd.Series,
    report: Report = lambda message, share=None: None,
    seed: int = 0,
) -> LabelErrors:
    """Find wrong labels of texts.

    Args:
        vectors: unit vectors of the texts, one a row.
        labels: the class of each text.
        report: told how far the work is.
        seed: seed of the folds.

    Raises:
        NotApplicable: too few rows, or fewer than two classes with enough of them.
    """
    judged = _judged(labels)
    kept = vectors[judged]
    return _find(
        labels,
        judged,
        lambda codes, trusted: opinions_on_vectors(kept, codes, trusted, seed),
        report,
    )


def label_errors_in_table(
    frame: pd.DataFrame,
    target: str,
    report: Report = lambda message, share=None: None,
    seed: int = 0,
) -> LabelErrors:
    """Find wrong labels in a column of classes from the other columns; see above."""
    judged = _judged(frame[target])
    kept = frame.drop(columns=target)[judged].reset_index(drop=True)

    def opinions(codes: Codes, trusted: Mask) -> Floats:
        return opinions_on_table(kept, codes, trusted, seed)

    return _find(frame[target], judged, opinions, report)


def _judged(labels: pd.Series) -> Mask:
    judged = teachable(labels)
    if judged.sum() < FEWEST_ROWS or labels[judged].nunique() < 2:
        raise NotApplicable(
            f"{labels.name} has {int(judged.sum())} rows in classes with enough of them; wrong "
            f"labels are looked for in {FEWEST_ROWS} rows of two classes and more"
        )
    return judged


def _find(labels: pd.Series, judged: Mask, opinions: Opinions, report: Report) -> LabelErrors:
    codes, classes = pd.factorize(labels[judged], sort=True)
    codes = codes.astype(np.int64)
    trusted = np.ones(len(codes), dtype=bool)
    for turn in range(ROUNDS):
        report("Asking models about labels they never saw", turn / ROUNDS)
        found = opinions(codes, trusted)
        wrong = _surest(codes, found)
        trusted = _keeping_classes(codes, wrong)
    places = np.flatnonzero(judged)
    margins = np.full(len(labels), np.nan)
    margins[places] = _margins(codes, found)
    return LabelErrors(
        places[wrong],
        [classes[k] for k in _best_other(codes, found)[wrong]],
        margins,
        found,
        list(classes),
    )


def _surest(codes: Codes, opinions: Floats) -> npt.NDArray[np.int64]:
    """Return as many places as confident learning counts errors, by their margin."""
    from cleanlab.filter import find_label_issues

    number = int(find_label_issues(codes, opinions, filter_by="both", n_jobs=1).sum())
    margins = _margins(codes, opinions)
    order = np.argsort(-margins, kind="stable")[:number]
    return order[margins[order] > 0]


def _keeping_classes(codes: Codes, wrong: npt.NDArray[np.int64]) -> Mask:
    """Return which rows may teach: none of the wrong ones, unless a class would lose most of it."""
    trusted = np.ones(len(codes), dtype=bool)
    trusted[wrong] = False
    lost = np.bincount(codes[~trusted], minlength=int(codes.max()) + 1)
    mostly = lost > np.bincount(codes) / 2
    return trusted | mostly[codes]


def _others(codes: Codes, opinions: Floats) -> Floats:
    others = opinions.copy()
    others[np.arange(len(codes)), codes] = -1
    return others


def _best_other(codes: Codes, opinions: Floats) -> Codes:
    return np.asarray(_others(codes, opinions).argmax(axis=1), dtype=np.int64)


def _margins(codes: Codes, opinions: Floats) -> Floats:
    given = opinions[np.arange(len(codes)), codes]
    return np.asarray(_others(codes, opinions).max(axis=1) - given)
