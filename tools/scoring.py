"""Scoring: one held-out split, one default model and one metric with a direction.

Everything that is measured on a table uses what stands here: the features, the comparison of raw
and prepared data, and the evals. Nothing here keeps state; the same rows and seed give the same
score.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ..errors import NotApplicable

Task = Literal["classification", "regression"]
Rows = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]

TEST_SHARE = 0.25
MAX_TRAIN_ROWS = 20_000
MIN_ROWS = 30
MAX_CLASSES_OF_NUMBERS = 10
MAX_CATEGORIES = 100
SYNTHETIC = "is_synthetic"
"""Column that marks rows which were made, not observed: they train and are never scored on."""

METRICS: dict[Task, str] = {"classification": "roc_auc", "regression": "r2"}
"""The metric of each task; more is better in both."""


@dataclass(frozen=True)
class Score:
    """A score on held-out rows, and what it was computed from."""

    task: Task
    metric: str
    value: float
    truth: npt.NDArray[Any]
    predicted: Numbers
    """Predicted values, or for classes one column of probabilities per class."""
    classes: tuple[str, ...] = ()


def task_of(series: pd.Series) -> Task:
    """Say whether a target is a quantity or a class.

    Whole numbers with ten values or fewer, words and truth values are classes.
    """
    present = series.dropna()
    if types.is_datetime64_any_dtype(present.dtype) or types.is_timedelta64_dtype(present.dtype):
        return "regression"
    if types.is_bool_dtype(present.dtype) or not types.is_numeric_dtype(present.dtype):
        return "classification"
    distinct = present.unique()
    whole = bool(np.all(np.mod(distinct.astype(float), 1) == 0))
    return "classification" if whole and len(distinct) <= MAX_CLASSES_OF_NUMBERS else "regression"


def target_values(series: pd.Series, task: Task) -> npt.NDArray[Any]:
    """Return a target without missing values as floats, or as the text of its classes."""
    if task == "classification":
        return series.astype(str).to_numpy(dtype=object)
    return as_floats(series)


def check_target(series: pd.Series, task: Task) -> None:
    """Refuse a target on which no score means anything.

    Raises:
        NotApplicable: too few rows, one value only, or classes that hardly ever repeat.
    """
    present = series.dropna()
    name = series.name
    if len(present) < MIN_ROWS:
        raise NotApplicable(
            f"{len(present)} rows have a value of {name!r}; a held-out score needs {MIN_ROWS}"
        )
    counts = present.astype(str).value_counts()
    if len(counts) < 2:
        raise NotApplicable(f"the target {name!r} has one value only")
    if task == "classification" and counts.iloc[1] < 4:
        raise NotApplicable(
            f"the target {name!r} has no second class with 4 rows; {len(counts)} values in all"
        )


def split_rows(
    rows: int, seed: int, classes: pd.Series | npt.NDArray[Any] | None = None
) -> tuple[Rows, Rows]:
    """Return the positions of training and test rows: a quarter is held out, fixed by the seed.

    Args:
        rows: how many rows there are.
        seed: the seed that fixes the split.
        classes: the target, where it is a class: each class is then split in the same share.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(rows)
    if classes is None:
        cut = round(rows * TEST_SHARE)
        return np.sort(order[cut:]), np.sort(order[:cut])
    codes = pd.factorize(pd.Series(np.asarray(classes)).astype(str))[0][order]
    test = [order[codes == code][: _cut(codes, code)] for code in np.unique(codes)]
    held = np.sort(np.concatenate(test))
    return np.setdiff1d(np.arange(rows), held), held


def _cut(codes: npt.NDArray[Any], code: int) -> int:
    return round(int((codes == code).sum()) * TEST_SHARE)


def split_frame(frame: pd.DataFrame, target: str, seed: int) -> tuple[Rows, Rows]:
    """Split the rows of a frame whose target is known, by class where it is one."""
    task = task_of(frame[target])
    return split_rows(len(frame), seed, frame[target] if task == "classification" else None)


