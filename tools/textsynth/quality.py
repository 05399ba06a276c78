"""The report on written texts: what was kept and why not more, how varied, how like the real."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from .tasks import TextTask, label_of, main_text
from .write import Texts

MIN_COMPARED = 30
MAX_COMPARED = 1_000


class TextQuality(BaseModel):
    """Measures of written texts, shares as fractions, None where not measurable.

    `variety` is the share of different word pairs among all (distinct-2: Li et al. 2016), of as
    many real texts in `real_variety`. `c2st` is how well a classifier on words tells the texts
    from real ones, as area under the ROC curve: 0.5 is chance.
    """

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["PASS", "WARN", "FAIL"]
    reasons: list[str]
    wanted: int
    kept: int
    rejected: dict[str, int]
    labels: dict[str, int]
    likeness_limit: float
    words: float
    real_words: float | None
    variety: float
    real_variety: float | None
    c2st: float | None


def measure_texts(task: TextTask, texts: Texts, real: Sequence[str]) -> TextQuality:
    """Measure written texts against real ones of the same kind."""
    new = [main_text(task, written.row) for written in texts.rows]
    labels = Counter(label_of(task, w.row) for w in texts.rows)
    rng = np.random.default_rng(0)
    alike = min(len(new), len(real), MAX_COMPARED)
    some_real = [real[p] for p in rng.permutation(len(real))[:alike]]
    some_new = [new[p] for p in rng.permutation(len(new))[:alike]] if real else new
    measured: dict[str, Any] = {
        "wanted": texts.wanted,
        "kept": len(new),
        "rejected": dict(texts.rejected.most_common()),
        "labels": {str(name): labels[name] for name in task.balanced},
        "likeness_limit": round(texts.limit, 3),
        "words": _words(new),
        "real_words": _words(real) if real else None,
        "variety": _variety(some_new),
        "real_variety": _variety(some_real) if real else None,
        "c2st": _told_apart(some_real, some_new) if alike >= MIN_COMPARED else None,
    }
    failures, warnings = _faults(measured)
    verdict = "FAIL" if failures else "WARN" if warnings else "PASS"
    reasons = failures + warnings or ["all measures are within their limits"]
    return TextQuality.model_validate({"verdict": verdict, "reasons": reasons, **measured})


def _faults(m: dict[str, Any]) -> tuple[list[str], list[str]]:
    failures: list[str] = []
    warnings: list[str] = []
    if m["kept"] < m["wanted"]:
        few = f"{m['kept']:,} of {m['wanted']:,} rows could be made"
        (failures if m["kept"] < m["wanted"] / 2 else warnings).append(few)
    asked = m["kept"] + sum(m["rejected"].values())
    if asked and m["kept"] < asked / 2:
        warnings.append(f"{1 - m['kept'] / asked:.0%} of what was written could not be kept")
    counts = list(m["labels"].values())
    if counts and max(counts) > 1.5 * min(counts) + 1:
        warnings.append(f"the labels are not even: from {min(counts):,} to {max(counts):,} rows")
    if m["real_variety"] and m["variety"] < 0.7 * m["real_variety"]:
        both = f"{m['variety']:.2f} against {m['real_variety']:.2f}"
        warnings.append(f"the texts are less varied than the real ones ({both})")
    if m["c2st"] is not None and m["c2st"] > 0.9:
        warnings.append(f"a classifier tells them from real texts with AUC {m['c2st']:.2f}")
    return failures, warnings


def in_words(q: TextQuality) -> str:
    """Return the report in a few sentences."""
    parts = [f"{q.verdict}: {'; '.join(q.reasons)}.", f"{q.kept:,} rows were kept."]
    if q.rejected:
        why = ", ".join(f"{count:,} because {reason}" for reason, count in q.rejected.items())
        parts.append(f"Not kept: {why}.")
    real = f" (real ones: {q.real_words:.0f})" if q.real_words is not None else ""
    parts.append(f"They have {q.words:.0f} words on average{real}.")
    if q.real_variety is not None:
        parts.append(f"Different word pairs: {q.variety:.2f}, real texts {q.real_variety:.2f}.")
    if q.c2st is not None:
        parts.append(f"A classifier tells them from real texts with AUC {q.c2st:.2f}.")
    return " ".join(parts)


def _words(texts: Sequence[str]) -> float:
    return float(np.mean([len(text.split()) for text in texts])) if texts else 0.0


def _variety(texts: Sequence[str]) -> float:
    pairs: list[tuple[str, str]] = []
    for text in texts:
        words = text.casefold().split()
        pairs += pairwise(words)
    return len(set(pairs)) / len(pairs) if pairs else 0.0


def _told_apart(real: Sequence[str], new: Sequence[str]) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(max_iter=1_000))
    labels = np.repeat([0, 1], [len(real), len(new)])
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    guess = cross_val_predict(model, [*real, *new], labels, cv=folds, method="predict_proba")
    return float(roc_auc_score(labels, guess[:, 1]))
