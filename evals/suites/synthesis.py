"""Suite `synthesis`: how good are synthetic rows, on tables with a target?

For every table and three seeds, 70 % of the rows are learned from and 30 % held out. Each mode
makes as many rows as were learned from; the measures are those of the report that a person sees
at approval (docs/synthesis.md). In the trial named "planted", 5 % of the rows are replaced with
real ones, and the report has to call it a FAIL.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...settings import Settings
from ...tools.synthesis import Quality, measure_quality
from ...tools.synthesis.columns import describe_columns
from ...tools.synthesis.constraints import find_constraints
from ...tools.synthesis.generate import MODES, Mode, make_rows
from ...tools.synthesis.quality import split_rows
from ..suite import Outcome, Report, Suite
from ..tables import EvalTable, read_tables

SEEDS = (0, 1, 2)
PLANTED = 0.05
FIGURES = {
    "tstr_ratio": "tstr_ratio",
    "c2st": "c2st",
    "shape": "shape",
    "pair": "pair",
    "copies": "copies",
    "closer": "closer",
    "missing": "missing_gap",
}


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Measure every table of the folder with both modes and three seeds."""
    tables = read_tables(data, limit)
    cases: list[dict[str, Any]] = []
    for number, table in enumerate(tables):
        for place, seed in enumerate(SEEDS):
            done = (number + place / len(SEEDS)) / len(tables)
            report(f"{table.name}, seed {seed}", done)
            cases += [_case(table, seed, mode) for mode in MODES]
    return Outcome(summary={t.name: _summary(t.name, cases) for t in tables}, cases=cases)


def _case(table: EvalTable, seed: int, mode: Mode) -> dict[str, Any]:
    train, holdout = split_rows(table.frame, seed)
    began = time.perf_counter()
    rules = find_constraints(train, describe_columns(train))
    made = make_rows(
        train, len(train), seed=seed, mode=mode, target=table.target, constraints=rules
    )
    seconds = time.perf_counter() - began
    quality = measure_quality(train, holdout, made, mode=mode, seed=seed, target=table.target)
    planted = _plant(made, train, seed)
    judged = measure_quality(train, holdout, planted, mode=mode, seed=seed)
    return {
        "id": f"{table.name}-{mode}-{seed}",
        "table": table.name,
        "mode": mode,
        "seed": seed,
        "rows": len(train),
        **_figures(quality),
        "seconds": round(seconds, 3),
        "holdout_copies": quality.holdout_copies,
        "real_score": quality.real_score,
        "added_score": quality.added_score,
        "verdict": quality.verdict,
        "reasons": quality.reasons,
        "planted_flagged": judged.verdict == "FAIL"
        and any("copies of real rows" in reason for reason in judged.reasons),
    }


def _plant(made: pd.DataFrame, train: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the rows with the first of them replaced by real ones."""
    count = max(1, round(PLANTED * len(made)))
    stolen = train.sample(count, random_state=seed)
    return pd.concat([stolen, made.iloc[count:]], ignore_index=True)


def _figures(quality: Quality) -> dict[str, float | None]:
    measured = {name: getattr(quality, field) for name, field in FIGURES.items()}
    return {k: None if v is None else round(float(v), 4) for k, v in measured.items()}


def _summary(table: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean over the seeds, by mode."""
    mine = [case for case in cases if case["table"] == table]
    by_mode = {mode: [case for case in mine if case["mode"] == mode] for mode in MODES}
    summary: dict[str, Any] = {
        mode: {name: _mean(group, name) for name in (*FIGURES, "seconds")}
        for mode, group in by_mode.items()
    }
    summary["holdout_copies"] = _mean(mine, "holdout_copies")
    summary["planted_flagged"] = _mean(mine, "planted_flagged")
    return summary


def _mean(cases: list[dict[str, Any]], name: str) -> float | None:
    values = [case[name] for case in cases if case[name] is not None]
    return round(float(np.mean(values)), 4) if values else None


SUITE = Suite(
    name="synthesis",
    about="Quality of synthetic table rows against unseen real ones, in both modes, three seeds.",
    needs_data=True,
    run=run,
)
