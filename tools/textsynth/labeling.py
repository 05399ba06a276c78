"""Labels for texts that have none, and which of them to learn from (LLKD).

Li et al., "Learning with less: knowledge distillation from large language models via unlabeled
data" (2024): the rows worth learning from are those of which the teacher is sure and the student
is not. Teacher's sureness is the share of equal answers of several asked at a temperature (Wang et
al., "Self-consistency", 2023), because not every endpoint gives chances.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..select_coverage import even_shares
from .checks import ask_labels
from .tasks import TextTask
from .teacher import Purse

VOTES = 3
WARM = 0.8
TEXTS_A_QUESTION = 8
SURE = 0.66
"""Least share of equal answers of a row to be learned from."""

Array = NDArray[Any]


@dataclass(frozen=True)
class Labeled:
    """The label of each text and how sure the teacher is of it, from 0 to 1; None: no label."""

    labels: list[str | None]
    confidence: Array


def label_texts(
    task: TextTask,
    texts: Sequence[str],
    purse: Purse,
    *,
    examples: str = "",
    votes: int = VOTES,
    report: Callable[..., None] = lambda message, share=None: None,
) -> Labeled:
    """Ask the teacher for the label of each text, several times.

    Raises:
        BudgetUsedUp: the budget ends before every text has its label.
        ToolError: the teacher cannot be reached.
    """
    labels: list[str | None] = []
    confidence: list[float] = []
    for start in range(0, len(texts), TEXTS_A_QUESTION):
        report(f"Labeling texts: {start:,} of {len(texts):,}", start / len(texts))
        part = texts[start : start + TEXTS_A_QUESTION]
        rounds = [
            ask_labels(task, part, purse, examples=examples, temperature=WARM if votes > 1 else 0.0)
            for _ in range(votes)
        ]
        for answers in zip(*rounds, strict=True):
            given = Counter(answer for answer in answers if answer is not None)
            label, count = given.most_common(1)[0] if given else (None, 0)
            labels.append(label)
            confidence.append(count / votes)
    return Labeled(labels, np.array(confidence))


def choose_labeled(
    labeled: Labeled, vectors: Array, count: int, *, real: Array, real_labels: Sequence[str]
) -> Array:
    """Return the numbers of the texts to learn from: teacher sure, student unsure, labels even.

    Args:
        labeled: what the teacher said.
        vectors: one vector per text.
        count: how many to choose at most.
        real: vectors of rows whose label is known, from which the student learns first.
        real_labels: their labels, at least two different ones.
    """
    from sklearn.linear_model import LogisticRegression

    student = LogisticRegression(C=10, max_iter=1_000).fit(real, list(real_labels))
    unsure = 1 - student.predict_proba(vectors).max(axis=1)
    worth = labeled.confidence * unsure
    sure = [n for n, c in enumerate(labeled.confidence) if c >= SURE and labeled.labels[n]]
    names = sorted({str(labeled.labels[n]) for n in sure})
    groups = [[n for n in sure if labeled.labels[n] == name] for name in names]
    chosen: list[int] = []
    for group, share in zip(
        groups, even_shares(np.array([len(g) for g in groups]), count), strict=True
    ):
        chosen += sorted(group, key=lambda n: -worth[n])[:share]
    return np.array(sorted(chosen), dtype=int)
