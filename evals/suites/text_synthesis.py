"""Suite `text-synthesis`: do texts that a model writes help a classifier that has few real ones?

Ten classes are chosen by the seed, five real texts of each. A student (logistic regression on the
encoder's vectors) learns from the real ones only, from real and written ones, and from all real
texts of these classes, and is tested on the test texts of the classes. The model sees the five real
texts of a class and no others; the test texts are kept from it, and what is like them is dropped.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...agent.model import ChatModel
from ...agent.openai_model import OpenAIModel
from ...agent.tool_model import ToolModel
from ...errors import ToolError
from ...settings import Settings
from ...tools.textsynth.checks import ClassifierCheck
from ...tools.textsynth.language import main_language
from ...tools.textsynth.propose import open_purse
from ...tools.textsynth.quality import measure_texts
from ...tools.textsynth.questions import Known
from ...tools.textsynth.tasks import TextTask
from ...tools.textsynth.teacher import Budget
from ...tools.textsynth.write import Job, Texts, write_rows
from ..suite import Outcome, Report, Suite
from ..texts import EvalTexts, encode, read_texts, right_answers

CLASSES = 10
REAL = 5
WRITTEN = 5
"""Texts to be written for each class."""
MAX_TOKENS = 200_000


@dataclass(frozen=True)
class Draw:
    """The classes and the few real texts of one seed."""

    names: list[str]
    few: pd.DataFrame
    full: pd.DataFrame
    test: pd.DataFrame


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Measure with the model of the settings; `limit` is how many seeds, one by default.

    Raises:
        ToolError: no model is set, or it cannot be reached.
    """
    if not settings.model:
        raise ToolError("The suite needs a model that writes: set DATAQUARRY_MODEL.")
    return measure(data, OpenAIModel(settings), settings, seeds=limit or 1, report=report)


def measure(
    data: Path, model: ChatModel, settings: Settings, *, seeds: int, report: Report
) -> Outcome:
    """Measure with a model, for seeds 0, 1, ... Replies are kept, so a second go asks nothing."""
    texts = read_texts(data)
    cases = [_case(texts, ToolModel(model), seed, settings, report) for seed in range(seeds)]
    figures = ("real_only", "with_written", "all_real", "written", "tokens", "c2st")
    summary: dict[str, Any] = {name: _mean(cases, name) for name in figures}
    gains = [case["with_written"] - case["real_only"] for case in cases]
    summary["gain"] = round(float(np.mean(gains)), 4)
    summary["helped"] = _helped(summary["gain"], _mean(cases, "gain_error"))
    summary["model"] = model.name
    return Outcome(summary=summary, cases=cases)


def _case(
    texts: EvalTexts, teacher: ToolModel, seed: int, settings: Settings, report: Report
) -> dict[str, Any]:
    draw = _draw(texts, seed)
    made, tokens = _write(draw, teacher, seed, settings, report)
    report("Training the students", 0.95)
    quality = measure_texts(_task(draw), made, list(draw.few["text"]))
    written = pd.DataFrame(
        {
            "text": [w.row["text"] for w in made.rows],
            "category": [w.row["label"] for w in made.rows],
        }
    )
    both = pd.concat([draw.few, written], ignore_index=True)
    right = {
        name: _right(rows, draw.test, settings)
        for name, rows in (("real_only", draw.few), ("with_written", both), ("all_real", draw.full))
    }
    apart = right["with_written"].astype(float) - right["real_only"]
    return {
        "id": f"seed-{seed}",
        **{name: round(float(found.mean()), 4) for name, found in right.items()},
        "gain_error": round(float(apart.std(ddof=1) / len(apart) ** 0.5), 4),
        "real_rows": len(draw.few),
        "written": len(written),
        "all_rows": len(draw.full),
        "test_rows": len(draw.test),
        "tokens": tokens,
        "verdict": quality.verdict,
        "reasons": quality.reasons,
        "rejected": [f"{count} because {why}" for why, count in quality.rejected.items()],
        "c2st": quality.c2st,
        "ended": made.ended,
        "classes": draw.names,
    }


def _draw(texts: EvalTexts, seed: int) -> Draw:
    """Choose the classes and the few texts of each."""
    rng = np.random.default_rng(seed)
    counts = texts.train["category"].value_counts()
    fitting = sorted(set(counts[counts >= REAL].index) & set(texts.test["category"]))
    chosen = rng.permutation(len(fitting))[:CLASSES]
    names = sorted(fitting[place] for place in chosen)
    full = texts.train[texts.train["category"].isin(names)].reset_index(drop=True)
    test = texts.test[texts.test["category"].isin(names)].reset_index(drop=True)
    places = [rng.permutation(np.flatnonzero(full["category"] == name))[:REAL] for name in names]
    few = full.iloc[np.concatenate(places)].reset_index(drop=True)
    return Draw(names, few, full, test)


def _task(draw: Draw) -> TextTask:
    labels = {name: name.replace("_", " ") for name in draw.names}
    about = "What somebody wants who writes this message; the label names it."
    language = main_language(list(draw.few["text"]))
    return TextTask(kind="classification", about=about, labels=labels, language=language)


def _write(
    draw: Draw, teacher: ToolModel, seed: int, settings: Settings, report: Report
) -> tuple[Texts, int]:
    """Write texts for each class, with labels that a student of the few real ones believes."""
    task = _task(draw)
    rows = draw.few.to_dict(orient="records")
    real = [
        Known(f"real#{n}", {"text": row["text"], "label": row["category"]})
        for n, row in enumerate(rows)
    ]
    check = ClassifierCheck(task, [k.row for k in real], lambda found: encode(found, settings))
    avoid = list(draw.test["text"])
    job = Job(task, "few_shot", real=real, avoid=avoid, check=check, seed=seed)
    purse = open_purse(teacher, Budget(max_tokens=MAX_TOKENS), settings.home)
    made = write_rows(job, WRITTEN * len(draw.names), purse, report=report)
    return made, purse.prompt_tokens + purse.completion_tokens


def _right(rows: pd.DataFrame, test: pd.DataFrame, settings: Settings) -> Any:
    """Return which test texts a student gets right that has learned from these rows."""
    vectors = encode(list(rows["text"]), settings)
    labels = rows["category"].to_numpy(dtype=str)
    unseen = encode(list(test["text"]), settings)
    return right_answers(vectors, labels, unseen, test["category"].to_numpy(dtype=str))


def _helped(gain: float, error: float | None) -> str:
    """Say whether the gain exceeds twice its error over the test texts."""
    if error is None or abs(gain) <= 2 * error:
        return "no difference beyond chance"
    return "yes" if gain > 0 else "no, it did harm"


def _mean(cases: list[dict[str, Any]], name: str) -> float | None:
    values = [case[name] for case in cases if case[name] is not None]
    return round(float(np.mean(values)), 4) if values else None


SUITE = Suite(
    name="text-synthesis",
    about="Whether texts written by the model help a classifier that has five real ones a class.",
    needs_data=True,
    run=run,
)
