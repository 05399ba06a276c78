"""The quality report of synthetic rows: what was measured, and a verdict with its reasons."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from ...errors import NotApplicable
from . import metrics
from .columns import describe_columns
from .conditions import Condition, meeting
from .constraints import Constraint
from .generate import Method, Mode, make_rows

Verdict = Literal["PASS", "WARN", "FAIL"]

MAX_REPORT_ROWS = 5_000
HOLDOUT_SHARE = 0.3
MIN_HOLDOUT = 9
"""What is held out of 30 rows."""
NO_EFFECT = 0.005
"""A change of a score below this is called no effect."""


class Quality(BaseModel):
    """Measures of synthetic rows; shares and scores as fractions, None where not measurable.

    `real_score` and `synthetic_score` are scores on real hold-out rows of models trained on real
    and on synthetic rows, `added_score` of one trained on both together.
    """

    model_config = ConfigDict(extra="forbid")

    mode: Mode
    verdict: Verdict
    reasons: list[str]
    shape: float
    worst_shape: str | None
    pair: float | None
    missing_gap: float
    c2st: float | None
    real_score: float | None
    synthetic_score: float | None
    added_score: float | None
    tstr_ratio: float | None
    copies: float
    holdout_copies: float
    usual_copies: float
    closer: float
    distance_ratio: float
    rows_measured: int
    holdout_rows: int


def report_quality(
    real: pd.DataFrame,
    *,
    mode: Mode,
    seed: int = 0,
    target: str | None = None,
    method: Method = "cart",
    where: Sequence[Condition] = (),
    constraints: Sequence[Constraint] = (),
    report: Callable[..., None] | None = None,
) -> Quality:
    """Split real rows, make as many as the first part from it, and measure them.

    At most `MAX_REPORT_ROWS` real rows are used; 30 % of them are held out. Rows made under
    conditions are compared with the real rows that meet them.

    Raises:
        NotApplicable: too few real rows meet the conditions to measure anything.
    """
    tell = report or (lambda message, share=None: None)
    train, holdout = split_rows(real, seed)
    alike, unseen = (rows[meeting(rows, list(where))] for rows in (train, holdout))
    if len(unseen) < MIN_HOLDOUT:
        raise NotApplicable(
            f"only {len(alike) + len(unseen)} real rows meet the conditions: too few to learn "
            "such rows and to measure them"
        )
    tell("Making trial rows from a part of the table", 0.1)
    made = make_rows(
        train,
        len(alike),
        seed=seed,
        mode=mode,
        target=target,
        method=method,
        where=where,
        constraints=constraints,
    )
    alike, unseen = alike.reset_index(drop=True), unseen.reset_index(drop=True)
    if not where:
        return measure_quality(
            train, holdout, made, mode=mode, seed=seed, target=target, report=report
        )
    quality = measure_quality(alike, unseen, made, mode=mode, seed=seed, report=report)
    if target is None:
        return quality
    columns = describe_columns(real)
    tell("Training models with and without the rows", 0.8)
    both = pd.concat([train, made], ignore_index=True)
    scores = [metrics.usefulness(rows, holdout, columns, target) for rows in (train, both)]
    return quality.model_copy(update={"real_score": scores[0], "added_score": scores[1]})


def split_rows(real: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows to learn from (70 %) and hold-out rows, of at most `MAX_REPORT_ROWS`."""
    rows = real.sample(min(len(real), MAX_REPORT_ROWS), random_state=seed)
    held = int(len(rows) * HOLDOUT_SHARE)
    train, holdout = rows.iloc[held:], rows.iloc[:held]
    return train.reset_index(drop=True), holdout.reset_index(drop=True)


