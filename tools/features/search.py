"""Search: screen many candidates, add the best few in steps, keep what holds on other rows.

The best of hundreds of candidates looks good on the rows it was chosen on, and new folds of the
same rows do not take that luck away. So candidates are screened and added on a part of the
training rows, and what they gain is counted on the others.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..scoring import Rows
from .base import Candidate, Training, part_of, sort_columns
from .families import SCREENED, SUMS, all_candidates
from .judge import Gain, Judge, Report, split_folds
from .models import ModelKind
from .screen import shortlist

BATCHES = (1, 1, 1, 2, 3, 4)
"""How many candidates are added at a time, the best first: the early ones are tried one by one."""
CONFIRMED_ROWS = 6_000
REPEATS = (2, 4)
"""Fewest and most repeats of the folds on which sets are confirmed, by the size of the table."""
PARTS, SCOUT_PARTS = 5, 3
"""Three fifths of the training rows are scouted for features, two fifths confirm them."""
CALM = {"max_iter": 80, "learning_rate": 0.08, "max_leaf_nodes": 15}
"""Boosting with smaller and slower trees than the default, to look for features with.

The default is overconfident on small tables, so that much of what it gains or loses is chance. The
last word has the model as it comes.
"""
SHARE_FOR_SEARCH = 0.5
"""Share of the time after which nothing new is tried, so that there is time to confirm."""


@dataclass
class Found:
    """What a search kept, with what was measured on the way."""

    kept: list[Candidate] = field(default_factory=list)
    gain: Gain = field(default_factory=lambda: Gain(0.0, 0.0))
    alone: dict[str, Gain] = field(default_factory=dict)
    """Gain over no features, by candidate."""
    ablation: dict[str, Gain] = field(default_factory=dict)
    """What the kept set gains over itself without this candidate."""
    considered: int = 0
    tried: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Trial:
    """A set of features to confirm, and the rows on which its gain counts: None for all.

    What was screened counts on rows that screening did not use.
    """

    features: list[Candidate]
    rows: Rows | None = None


@dataclass(frozen=True)
class Clock:
    """Processor time of this thread: a busy machine takes longer and finds the same."""

    start: float
    seconds: float
    now: Callable[[], float] = time.thread_time

    def past(self, share: float) -> bool:
        """Say whether more than a share of the time is used up."""
        return self.now() - self.start > share * self.seconds


def search(
    training: Training,
    seed: int,
    seconds: float,
    report: Report,
    explain: bool = True,
    model: ModelKind = "boosting",
) -> Found:
    """Return the features that cut the error in cross-validation by more than chance.

    Args:
        training: the rows to learn from; nothing else is looked at.
        seed: fixes folds and model.
        seconds: processor time; nothing new is tried after half of it, and what was found by
            then is confirmed.
        report: told how far the search is.
        explain: whether to measure what each kept feature does alone and what is lost without it.
        model: what judges; screening always uses boosting.
    """
    clock = Clock(time.thread_time(), seconds)
    scout, others = _split(training, seed)
    sums = all_candidates(training, sort_columns(training.frame, training.target), SUMS)
    screened = all_candidates(scout, sort_columns(scout.frame, training.target), SCREENED)
    found = Found(considered=len(sums) + len(screened))
    if not found.considered:
        found.notes.append("No column gives rise to a feature.")
        return found
    best_sums = _best_sums(Judge(training, seed + 1, 1, report, CALM, model=model), sums, found)
    sets = [Trial(best_sums)]
    if clock.past(SHARE_FOR_SEARCH):
        _out_of_time(found, clock)
    else:
        report("Screening features", 0.0)
        ranked = shortlist(scout, screened, seed, report)
        judge = Judge(scout, seed + 2, 1, report, CALM, model=model)
        sets += _grow(judge, best_sums, ranked, others, clock, found)
    judge = confirming_judge(training, seed, report, model=model)
    rows = confirm(judge, found, [trial for trial in sets if trial.features])
    return explain_kept(judge, found, clock, rows) if explain else found


def _split(training: Training, seed: int) -> tuple[Training, Rows]:
    """Return the rows to scout for features, and the places of the others."""
    parts = [test for _, test in split_folds(training, PARTS, seed + 500)]
    rows = np.sort(np.concatenate(parts[:SCOUT_PARTS]))
    return part_of(training, rows), np.sort(np.concatenate(parts[SCOUT_PARTS:]))


def _grow(
    judge: Judge,
    best_sums: list[Candidate],
    ranked: list[Candidate],
    rows: Rows,
    clock: Clock,
    found: Found,
) -> list[Trial]:
    """Return sets of screened features that look good: without the sums, and beside them."""
    alone = _forward(judge, [], ranked, clock, found)
    sets = [_without_idle(judge, alone, clock)]
    if best_sums:
        both = _forward(judge, best_sums, alone or ranked, clock, found)
        sets.append(_without_idle(judge, both, clock) if len(both) > len(best_sums) else [])
    return [Trial(features, rows) for features in sets]


def _best_sums(judge: Judge, sums: list[Candidate], found: Found) -> list[Candidate]:
    """Return the sum that gains most, with those added, the best first, that add to it.

    They are few and often worth most on wide tables, where screening takes long: all are tried.
    """
    alone = {candidate.id: judge.gain([candidate]).share for candidate in sums}
    best: list[Candidate] = []
    for candidate in sorted(sums, key=lambda c: (-alone[c.id], c.id)):
        judge.report(f"Trying {candidate.title}")
        found.tried += 1
        if judge.gain([*best, candidate], over=best).share > 0:
            best = [*best, candidate]
    return best


def _forward(
    judge: Judge,
    start: list[Candidate],
    ranked: list[Candidate],
    clock: Clock,
    found: Found,
) -> list[Candidate]:
    """Add candidates batch by batch where a batch gains over those before it."""
    kept, place = list(start), 0
    for size in BATCHES:
        batch = [c for c in ranked[place : place + size] if c not in kept]
        place += size
        if not batch:
            continue
        if clock.past(SHARE_FOR_SEARCH):
            _out_of_time(found, clock)
            break
        judge.report(f"Trying {batch[0].title}", place / sum(BATCHES))
        found.tried += len(batch)
        gain = judge.gain([*kept, *batch], over=kept)
        if gain.share > gain.error / 2:
            kept += batch
    return kept


def _out_of_time(found: Found, clock: Clock) -> None:
    note = f"Stopped trying features to keep within {clock.seconds:.0f} s."
    found.notes += [note] if note not in found.notes else []


def _without_idle(judge: Judge, kept: list[Candidate], clock: Clock) -> list[Candidate]:
    """Drop features, the last added first, without which the others do as well."""
    for candidate in reversed(kept):
        rest = [other for other in kept if other is not candidate]
        past = clock.past(SHARE_FOR_SEARCH)
        if rest and not past and judge.gain(kept, over=rest).share <= 0:
            kept = rest
    return kept


def confirming_judge(
    training: Training,
    seed: int,
    report: Report,
    settings: dict[str, Any] | None = None,
    model: ModelKind = "boosting",
) -> Judge:
    """Return a judge on folds that the search does not use.

    Small tables get more repeats: what one fit predicts is then chance to a large part, and the
    mean over repeats takes that out of the standard error.
    """
    least, most = REPEATS
    repeats = min(max(CONFIRMED_ROWS // len(training.frame), least), most)
    return Judge(training, seed + 1000, repeats, report, settings, model=model)


def confirm(judge: Judge, found: Found, trials: list[Trial]) -> Rows | None:
    """Measure sets on folds that the search did not see and keep the one that gains most.

    Where no set gains more than its standard error, none is kept. A set that loses on the first
    repeat of the folds is not tried on the others.

    Returns:
        The rows on which the kept set was measured; None for all.
    """
    passed, gains = [], []
    quick = judge.once()
    for place, trial in enumerate(trials):
        judge.report("Confirming on fresh folds", place / len(trials))
        gains.append(quick.gain(trial.features, rows=trial.rows))
        if gains[-1].share <= 0:
            continue
        gains[-1] = judge.gain(trial.features, rows=trial.rows)
        if gains[-1].beyond_chance:
            passed.append((gains[-1].share - gains[-1].error, place))
    if not passed:
        found.notes.append(_why_none(gains))
        return None
    _, best = max(passed)
    found.kept, found.gain = trials[best].features, gains[best]
    return trials[best].rows


def explain_kept(judge: Judge, found: Found, clock: Clock, rows: Rows | None = None) -> Found:
    """Measure each kept feature alone, and the kept set without it, while there is time.

    On one repeat of the folds: this explains what was decided and decides nothing.
    """
    judge = judge.once()
    for candidate in found.kept:
        rest = [other for other in found.kept if other is not candidate]
        if not clock.past(1.3):
            found.alone[candidate.id] = judge.gain([candidate], rows=rows)
            found.ablation[candidate.id] = judge.gain(found.kept, over=rest, rows=rows)
    return found


def _why_none(gains: list[Gain]) -> str:
    if not gains:
        return "No candidate cut the error by more than its standard error."
    best = max(gains, key=lambda gain: gain.share)
    return (
        "Features that looked good did not hold on fresh folds: "
        f"{best.share:+.1%} ± {best.error:.1%} of the error."
    )
