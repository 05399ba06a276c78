"""Search: screen many candidates, try the best few, keep what holds on fresh folds."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .base import Candidate, Training, sort_columns
from .families import all_candidates
from .judge import Gain, Judge, Report
from .screen import shortlist

MAX_TRIALS = 14
MAX_STEPS = 8
CONFIRM_REPEATS = 2
SHORT = {"max_iter": 50, "learning_rate": 0.2}
"""Boosting of half the length for the search; what it finds is confirmed at full length."""
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
class Clock:
    """Processor time of this thread: a busy machine takes longer and finds the same."""

    start: float
    seconds: float
    now: Callable[[], float] = time.thread_time

    def past(self, share: float) -> bool:
        """Say whether more than a share of the time is used up."""
        return self.now() - self.start > share * self.seconds


def search(
    training: Training, seed: int, seconds: float, report: Report, explain: bool = True
) -> Found:
    """Return the features that cut the error in cross-validation by more than chance.

    Args:
        training: the rows to learn from; nothing else is looked at.
        seed: fixes folds and model.
        seconds: processor time; nothing new is tried after half of it, and what was found by
            then is confirmed.
        report: told how far the search is.
        explain: whether to measure what each kept feature does alone and what is lost without it.
    """
    clock = Clock(time.thread_time(), seconds)
    candidates = all_candidates(training, sort_columns(training.frame, training.target))
    found = Found(considered=len(candidates))
    if not candidates:
        found.notes.append("No column gives rise to a feature.")
        return found
    report("Screening features", 0.0)
    ranked = shortlist(training, candidates, seed, report)
    judge = Judge(training, seed + 1, report=report, settings=SHORT)
    alone = _try_alone(judge, ranked[:MAX_TRIALS], clock, found)
    if not alone:
        found.notes.append("No candidate cut the error by more than its standard error.")
        return found
    sets = [_forward(judge, alone, clock, found), [c for c, gain in alone if gain.beyond_chance]]
    sets = [chosen for chosen in sets if chosen]
    judge = Judge(training, seed + 1000, CONFIRM_REPEATS, report)
    found = confirm(judge, found, sets, clock)
    return explain_kept(judge, found, clock) if explain else found


def _try_alone(
    judge: Judge, ranked: list[Candidate], clock: Clock, found: Found
) -> list[tuple[Candidate, Gain]]:
    """Judge candidates one by one; return those that gain, the most certain first."""
    gains = []
    for trial, candidate in enumerate(ranked):
        if clock.past(SHARE_FOR_SEARCH):
            found.notes.append(
                f"Stopped after {trial} of {len(ranked)} trials to keep within "
                f"{clock.seconds:.0f} s."
            )
            break
        judge.report(f"Trying {candidate.title}", trial / len(ranked))
        found.tried = trial + 1
        gains.append((candidate, judge.gain([candidate])))
    good = [(candidate, gain) for candidate, gain in gains if gain.share > 0]
    return sorted(good, key=lambda pair: -pair[1].share + pair[1].error / 2)


def _forward(
    judge: Judge, alone: list[tuple[Candidate, Gain]], clock: Clock, found: Found
) -> list[Candidate]:
    """Add candidates one by one where each gains over those before it."""
    kept: list[Candidate] = []
    for candidate, _ in alone[:MAX_STEPS]:
        if kept and clock.past(SHARE_FOR_SEARCH * 1.4):
            found.notes.append("Stopped combining features to keep within the time.")
            break
        judge.report(f"Combining {candidate.title}")
        if judge.gain([*kept, candidate], over=kept).beyond_chance:
            kept.append(candidate)
    return kept


def confirm(judge: Judge, found: Found, sets: list[list[Candidate]], clock: Clock) -> Found:
    """Measure the sets again on folds that the search did not see and keep the better one.

    A feature without which the set does as well is dropped. Where no set gains more than its
    standard error, none is kept.
    """
    gains = [judge.gain(chosen) for chosen in sets]
    best = max(
        range(len(sets)), key=lambda i: (gains[i].share - gains[i].error, -len(sets[i])), default=-1
    )
    if best < 0 or not gains[best].beyond_chance:
        found.notes.append(_why_none(gains))
        return found
    found.kept = sets[best]
    for candidate in list(found.kept):
        rest = [other for other in found.kept if other is not candidate]
        if rest and not clock.past(1.0) and judge.gain(found.kept, over=rest).share <= 0:
            found.kept = rest
    found.gain = judge.gain(found.kept)
    return found


def explain_kept(judge: Judge, found: Found, clock: Clock) -> Found:
    """Measure each kept feature alone, and the kept set without it, while there is time."""
    for candidate in found.kept:
        rest = [other for other in found.kept if other is not candidate]
        if not clock.past(1.3):
            found.alone[candidate.id] = judge.gain([candidate])
            found.ablation[candidate.id] = judge.gain(found.kept, over=rest)
    return found


def _why_none(gains: list[Gain]) -> str:
    if not gains:
        return "No candidate cut the error by more than its standard error."
    best = max(gains, key=lambda gain: gain.share)
    return (
        "Features that looked good did not hold on fresh folds: "
        f"{best.share:+.1%} ± {best.error:.1%} of the error."
    )
