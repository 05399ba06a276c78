"""Tool `features`: propose new columns that cut the error on rows they were not fitted on."""

import time

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ...errors import NotApplicable, ToolError
from ..base import Effect, Work, tool
from ..holdout import hold_out, observed
from ..operations.feature_base import AddFeature
from ..proposals import Group, Proposal, propose_group
from ..scoring import MAX_TRAIN_ROWS, check_target, one_thread, split_frame, task_of
from .base import Candidate, Training, training_rows
from .families import FAMILIES
from .judge import Gain, Report
from .leaks import Leak, find_leaks
from .models import ModelKind
from .search import Found, search

ERROR_WORDS = {"regression": "mean absolute error", "classification": "Brier score"}
MIN_SEARCHED = 20
"""Fewest rows to search features on: of fewer, a fold of those that are scouted shows nothing."""


class FeaturesArguments(BaseModel):
    """How long to search."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(default=30.0, gt=0, le=600, description="Time for trying features.")
    model: ModelKind = Field(
        default="boosting", description="Model that features must help: boosting, or a linear one."
    )


@tool(Effect.WRITE)
def features(work: Work, arguments: FeaturesArguments) -> Proposal:
    """Propose new columns: dates, categories, ratios, group means, weighted sums.

    Each is kept only if cross-validation on the training rows says that it cuts the error by more
    than its standard error. Held-out rows are not looked at.
    """
    table = work.need_table()
    if work.target is None:
        raise NotApplicable("no target is chosen, so no feature can be judged")
    if work.target not in table.columns:
        raise ToolError(f"The table has no column {work.target!r} to predict.")
    split = hold_out(work.store, table, work.target, work.settings.seed)
    training = training_rows(observed(split.train), work.target, split.task)
    return propose_for_training(
        work.frame, training, work.settings.seed, arguments.seconds, work.report, arguments.model
    )


def propose_features(
    frame: pd.DataFrame,
    target: str,
    *,
    seed: int = 0,
    report: Report | None = None,
    seconds: float = 30,
    model: ModelKind = "boosting",
) -> Proposal:
    """Propose features for a frame; the quarter that `split_rows` holds out is not looked at.

    Raises:
        ToolError: the frame has no such column, or the library of `model` is not installed.
        NotApplicable: the target cannot be scored.
    """
    if target not in frame.columns:
        raise ToolError(f"The table has no column {target!r} to predict.")
    task = task_of(frame[target])
    check_target(frame[target], task)
    known = frame[frame[target].notna()].reset_index(drop=True)
    rows, _ = split_frame(known, target, seed)
    training = training_rows(observed(known.iloc[rows].reset_index(drop=True)), target, task)
    return propose_for_training(
        frame, training, seed, seconds, report or (lambda message, share=None: None), model
    )


def propose_for_training(
    frame: pd.DataFrame,
    training: Training,
    seed: int,
    seconds: float,
    report: Report,
    model: ModelKind = "boosting",
) -> Proposal:
    """Propose features that were searched and fitted on `training`, to be added to `frame`.

    Raises:
        NotApplicable: too few rows are left to search on.
    """
    start = time.monotonic()
    with one_thread():
        searched = searched_rows(training, seed)
        if len(searched.frame) < MIN_SEARCHED:
            raise NotApplicable(
                f"{len(searched.frame)} rows are left to search on; it takes {MIN_SEARCHED}"
            )
        found = search(searched, seed, seconds, report, model=model)
    leaks = {
        leak.column: leak for leak in find_leaks(searched.frame, training.target, training.task)
    }
    groups = [feature_group(frame, training, c, found, leaks) for c in found.kept]
    seconds_used = time.monotonic() - start
    notes = [
        f"{found.considered:,} candidates of {len(FAMILIES)} families, {found.tried} "
        f"tried in 5-fold cross-validation, {len(found.kept)} kept, in {seconds_used:.0f} s; "
        "held-out rows were not looked at.",
        *found.notes,
        *(f"Look at {leak.column!r}: {leak.reason}." for leak in leaks.values()),
    ]
    if found.kept:
        notes.insert(0, together(found, training))
    return Proposal(
        tool="features",
        title=f"Features for {training.target!r}",
        groups=[group for group in groups if group is not None],
        notes=notes,
    )


def searched_rows(training: Training, seed: int) -> Training:
    """Return the training rows that features are tried on: all, or a sample of many."""
    if len(training.frame) <= MAX_TRAIN_ROWS:
        return training
    sample = training.frame.sample(MAX_TRAIN_ROWS, random_state=seed).reset_index(drop=True)
    return training_rows(sample, training.target, training.task, training.outcome)


def together(found: Found, training: Training) -> str:
    """Say what the kept features gain together."""
    return (
        f"Together they cut the {ERROR_WORDS[training.task]} by {found.gain.share:.1%} "
        f"± {found.gain.error:.1%} on folds that were not used to choose them."
    )


def feature_group(
    frame: pd.DataFrame,
    training: Training,
    candidate: Candidate,
    found: Found,
    leaks: dict[str, Leak] | None = None,
) -> Group | None:
    """Return a kept feature as a group, fitted on all training rows; None if it adds nothing."""
    start = time.monotonic()
    operations = candidate.fit(training)
    alone, ablation = found.alone.get(candidate.id), found.ablation.get(candidate.id)
    words = "; ".join(operation.formula() for operation in operations)
    group = propose_group(
        frame,
        list(operations),
        group_id=candidate.id,
        title=f"Add {_names(operations)}: {words}",
        rule=f"Keep a feature if it cuts the {ERROR_WORDS[training.task]} in cross-validation by "
        "more than its standard error.",
        evidence=_evidence(alone, ablation, found, training),
        recommended=True,
        facts={
            "formula": words,
            "family": candidate.family,
            "gain": round(alone.share, 5) if alone else None,
            "gain_error": round(alone.error, 5) if alone else None,
            "ablation": round(ablation.share, 5) if ablation else None,
            "ablation_error": round(ablation.error, 5) if ablation else None,
            "gain_together": round(found.gain.share, 5),
            "gain_together_error": round(found.gain.error, 5),
            "error_measure": ERROR_WORDS[training.task],
            "fitted_on_rows": len(training.frame),
            "leakage": _leakage(candidate, operations, leaks or {}),
        },
    )
    if group is None:
        return None
    cost = (time.monotonic() - start) / max(len(frame), 1) * 1e6
    return group.model_copy(update={"facts": {**group.facts, "microseconds_a_row": round(cost, 1)}})


def _evidence(alone: Gain | None, ablation: Gain | None, found: Found, training: Training) -> str:
    measure = ERROR_WORDS[training.task]
    if alone is None or ablation is None:
        return (
            f"Together with the other kept features it cuts the {measure} by "
            f"{found.gain.share:.1%} ± {found.gain.error:.1%}; there was no time to measure it "
            "alone."
        )
    return (
        f"Alone it cuts the {measure} by {alone.share:.1%} ± {alone.error:.1%}; without it the "
        f"kept features lose {ablation.share:.1%} ± {ablation.error:.1%}."
    )


def _leakage(candidate: Candidate, operations: list[AddFeature], leaks: dict[str, Leak]) -> str:
    said = ["Reads no target and no other row's target."]
    if candidate.learns:
        said = [
            "Fitting reads the target, so it was fitted anew inside each fold on that fold's "
            "training rows; the stored values come from training rows only."
        ]
    read = sorted({column for operation in operations for column in operation.inputs()})
    said += [f"It reads {c!r}, which may leak: {leaks[c].reason}." for c in read if c in leaks]
    return " ".join(said)


def _names(operations: list[AddFeature]) -> str:
    return ", ".join(repr(operation.name) for operation in operations)