def measure_quality(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    *,
    mode: Mode,
    seed: int = 0,
    target: str | None = None,
    report: Callable[..., None] | None = None,
) -> Quality:
    """Measure synthetic rows, however they were made, against the real rows they come from."""
    tell = report or (lambda message, share=None: None)
    columns = describe_columns(pd.concat([train, holdout], ignore_index=True))
    tell("Comparing columns and pairs", 0.3)
    shapes = metrics.column_shapes(train, synthetic, columns)
    measured: dict[str, Any] = {
        "shape": float(np.mean(list(shapes.values()))) if shapes else 1.0,
        "worst_shape": min(shapes, key=lambda name: shapes[name]) if shapes else None,
        "pair": metrics.pair_trends(train, synthetic, columns),
        "missing_gap": metrics.missing_gap(train, synthetic, columns),
        "copies": metrics.copies(train, synthetic, columns),
        "holdout_copies": metrics.copies(train, holdout, columns),
        "usual_copies": metrics.usual_copies(train, holdout, columns),
        "rows_measured": len(synthetic),
        "holdout_rows": len(holdout),
    }
    tell("Measuring distances", 0.4)
    measured |= metrics.distances(train, holdout, synthetic, columns, seed)
    tell("Trying to tell synthetic rows from real ones", 0.5)
    measured["c2st"] = metrics.two_sample_auc(holdout, synthetic, columns, seed)
    scores: list[float | None] = [None, None, None]
    if target is not None:
        both = pd.concat([train, synthetic], ignore_index=True)
        for place, rows in enumerate((train, synthetic, both)):
            tell("Training models on real and synthetic rows", 0.7 + place / 10)
            scores[place] = metrics.usefulness(rows, holdout, columns, target)
    measured["real_score"], measured["synthetic_score"], measured["added_score"] = scores
    measured["tstr_ratio"] = _ratio(scores[1], scores[0])
    failures, warnings = _faults(measured, mode)
    verdict: Verdict = "FAIL" if failures else "WARN" if warnings else "PASS"
    reasons = failures + warnings or ["all measures are within their limits"]
    return Quality(mode=mode, verdict=verdict, reasons=reasons, **measured)


def _ratio(synthetic: float | None, real: float | None) -> float | None:
    return synthetic / real if synthetic is not None and real is not None and real > 0.05 else None


def _faults(m: dict[str, Any], mode: Mode) -> tuple[list[str], list[str]]:
    """Return what makes the rows unfit, and what somebody should know before using them."""
    failures: list[str] = []
    warnings: list[str] = []

    def judge(value: float | None, warn: float, fail: float, words: str) -> None:
        if value is None or value <= warn:
            return
        shown = words.format(value=value, limit=fail if value > fail else warn)
        (failures if value > fail else warnings).append(shown)

    usual = m["usual_copies"]
    noise = 1.64 * (max(usual * (1 - usual), 1e-4) / m["holdout_rows"]) ** 0.5
    excess = "copies of real rows: {value:.1%} more than real rows have (limit {limit:.1%})"
    judge(m["copies"] - usual, max(0.005, noise), max(0.01, noise), excess)
    found = "a classifier tells the rows from real ones with AUC {value:.2f} (limit {limit:.2f})"
    judge(m["c2st"], 0.75, 0.90, found)
    near = "{value:.0%} of the rows lie closer to rows learned from than to others ({limit:.0%})"
    spread = 2 * 0.5 / m["holdout_rows"] ** 0.5
    judge(m["closer"], (0.58 if mode == "private" else 0.70) + spread, 0.80 + spread, near)
    gap = "shares of missing values differ by up to {value:.1%} (limit {limit:.0%})"
    judge(m["missing_gap"], 0.02 + 1 / m["rows_measured"] ** 0.5, 0.10, gap)
    shape = "distributions of columns differ by {value:.2f} on average (limit {limit:.2f})"
    judge(1 - m["shape"], 0.10, 0.25, shape)
    if m["pair"] is not None:
        judge(1 - m["pair"], 0.10, 0.25, "relations of columns differ by {value:.2f} ({limit:.2f})")
    if m["tstr_ratio"] is not None:
        lost = "a model trained on them loses {value:.0%} of the score (limit {limit:.0%})"
        judge(1 - m["tstr_ratio"], 0.05, 0.20, lost)
    return failures, warnings


def in_words(q: Quality) -> str:
    """Return the report in a few sentences."""
    pairs = f", pairs of columns to {q.pair:.2f}" if q.pair is not None else ""
    parts = [
        f"{q.verdict}: {'; '.join(q.reasons)}.",
        f"Columns are alike to {q.shape:.2f}{pairs} (1 is the same).",
    ]
    if q.c2st is not None:
        told = "A classifier tells them from unseen real rows with AUC"
        parts.append(f"{told} {q.c2st:.2f} (chance is 0.50).")
    if q.real_score is not None and q.synthetic_score is not None:
        parts.append(
            f"Trained on synthetic rows a model scores {q.synthetic_score:.3f} on real hold-out "
            f"rows, on real rows {q.real_score:.3f}."
        )
    if q.real_score is not None and q.added_score is not None:
        parts.append(_effect(q.added_score - q.real_score))
    parts.append(
        f"{q.copies:.1%} equal a real row they were made from ({q.holdout_copies:.1%} of unseen "
        f"real rows do); {q.closer:.0%} lie closer to those rows than to unseen ones (50% would "
        "mean that nothing is remembered)."
    )
    return " ".join(parts)


def _effect(change: float) -> str:
    if abs(change) < NO_EFFECT:
        return "Adding them to the real rows has no measurable effect on the score."
    verb = "raises" if change > 0 else "lowers"
    return f"Adding them to the real rows {verb} the score by {abs(change):.3f}."