def default_model(task: Task, seed: int) -> Any:
    """Return the model every score is measured with: gradient boosting on any mixed frame.

    It is scikit-learn's HistGradientBoosting behind `FrameEncoder`, as it comes but without early
    stopping, which would set rows aside and fails where a class has a single row.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline

    from .encoder import FrameEncoder

    kind = (
        HistGradientBoostingClassifier
        if task == "classification"
        else HistGradientBoostingRegressor
    )
    return make_pipeline(FrameEncoder(), kind(random_state=seed, early_stopping=False))


def one_thread() -> Any:
    """Return a context in which models are fitted on one thread.

    On tables of this size more threads gain little, wait long where the machine is shared, and
    may change the last digit of a sum.
    """
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)


def score(
    train: pd.DataFrame, test: pd.DataFrame, target: str, *, seed: int = 0, task: Task | None = None
) -> Score:
    """Fit the default model on training rows and score it on held-out rows.

    Both frames hold the target without missing values. Training rows beyond 20,000 are sampled.

    Raises:
        NotApplicable: the held-out rows show one class only, or no column is left to learn from.
    """
    task = task or task_of(train[target])
    if len(train) > MAX_TRAIN_ROWS:
        train = train.sample(MAX_TRAIN_ROWS, random_state=seed)
    held = [target, SYNTHETIC]
    features, held_features = (f.drop(columns=held, errors="ignore") for f in (train, test))
    if features.shape[1] == 0:
        raise NotApplicable("the table has no column beside the target")
    truth = target_values(test[target], task)
    with one_thread():
        model = default_model(task, seed)
        model.fit(features, target_values(train[target], task))
    if task == "regression":
        predicted = model.predict(held_features)
        return Score(task, METRICS[task], metric_value(task, truth, predicted), truth, predicted)
    predicted, classes = model.predict_proba(held_features), tuple(model.classes_)
    value = metric_value(task, truth, predicted, classes)
    return Score(task, METRICS[task], value, truth, predicted, classes)


def metric_value(
    task: Task, truth: npt.NDArray[Any], predicted: Numbers, classes: tuple[str, ...] = ()
) -> float:
    """Return R² of quantities, or the area under the ROC curve of classes.

    Of more than two classes it is the mean of each against the rest, over those the rows show.

    Raises:
        NotApplicable: the rows show one value only.
    """
    if task == "regression":
        spread = float(((truth - truth.mean()) ** 2).sum())
        if spread == 0:
            raise NotApplicable("the held-out rows show one value of the target only")
        return 1 - float(((truth - predicted) ** 2).sum()) / spread
    areas = [
        area
        for place, name in enumerate(classes[-1:] if len(classes) == 2 else classes)
        if (area := _area(truth == name, predicted[:, -1 if len(classes) == 2 else place]))
        is not None
    ]
    if not areas:
        raise NotApplicable("the held-out rows show one class of the target only")
    return float(np.mean(areas))


def _area(positive: npt.NDArray[Any], probability: Numbers) -> float | None:
    """Return the area under the ROC curve by rank sums, ties sharing their rank."""
    ones = int(positive.sum())
    zeros = len(positive) - ones
    if ones == 0 or zeros == 0:
        return None
    _, place, counts = np.unique(probability, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[positive.astype(bool)].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def as_floats(series: pd.Series) -> Numbers:
    """Return numbers as floats, moments as seconds, and NaN where there is no value."""
    dtype = series.dtype
    if types.is_datetime64_any_dtype(dtype):
        naive = series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz else series
        seconds = np.asarray(naive.to_numpy("datetime64[us]").astype("float64") / 1e6)
        seconds[naive.isna().to_numpy()] = np.nan
        return seconds
    if types.is_timedelta64_dtype(dtype):
        series = series.dt.total_seconds()
    return np.asarray(series.to_numpy(dtype="float64", na_value=np.nan))
