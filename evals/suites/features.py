"""Suite `features`: how much of a model's error the proposed features take away, on new rows."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...settings import Settings
from ...tools.encoder import FrameEncoder
from ...tools.features.base import Training, part_of, training_rows
from ...tools.features.judge import split_folds
from ...tools.features.search import search
from ...tools.operations.feature_base import AddFeature
from ...tools.scoring import Rows, Task, one_thread, target_values
from ..relational import find_relations, measure_relations
from ..suite import Outcome, Report, Suite
from ..tables import EvalTable, read_tables

FOLDS = 5
SEEDS = 3
CORES = 2
"""How many splits are measured at a time, each on one core."""
SECONDS = 30.0
"""Processor time for one search, the default of the tool."""

Errors = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class _Split:
    """What came of one search, on the training rows of one fold."""

    errors: Errors
    seconds: float
    kept: list[str]
    considered: int


@dataclass
class _Measured:
    splits: list[_Split] = field(default_factory=list)

    def pairs(self, model: str) -> npt.NDArray[np.float64]:
        """Return a model's error without and with the features, one row per split."""
        return np.array([s.errors[model] for s in self.splits if model in s.errors])


def measure(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Search features on each training fold and score two default models without and with them."""
    related = find_relations(data)
    single = any(data.glob("*/table.parquet")) or not related
    tables = read_tables(data, limit) if single else []
    summary: dict[str, Any] = {}
    cases: list[dict[str, Any]] = []
    for place, table in enumerate(tables):
        report(f"Features for {table.name}", place / len(tables))
        found = measure_table(table, settings.seed, report)
        summary[table.name] = summarize(found)
        cases.append(
            {
                "id": table.name,
                **summary[table.name],
                "kept_by_fold": [s.kept for s in found.splits],
            }
        )
    for folder in related if limit is None else related[: max(0, limit - len(tables))]:
        report(f"Joining the tables of {folder.name}", len(tables) / (len(tables) + 1))
        summary[folder.name] = measure_relations(folder, settings.seed, report)
        cases.append({"id": folder.name, **summary[folder.name]})
    return Outcome(summary=summary, cases=cases)


def measure_table(
    table: EvalTable, seed: int, report: Report, seeds: int = SEEDS, seconds: float = SECONDS
) -> _Measured:
    """Measure one table in 5-fold cross-validation, repeated with other seeds.

    Search and fit see the training rows of a fold only; its test rows are scored once.
    """
    frame = table.frame[table.frame[table.target].notna()].reset_index(drop=True)
    whole = training_rows(frame, table.target, table.task)
    splits = [
        (train, test, seed + repeat)
        for repeat in range(seeds)
        for train, test in split_folds(whole, FOLDS, seed + repeat)
    ]
    measured = _Measured()
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_measure_split, whole, *split, seconds) for split in splits]
        for job in jobs:
            measured.splits.append(job.result())
            report(f"Features for {table.name}", len(measured.splits) / len(jobs))
    return measured


def _measure_split(whole: Training, train: Rows, test: Rows, seed: int, seconds: float) -> _Split:
    training = part_of(whole, train)
    start = time.monotonic()
    with one_thread():
        found = search(training, seed, seconds, lambda message, share=None: None, explain=False)
    operations = [o for candidate in found.kept for o in candidate.fit(training)]
    return _Split(
        seconds=time.monotonic() - start,
        kept=[operation.name for operation in operations],
        considered=found.considered,
        errors=_errors(training, whole.frame.iloc[test], operations),
    )


def summarize(measured: _Measured) -> dict[str, Any]:
    """Return relative error reductions, seconds a search, and how many features were kept."""
    out: dict[str, Any] = {}
    for model in ("hgb", "xgb"):
        pairs = measured.pairs(model)
        out[model] = _reduction(pairs) if len(pairs) else None
        out[f"{model}_error"] = _standard_error(pairs) if len(pairs) > 1 else None
    seconds = [split.seconds for split in measured.splits]
    return {
        **out,
        "seconds": round(float(np.mean(seconds)), 2),
        "seconds_longest": round(float(np.max(seconds)), 2),
        "seconds_all": round(float(np.sum(seconds)), 2),
        "proposed": max(split.considered for split in measured.splits),
        "kept": round(float(np.mean([len(split.kept) for split in measured.splits])), 2),
        "splits": len(seconds),
    }


def _reduction(pairs: npt.NDArray[np.float64]) -> float:
    """Return 1 less the mean error with features divided by that without; below 0 is harm."""
    without, with_features = pairs.mean(axis=0)
    return round(float(1 - with_features / without), 5) if without > 0 else 0.0


def _standard_error(pairs: npt.NDArray[np.float64]) -> float:
    spread = (pairs[:, 1] - pairs[:, 0]).std(ddof=1) / np.sqrt(len(pairs))
    return round(float(spread / max(float(pairs[:, 0].mean()), 1e-12)), 5)


def _errors(training: Training, test: pd.DataFrame, operations: list[AddFeature]) -> Errors:
    """Return the error of each model on the test rows, without features and with them."""
    target, task = training.target, training.task
    test = test.reset_index(drop=True)
    plain = training.frame.drop(columns=[target])
    encoder = FrameEncoder().fit(plain)
    truth = target_values(pd.concat([training.frame[target], test[target]]), task)
    if task == "classification":
        truth = pd.factorize(truth, sort=True)[0]
    known, unknown = truth[: len(plain)], truth[len(plain) :]
    sides = []
    for frame in (training.frame, test):
        made = [column for o in operations for column in o.compute(frame).values()]
        columns = encoder.transform(frame)
        sides.append((columns, np.column_stack([columns, *made])))
    errors: Errors = {}
    with one_thread():
        for name in _models(task):
            pair = [
                _error(_models(task)[name], sides[0][i], known, sides[1][i], unknown, task)
                for i in (0, 1)
            ]
            errors[name] = pair[0], pair[1]
    return errors


def _models(task: Task) -> dict[str, Any]:
    """Return the models as they come, those that are installed."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    classes = task == "classification"
    models: dict[str, Any] = {
        "hgb": (HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor)(
            random_state=0
        )
    }
    try:
        from xgboost import XGBClassifier, XGBRegressor
    except ImportError:
        return models  # The extra is optional; "xgb" is then null in the report.
    models["xgb"] = (XGBClassifier if classes else XGBRegressor)(random_state=0, n_jobs=1)
    return models


def _error(model: Any, columns: Any, known: Any, held: Any, truth: Any, task: Task) -> float:
    """Return the share of wrong classes, or the root mean squared error."""
    predicted = model.fit(columns, known).predict(held)
    if task == "classification":
        return float(np.mean(predicted != truth))
    return float(np.sqrt(np.mean((predicted - truth) ** 2)))


SUITE = Suite(
    name="features",
    about="Relative error reduction of default models by the features that are proposed.",
    needs_data=True,
    run=measure,
)
