"""Tool `measure`: did the preparation help, on rows that no step has learned from?"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from ..errors import NotApplicable, ToolError
from .base import Effect, Result, Work, tool
from .holdout import HeldOut, hold_out
from .scoring import MAX_TRAIN_ROWS, SYNTHETIC, Score, metric_value, score

REPEATS = 200
SIGNIFICANT_ERRORS = 2.0
"""Standard errors that a difference must exceed to be called better or worse."""

NAMES = {"roc_auc": "area under the ROC curve", "r2": "R²"}


class MeasureArguments(BaseModel):
    """Nothing to choose: the target and the split are those of the run."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Comparison:
    """Scores of raw and prepared data on the same held-out rows."""

    raw: Score
    prepared: Score
    error: float
    """Standard error of the difference, over bootstrap samples of the held-out rows."""
    rows: int

    @property
    def difference(self) -> float:
        """Prepared less raw; above zero is better."""
        return self.prepared.value - self.raw.value

    @property
    def verdict(self) -> Literal["better", "equal", "worse"]:
        """Whether the difference exceeds what chance gives."""
        if abs(self.difference) <= SIGNIFICANT_ERRORS * self.error:
            return "equal"
        return "better" if self.difference > 0 else "worse"


@tool(Effect.READ)
def measure(work: Work, arguments: MeasureArguments) -> Result:
    """Compare raw and prepared data: train the same model on each and score held-out rows.

    A quarter of the raw rows is held out. Preparation that drops or adds rows changes training
    rows only, so both scores are of the same rows.
    """
    table = work.need_table()
    if work.target is None:
        raise NotApplicable("no target is chosen, so there is nothing to score")
    if work.target not in table.columns:
        raise ToolError(f"The table has no column {work.target!r} to score.")
    work.report("Splitting the raw rows and replaying the recipe")
    split = hold_out(work.store, table, work.target, work.settings.seed)
    work.report("Scoring raw data", 0.3)
    raw = score_raw(split, work.target, work.settings.seed)
    work.report("Scoring prepared data", 0.6)
    result = compare(raw, split, work.target, work.settings.seed)
    return Result(summary=sentence(result, work.target), data=facts(result, split))


def score_raw(split: HeldOut, target: str, seed: int) -> Score:
    """Score the model that was trained on raw rows."""
    return score(split.raw_train, _sample(split.raw_test, seed), target, seed=seed, task=split.task)


def compare(raw: Score, split: HeldOut, target: str, seed: int) -> Comparison:
    """Score the prepared rows and set the result beside that of the raw ones."""
    prepared = score(split.train, _sample(split.test, seed), target, seed=seed, task=split.task)
    error = paired_error(raw, prepared, seed)
    return Comparison(raw=raw, prepared=prepared, error=error, rows=len(raw.truth))


def paired_error(first: Score, second: Score, seed: int) -> float:
    """Return the standard error of the difference of two scores of the same rows.

    Both are computed again on bootstrap samples of the held-out rows (Efron and Tibshirani, An
    Introduction to the Bootstrap, 1993, chapter 6); samples without two classes are left out.
    """
    random = np.random.default_rng(seed)
    differences = []
    for _ in range(REPEATS):
        rows = random.integers(0, len(first.truth), len(first.truth))
        if len(np.unique(first.truth[rows])) < 2:
            continue
        differences.append(_resampled(second, rows) - _resampled(first, rows))
    return float(np.std(differences, ddof=1)) if len(differences) > 1 else float("inf")


def sentence(result: Comparison, target: str) -> str:
    """Say in one sentence what was measured and what it means."""
    metric = NAMES[result.raw.metric]
    figures = (
        f"{metric} for {target!r} on {result.rows:,} held-out rows: raw {result.raw.value:.3f}, "
        f"prepared {result.prepared.value:.3f} ({result.difference:+.3f} ± {result.error:.3f})"
    )
    if result.verdict == "worse":
        return f"The preparation makes it worse: {figures}."
    if result.verdict == "better":
        return f"The preparation helps: {figures}."
    return f"No difference beyond chance: {figures}."


def facts(result: Comparison, split: HeldOut) -> dict[str, Any]:
    """Return the measurement as plain JSON."""
    made = int(split.train[SYNTHETIC].fillna(False).sum()) if SYNTHETIC in split.train else 0
    return {
        "task": result.raw.task,
        "metric": result.raw.metric,
        "raw": round(result.raw.value, 6),
        "prepared": round(result.prepared.value, 6),
        "difference": round(result.difference, 6),
        "error": round(result.error, 6) if np.isfinite(result.error) else None,
        "verdict": result.verdict,
        "rows": result.rows,
        "train_rows_raw": len(split.raw_train),
        "train_rows_prepared": len(split.train),
        "train_rows_synthetic": made,
    }


def _resampled(result: Score, rows: npt.NDArray[np.intp]) -> float:
    return metric_value(result.task, result.truth[rows], result.predicted[rows], result.classes)


def _sample(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return at most as many rows as a model trains on; the same ones of raw and prepared."""
    if len(frame) <= MAX_TRAIN_ROWS:
        return frame
    return frame.sample(MAX_TRAIN_ROWS, random_state=seed)
