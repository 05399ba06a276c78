"""Tool `write_features`: a language model writes features, the sandbox runs them, folds decide.

Rounds as in CAAFE (Hollmann et al., NeurIPS 2023): what was measured goes back to the model. Unlike
there, the code runs in a sandbox and a feature is kept on folds that were not used to choose it.
"""

import time
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from ...errors import NotApplicable, ToolError
from ..base import Effect, Work, tool
from ..describe import describe_columns, show_rows
from ..holdout import hold_out, observed
from ..language_model import LanguageModel
from ..meanings import cited_meanings
from ..prompts import as_data, render
from ..proposals import Group, Proposal
from ..sandbox import active_level, keep_warm
from ..scoring import one_thread
from .base import Candidate, Training, training_rows
from .describe import tree_rules
from .judge import Gain, Judge, Report
from .propose import ERROR_WORDS, feature_group, searched_rows, together
from .search import CALM, Clock, Found, Trial, confirm, confirming_judge, explain_kept
from .written import MOST_FEATURES, WrittenFeature, WrittenFeatures, written_candidate


class WriteArguments(BaseModel):
    """How often to ask, and how long to try."""

    model_config = ConfigDict(extra="forbid")

    rounds: int = Field(default=3, ge=1, le=6, description="How often the model is asked.")
    seconds: float = Field(default=180.0, gt=0, le=1800, description="Time, on the wall.")


@dataclass
class Trials:
    """What was tried: the lines that go back to the model, what stayed, what was refused."""

    lines: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    kept: list[Candidate] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


@tool(Effect.EXECUTE)
def write_features(work: Work, arguments: WriteArguments) -> Proposal:
    """Let the language model write features as code; run them in the sandbox and measure them.

    Each is kept only if cross-validation on the training rows says that it cuts the error by more
    than its standard error. The model sees names, meanings and statistics; rows only if allowed.
    """
    table = work.need_table()
    if work.target is None:
        raise NotApplicable("no target is chosen, so no feature can be judged")
    if work.target not in table.columns:
        raise ToolError(f"The table has no column {work.target!r} to predict.")
    if work.model is None:
        raise NotApplicable("no language model is set, so nobody can write features")
    level = active_level()
    seed = work.settings.seed
    split = hold_out(work.store, table, work.target, seed)
    training = training_rows(observed(split.train), work.target, split.task)
    clock = Clock(time.monotonic(), arguments.seconds, time.monotonic)
    with keep_warm(), one_thread():
        trials = _rounds(work, work.model, training, arguments.rounds, clock)
        found = _confirm(searched_rows(training, seed), trials, seed, clock, work.report)
        groups = [_group(work, training, candidate, found) for candidate in found.kept]
    notes = [f"The code ran in the sandbox ({level.words}).", *trials.notes, *found.notes]
    if found.kept:
        notes.insert(0, together(found, training))
    kept = {candidate.id for candidate in found.kept}
    dropped = [c.title for c in trials.kept if c.id not in kept]
    notes += [f"Not kept: {name}: did not hold on fresh folds." for name in dropped]
    notes += [f"Not kept: {line}" for line in trials.rejected]
    return Proposal(
        tool="write_features",
        title=f"Features written by the model for {work.target!r}",
        groups=[group for group in groups if group is not None],
        notes=notes,
    )


def _rounds(
    work: Work, model: LanguageModel, training: Training, rounds: int, clock: Clock
) -> Trials:
    """Ask, try, tell; until the rounds or the time are used up or the model has nothing left."""
    trials = Trials()
    rows = searched_rows(training, work.settings.seed)
    judge = Judge(rows, work.settings.seed + 1, report=work.report, settings=CALM)
    about = _about(work, rows)
    for number in range(rounds):
        if clock.past(0.6):
            trials.notes.append(f"Asked {number} of {rounds} times to keep within the time.")
            break
        work.report(f"Asking the model for features, round {number + 1}", number / rounds)
        try:
            written = _ask(model, about, trials)
        except ToolError as error:
            trials.notes.append(f"The model wrote nothing that can be read: {error}")
            break
        new = [f for f in written.features if f.name not in trials.names][:MOST_FEATURES]
        if not new:
            trials.notes.append("The model had no further features.")
            break
        for feature in new:
            _try(feature, rows, judge, trials, clock)
    return trials


def _about(work: Work, training: Training) -> dict[str, str]:
    """Return what every question of this table says."""
    frame, target = training.frame, training.target
    return {
        "demand": as_data(work.demand.text),
        "target": as_data(target, 100),
        "task": training.task,
        "rows": str(len(frame)),
        "columns": describe_columns(frame, cited_meanings(work), target),
        "shown": show_rows(frame, work.settings.model_rows),
        "rules": tree_rules(training),
        "most": str(MOST_FEATURES),
    }


def _ask(model: LanguageModel, about: dict[str, str], trials: Trials) -> WrittenFeatures:
    tried = "\n".join(f"- {line}" for line in trials.lines) or "- nothing yet"
    question = render("write_features_user", tried=tried, **about)
    return model.ask(render("write_features_system"), question, WrittenFeatures)


def _try(
    feature: WrittenFeature, rows: Training, judge: Judge, trials: Trials, clock: Clock
) -> None:
    """Judge one feature beside those kept so far, and note what came of it."""
    trials.names.add(feature.name)
    if clock.past(0.7):
        _reject(trials, feature, "there was no time to try it.")
        return
    judge.report(f"Trying {feature.name}")
    try:
        candidate = written_candidate(feature, rows)
        gain = judge.gain([*trials.kept, candidate], over=trials.kept)
    except ToolError as error:
        _reject(trials, feature, str(error))
        return
    if gain.beyond_chance:
        trials.kept.append(candidate)
        trials.lines.append(f"{feature.name}: kept, {_measured(gain, rows)}.")
    else:
        _reject(trials, feature, f"{_measured(gain, rows)}, not more than chance.")


def _reject(trials: Trials, feature: WrittenFeature, why: str) -> None:
    trials.lines.append(f"{feature.name}: not kept: {as_data(why, 300)}")
    trials.rejected.append(f"{feature.name} ({', '.join(feature.columns)}): {why}")


def _measured(gain: Gain, rows: Training) -> str:
    return f"it cuts the {ERROR_WORDS[rows.task]} by {gain.share:.1%} ± {gain.error:.1%}"


def _confirm(rows: Training, trials: Trials, seed: int, clock: Clock, report: Report) -> Found:
    """Measure what stayed on fresh folds, at full length, and each feature alone and left out."""
    found = Found(considered=len(trials.names), tried=len(trials.names))
    if not trials.kept:
        return found
    report("Measuring on fresh folds")
    judge = confirming_judge(rows, seed, report, CALM)
    confirm(judge, found, [Trial(trials.kept)])
    return explain_kept(judge, found, clock)


def _group(work: Work, training: Training, candidate: Candidate, found: Found) -> Group | None:
    group = feature_group(work.frame, training, candidate, found)
    if group is None:
        return None
    leakage = "The code saw no target; what it learned, it learned from training rows only."
    return group.model_copy(update={"facts": {**group.facts, "leakage": leakage}})
