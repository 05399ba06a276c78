"""Search: screen many candidates, add the best few in steps, keep what holds on fresh folds."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from .base import Candidate, Training, sort_columns
from .families import all_candidates
from .judge import Gain, Judge, Report
from .models import ModelKind
from .screen import shortlist

BATCHES = (1, 1, 1, 2, 3, 4)
"""How many candidates are added at a time, the best first: the early ones are tried one by one."""
CONFIRM_REPEATS = 2
CALM = {"max_iter": 80, "learning_rate": 0.08, "max_leaf_nodes": 15}
"""Boosting with smaller and slower trees than the default, to look for features with.

The default is overconfident on small tables, so that much of what it gains or loses is chance. The
last word has the model as it comes.
"""
FOR_SCREENED = 2.0
"""Standard errors that a set has to gain, where its features are the best of hundreds."""
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
    candidates = all_candidates(training, sort_columns(training.frame, training.target))
    found = Found(considered=len(candidates))
    if not candidates:
        found.notes.append("No column gives rise to a feature.")
        return found
    report("Screening features", 0.0)
    sums, ranked = shortlist(training, candidates, seed, report)
    judge = Judge(training, seed + 1, report=report, settings=CALM, model=model)
    sets = _grow(judge, sums, ranked, clock, found)
    judge = Judge(training, seed + 1000, CONFIRM_REPEATS, report, model=model)
    found = confirm(judge, found, sets, ranked)
    return explain_kept(judge, found, clock) if explain else found


def _grow(
    judge: Judge, sums: list[Candidate], ranked: list[Candidate], clock: Clock, found: Found
) -> list[list[Candidate]]:
    """Return sets that look good: sums of all columns, others, and both."""
    best_sums = _best_sums(judge, sums, found)
    others = _forward(judge, [], ranked, clock, found)
    both = _forward(judge, best_sums, others or ranked, clock, found) if best_sums else []
    sets: list[list[Candidate]] = []
    for grown in (best_sums, others, both):
        chosen = _without_idle(judge, grown, clock)
        if chosen and {c.id for c in chosen} not in [{c.id for c in known} for known in sets]:
            sets.append(chosen)
    return sets


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
            note = f"Stopped trying features to keep within {clock.seconds:.0f} s."
            found.notes += [note] if note not in found.notes else []
            break
        judge.report(f"Trying {batch[0].title}", place / sum(BATCHES))
        found.tried += len(batch)
        gain = judge.gain([*kept, *batch], over=kept)
        if gain.share > gain.error / 2:
            kept += batch
    return kept


def _without_idle(judge: Judge, kept: list[Candidate], clock: Clock) -> list[Candidate]:
    """Drop features, the last added first, without which the others do as well."""
    for candidate in reversed(kept):
        rest = [other for other in kept if other is not candidate]
        past = clock.past(SHARE_FOR_SEARCH)
        if rest and not past and judge.gain(kept, over=rest).share <= 0:
            kept = rest
    return kept


def confirm(
    judge: Judge,
    found: Found,
    sets: list[list[Candidate]],
    screened: Collection[Candidate] = (),
) -> Found:
    """Measure the sets again on folds that the search did not see and keep the best one.

    Where no set gains more than its standard error, none is kept. Sets with a candidate out of
    `screened` have to gain more than twice that: such a candidate was the best of hundreds on
    these very rows, and fresh folds of them do not take its luck away.
    """
    passed: list[tuple[float, list[Candidate], Gain]] = []
    gains = []
    for place, chosen in enumerate(sets):
        judge.report("Confirming on fresh folds", place / len(sets))
        gains.append(judge.gain(chosen))
        needed = FOR_SCREENED if any(c in screened for c in chosen) else 1.0
        if gains[-1].share > needed * gains[-1].error:
            passed.append((gains[-1].share - gains[-1].error, chosen, gains[-1]))
    if not passed:
        found.notes.append(_why_none(gains))
        return found
    _, found.kept, found.gain = max(passed, key=lambda entry: entry[0])
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
        f"{best.share:+.1%} ± {best.error:.1%} of the error. "
        "Those that are the best of many have to gain twice their standard error."
    )
