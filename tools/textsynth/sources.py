"""Rows of other datasets: to be rewritten (ReBase), or taken as they are where no model is there.

Ge et al., "Training task experts through retrieval based distillation" (2024): rows are looked for
in datasets that were found, across all of them, and each made row keeps its source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ..synthesis.columns import Column, describe_columns
from .questions import Known
from .tasks import Row, TextTask, label_of

MAX_ROWS = 20_000
MAX_CELL = 2_000


@dataclass(frozen=True)
class Taken:
    """Rows taken from found datasets as they are, and what of the demand they leave unmet."""

    rows: list[Known]
    unmet: list[str]


def text_columns(frame: pd.DataFrame) -> list[Column]:
    """Return the columns that hold sentences, those of the longest first."""
    found = [c for c in describe_columns(frame) if c.free_text]
    return sorted(found, key=lambda c: -float(frame[c.name].dropna().astype(str).str.len().mean()))


def find_rows(frames: Mapping[str, pd.DataFrame], about: str, count: int) -> list[Known]:
    """Return the rows of several datasets that have most words in common with a task.

    Args:
        frames: tables by the id of their dataset.
        about: the task in plain words.
        count: how many rows at most; those without a text column are passed over.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = [
        Known(f"{name}#{place}", _cells(row))
        for name, frame in frames.items()
        if text_columns(frame)
        for place, row in enumerate(frame.head(MAX_ROWS).to_dict(orient="records"))
    ]
    if not known:
        return []
    shown = [" ".join(str(value) for value in k.row.values()) for k in known]
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    vectors = words.fit_transform([*shown, about])
    alike = (vectors[:-1] @ vectors[-1].T).toarray()[:, 0]
    best = sorted(range(len(known)), key=lambda place: (-alike[place], place))
    return [known[place] for place in best[:count]]


def _cells(row: Mapping[object, object]) -> Row:
    return {
        str(name): str(value)[:MAX_CELL]
        for name, value in row.items()
        if isinstance(value, (list, dict)) or pd.notna(value)  # type: ignore[call-overload]
    }


def take_rows(task: TextTask, found: Sequence[Known], count: int) -> Taken:
    """Return rows that have the form of the task already, unchanged, and name what is missing.

    A row fits where its columns bear the names of the task's fields, or where the longest text
    can be the text and another cell is one of the labels.
    """
    rows: list[Known] = []
    for known in found:
        row = _fitted(task, known.row)
        if row is not None and len(rows) < count:
            rows.append(Known(known.id, row))
    unmet = []
    if len(rows) < count:
        unmet.append(f"{count - len(rows):,} of {count:,} rows")
    have = {label_of(task, known.row) for known in rows}
    without = [label for label in task.balanced if label not in have]
    if without:
        unmet.append(f"any row with the label {', '.join(without)}")
    return Taken(rows, unmet)


def _fitted(task: TextTask, row: Row) -> Row | None:
    fields = list(task.form.fields)
    folded = {name.casefold(): value for name, value in row.items()}
    if all(name in folded for name in fields):
        made = {name: folded[name] for name in fields}
        return made if task.kind != "classification" or made["label"] in task.labels else None
    if task.kind != "classification":
        return None
    labels = {label.casefold(): label for label in task.labels}
    given = [labels[str(v).casefold()] for v in row.values() if str(v).casefold() in labels]
    texts = [str(v) for v in row.values() if str(v).casefold() not in labels and " " in str(v)]
    return {"text": max(texts, key=len), "label": given[0]} if given and texts else None
