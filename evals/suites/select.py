"""Suite `select`: which way of choosing texts gives a better classifier than choosing at random?

Of the training texts, 5, 10 and 20 % are chosen by every method; logistic regression on the
encoder's vectors learns from them and is tested on all test texts. Three seeds, six for random.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np

from ...settings import Settings
from ...tools.select import METHODS, Rows, select_rows
from ..suite import Outcome, Report, Suite
from ..texts import accuracy, encode, read_texts

SHARES = (0.05, 0.10, 0.20)
SEEDS = (0, 1, 2)
RANDOM_SEEDS = range(6)
MANY, DIMENSIONS = 100_000, 384
TARGETS = 3
"""Examples of each class that the method `similar` is shown."""


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Measure every method that needs no scores, on the first `limit` texts."""
    texts = read_texts(data)
    train = texts.train.sample(len(texts.train), random_state=0)[:limit].reset_index(drop=True)
    report("Encoding the texts", 0.0)
    vectors = encode(list(train["text"]), settings)
    test = encode(list(texts.test["text"]), settings)
    labels = train["category"].to_numpy(dtype=str)
    truth = texts.test["category"].to_numpy(dtype=str)
    methods = [name for name, method in METHODS.items() if "scores" not in method.needs]
    cases: list[dict[str, Any]] = []
    for number, name in enumerate(methods):
        for share in SHARES:
            report(f"{name}, {share:.0%}", number / len(methods))
            budget = max(2, round(share * len(train)))
            scores = []
            for seed in RANDOM_SEEDS if name == "random" else SEEDS:
                targets = vectors[_few_of_each(labels, seed)]
                rows = Rows(vectors, labels=labels, targets=targets)
                chosen = select_rows(rows, budget, name, seed=seed)
                scores.append(accuracy(vectors[chosen], labels[chosen], test, truth))
            cases.append(_case(name, share, budget, scores))
    summary = _summary(cases)
    if limit is None:
        summary["seconds_100k"] = {name: _seconds(name, report) for name in methods}
    return Outcome(summary=summary, cases=cases)


def _seconds(method: str, report: Report) -> float:
    """Return the processor time to choose a tenth of 100,000 rows of 384 random numbers."""
    report(f"{method} on {MANY:,} rows", 0.95)
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(MANY, DIMENSIONS)).astype(np.float32)
    labels = rng.integers(0, 50, MANY).astype(str)
    rows = Rows(vectors, labels=labels, targets=vectors[:20], scores=rng.random(MANY))
    began = time.process_time()  # on a busy machine the wall clock measures the others
    select_rows(rows, MANY // 10, method)
    return round(time.process_time() - began, 1)


def _few_of_each(labels: Any, seed: int) -> list[int]:
    rng = np.random.default_rng(seed)
    found = [
        rng.permutation(np.flatnonzero(labels == name))[:TARGETS] for name in np.unique(labels)
    ]
    return [int(place) for part in found for place in part]


def _case(name: str, share: float, budget: int, scores: list[float]) -> dict[str, Any]:
    return {
        "id": f"{name}-{share:g}",
        "method": name,
        "share": share,
        "rows": budget,
        "accuracy": round(float(np.mean(scores)), 4),
        "error": round(float(np.std(scores, ddof=1) / len(scores) ** 0.5), 4),
    }


def _summary(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Return accuracy, its error and the gain over random, by share and method."""
    summary: dict[str, Any] = {}
    for share in SHARES:
        mine = {case["method"]: case for case in cases if case["share"] == share}
        base = mine["random"]
        summary[f"{share:g}"] = {
            name: {
                "accuracy": case["accuracy"],
                "error": case["error"],
                "gain": round(case["accuracy"] - base["accuracy"], 4),
                "gain_error": round((case["error"] ** 2 + base["error"] ** 2) ** 0.5, 4),
            }
            for name, case in mine.items()
        }
    return summary


SUITE = Suite(
    name="select",
    about="Accuracy of a classifier trained on chosen texts, by method and budget.",
    needs_data=True,
    run=run,
)
