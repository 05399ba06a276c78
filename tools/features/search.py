"""Search: screen many candidates, try the best few, keep what holds on fresh folds."""

import time
from dataclasses import dataclass, field

from .base import Candidate, Training, sort_columns
from .families import all_candidates
from .judge import Gain, Judge, Report
from .screen import rank, residuals

MAX_TRIALS = 24
CONFIRM_REPEATS = 2


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


def search(training: Training, seed: int, seconds: float, report: Report) -> Found:
    """Return the features that cut the error in cross-validation by more than chance.

    Args:
        training: the rows to learn from; nothing else is looked at.
        seed: fixes folds and model.
        seconds: no new candidate is tried after this; what was found by then is confirmed.
        report: told how far the search is.
    """
    start = time.monotonic()
    columns = sort_columns(training.frame, training.target)
    candidates = all_candidates(training, columns)
    found = Found(considered=len(candidates))
    if not candidates:
        found.notes.append("No column gives rise to a feature.")
        return found
    report("Screening features", 0.0)
    ranked = rank(training, candidates, residuals(training, seed), seed, report)
    judge = Judge(training, seed + 1, report=report)
    for trial, (_, candidate) in enumerate(spread(ranked)):
        if time.monotonic() - start > seconds / 2:
            found.notes.append(f"Stopped after {trial} trials: half of {seconds:.0f} s were used.")
            break
        report(f"Trying {candidate.title}", trial / MAX_TRIALS)
        found.tried = trial + 1
        if judge.gain([*found.kept, candidate], over=found.kept).beyond_chance:
            found.kept.append(candidate)
    return confirm(training, found, seed, report)


def spread(ranked: list[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
    """Return the best candidates with at most a third from one family."""
    taken: dict[str, int] = {}
    chosen = []
    for value, candidate in ranked:
        if taken.get(candidate.family, 0) < MAX_TRIALS // 3:
            taken[candidate.family] = taken.get(candidate.family, 0) + 1
            chosen.append((value, candidate))
    return chosen[:MAX_TRIALS]


def confirm(training: Training, found: Found, seed: int, report: Report) -> Found:
    """Measure the kept features again on folds that the search did not see.

    A feature without which the set does as well is dropped; so is the set if it gains no more
    than its standard error.
    """
    if not found.kept:
        found.notes.append("No candidate cut the error by more than its standard error.")
        return found
    judge = Judge(training, seed + 1000, CONFIRM_REPEATS, report)
    for candidate in list(found.kept):
        rest = [other for other in found.kept if other is not candidate]
        if rest and judge.gain(found.kept, over=rest).share <= 0:
            found.kept = rest
    found.gain = judge.gain(found.kept)
    if not found.gain.beyond_chance:
        found.notes.append(
            "Features that looked good did not hold on fresh folds: "
            f"{found.gain.share:+.1%} ± {found.gain.error:.1%} of the error."
        )
        found.kept = []
        return found
    for candidate in found.kept:
        rest = [other for other in found.kept if other is not candidate]
        found.alone[candidate.id] = judge.gain([candidate])
        found.ablation[candidate.id] = judge.gain(found.kept, over=rest)
    return found
