"""Folders of labelled texts to measure on: train.csv and test.csv with `text,category`."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import ToolError
from ..retrieval.encoder import Encoder
from ..settings import Settings

COLUMNS = ("text", "category")


@dataclass(frozen=True)
class EvalTexts:
    """Texts with their class, to learn from and to test on."""

    train: pd.DataFrame
    test: pd.DataFrame


def read_texts(folder: Path) -> EvalTexts:
    """Return the texts of a folder.

    Raises:
        ToolError: a file is missing or lacks a column.
    """
    return EvalTexts(_read(folder / "train.csv"), _read(folder / "test.csv"))


def _read(file: Path) -> pd.DataFrame:
    if not file.is_file():
        raise ToolError(f"No {file}: the folder needs train.csv and test.csv.")
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise ToolError(f"{file} has no column {', '.join(missing)}.")
    return frame[list(COLUMNS)]


def encode(texts: list[str], settings: Settings) -> NDArray[np.float32]:
    """Return one vector per text, from the encoder of the index."""
    return Encoder(settings).encode(texts)


def accuracy(
    vectors: NDArray[np.float32],
    labels: NDArray[np.str_],
    test: NDArray[np.float32],
    truth: NDArray[np.str_],
) -> float:
    """Return the accuracy on the test texts of logistic regression on the vectors."""
    return float(right_answers(vectors, labels, test, truth).mean())


def right_answers(
    vectors: NDArray[np.float32],
    labels: NDArray[np.str_],
    test: NDArray[np.float32],
    truth: NDArray[np.str_],
) -> NDArray[np.bool_]:
    """Return which test texts logistic regression on the vectors gets right."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10, max_iter=1_000, tol=1e-3).fit(vectors, labels)
    right: NDArray[np.bool_] = model.predict(test) == truth
    return right


def read_lines(folder: Path) -> list[str]:
    """Return the distinct texts of a folder's CSV files (column `text`) and plain .txt lines.

    Raises:
        ToolError: there are none.
    """
    lines: list[str] = []
    for file in sorted(folder.glob("*.csv")):
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        lines += frame["text"].tolist() if "text" in frame.columns else []
    for file in sorted(folder.glob("*.txt")):
        lines += file.read_text("utf-8").splitlines()
    found = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not found:
        raise ToolError(f"{folder} holds no CSV file with a column 'text' and no .txt file.")
    return found
