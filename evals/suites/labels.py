"""Suite `labels`: are wrong labels found, and the right ones suggested?

A twentieth of the labels is moved to one of the three nearest classes (by the centroids of the
texts' vectors), drawn with the settings' seed. Texts are judged by the encoder's vectors.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...settings import Settings
from ...tools.auditing.labels import LabelErrors, label_errors_in_texts
from ..suite import Outcome, Report, Suite
from ..texts import encode, read_texts

MOVED = 0.05
NEAREST = 3
MOST_CASES = 100

Names = npt.NDArray[np.str_]


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Move labels of the training texts, the first `limit` of a random order, and find them."""
    import pandas as pd
    from sklearn.metrics import average_precision_score

    texts = read_texts(data).train
    texts = texts.sample(len(texts), random_state=settings.seed)[:limit].reset_index(drop=True)
    report("Encoding the texts", 0.0)
    vectors = encode(list(texts["text"]), settings)
    truth = texts["category"].to_numpy(dtype=str)
    given = move_labels(vectors, truth, np.random.default_rng(settings.seed))
    began = time.process_time()
    found = label_errors_in_texts(vectors, pd.Series(given, name="category"), report, settings.seed)
    seconds = time.process_time() - began
    wrong = given != truth
    margins = np.nan_to_num(found.margins, nan=-1.0)
    right = int(wrong[found.rows].sum())
    restored = sum(truth[r] == s for r, s in zip(found.rows, found.suggested, strict=True))
    summary: dict[str, Any] = {
        "rows": len(truth),
        "moved": int(wrong.sum()),
        "found": len(found.rows),
        "ap": round(float(average_precision_score(wrong, margins)), 4),
        "precision": round(right / max(len(found.rows), 1), 4),
        "recall": round(right / max(int(wrong.sum()), 1), 4),
        "f1": round(2 * right / max(len(found.rows) + int(wrong.sum()), 1), 4),
        "suggested_right": round(restored / max(right, 1), 4),
        "seconds": round(seconds, 1),
    }
    return Outcome(summary=summary, cases=_cases(texts, given, truth, found))


def move_labels(
    vectors: npt.NDArray[np.float32], labels: Names, random: np.random.Generator
) -> Names:
    """Return labels of which a share is moved to a class near by."""
    classes, codes = np.unique(labels, return_inverse=True)
    centers = np.stack([vectors[codes == k].mean(axis=0) for k in range(len(classes))])
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    alike = centers @ centers.T
    np.fill_diagonal(alike, -np.inf)
    near = np.argsort(-alike, axis=1)[:, : min(NEAREST, len(classes) - 1)]
    moved = random.choice(len(labels), round(MOVED * len(labels)), replace=False)
    given = codes.copy()
    given[moved] = near[codes[moved], random.integers(0, near.shape[1], len(moved))]
    return np.asarray(classes[given])


def _cases(texts: Any, given: Names, truth: Names, found: LabelErrors) -> list[dict[str, Any]]:
    """Return the rows that were found wrongly, the surest first."""
    return [
        {
            "id": str(row),
            "text": texts["text"].iloc[row],
            "label": str(given[row]),
            "suggested": str(suggested),
            "margin": round(float(found.margins[row]), 3),
        }
        for row, suggested in zip(found.rows, found.suggested, strict=True)
        if given[row] == truth[row]
    ][:MOST_CASES]


SUITE = Suite(
    name="labels",
    about="Are wrong labels found, and the right ones suggested?",
    needs_data=True,
    run=run,
)
"""The suite."""
