"""What texts are wanted, settled from arguments, the table, and the words of the demand."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
from pydantic import ValidationError

from ...errors import NotApplicable, ToolError
from ..synthesis.columns import Column, describe_columns
from .questions import Known
from .sources import text_columns
from .tasks import KINDS, Kind, TextTask

MAX_LABELS = 100
_WORDS: tuple[tuple[Kind, str], ...] = (
    ("question_answering", r"question[- ]answer|\bQA\b|reading comprehension"),
    ("summarization", r"summar"),
    ("extraction", r"named entit|\bNER\b|entit(?:y|ies)\b|extract(?:ion|ing)?\b|slot filling"),
    ("instruction", r"instruction|chat assistant|prompts? and responses?"),
    ("retrieval", r"search quer|retrieval|query[- ]document"),
    ("pair_classification", r"\bpairs? of|paraphras|entailment|text pairs|sentence pairs"),
    ("regression", r"\brubric|scores? from \d|rate[ds]? from \d|grading"),
)
_LABELS = re.compile(
    r"\b(?:labels?|classes|categories|intents|types)\b(?: are| like)?\s*:?\s+(.+?)(?=[.;?!\n]|$)"
    r"|\b(?:as|into|either|whether \w+ (?:is|are))\s+((?:[\w'-]+, )*[\w'-]+,? (?:or|and) [\w'-]+)",
    re.IGNORECASE,
)
_SCALE = re.compile(r"\bfrom (\d+) to (\d+)", re.IGNORECASE)


def settle_task(
    given: Mapping[str, Any],
    about: str,
    frame: pd.DataFrame | None,
    target: str | None,
    columns: Mapping[str, str],
) -> tuple[TextTask, dict[str, str]]:
    """Return the task, and which column of the table holds each of its fields.

    Args:
        given: fields of the task that somebody stated.
        about: words that describe the task.
        frame: the table, None where none is there.
        target: the column to be predicted, where it is known.
        columns: columns for fields that somebody stated.

    Raises:
        NotApplicable: the table has no texts.
        ToolError: what is stated is not enough or does not fit; the message says what is missing.
    """
    fields = {"about": about, **given}
    places: dict[str, str] = {}
    if frame is not None and len(frame):
        kind, places = _from_table(frame, target, fields.get("kind"), dict(columns))
        fields["kind"] = kind
        if kind == "regression":
            fields = {**_scale(frame[places["score"]]), **fields}
        elif "label" in places and not fields.get("labels"):
            fields["labels"] = _levels(frame[places["label"]])
    fields.setdefault("kind", kind_in(about))
    if not fields.get("labels") and fields["kind"] != "regression":
        fields["labels"] = dict.fromkeys(labels_in(about), "")
    if fields["kind"] == "regression":
        fields = {**_spoken_scale(about), "rubric": about, **fields}
    try:
        return TextTask.model_validate(fields), places
    except ValidationError as error:
        raise ToolError(f"The texts that are wanted: {error.errors()[0]['msg']}.") from error


def kind_in(words: str) -> Kind:
    """Return the kind of task that words speak of; classification where they name none."""
    return next((k for k, p in _WORDS if re.search(p, words, re.IGNORECASE)), "classification")


def labels_in(words: str) -> list[str]:
    """Return labels that are listed in words: "labels: a, b and c" or "as a or b"."""
    for match in _LABELS.finditer(words):
        parts = re.split(r",|;|\band\b|\bor\b", match.group(1) or match.group(2))
        names = [part.strip(" \"'“”()") for part in parts]
        names = [name for name in names if name and len(name.split()) <= 4]
        if len(names) > 1:
            return list(dict.fromkeys(names))
    return []


def known_rows(frame: pd.DataFrame, places: Mapping[str, str], name: str) -> list[Known]:
    """Return the rows of a table as rows of the task, those with a missing field left out."""
    present = frame[frame[list(places.values())].notna().all(axis=1)]
    rows = present[list(places.values())].to_dict(orient="list")
    cells = {field: rows[column] for field, column in places.items()}
    return [
        Known(f"{name}#{place}", {field: _plain(cells[field][n]) for field in places})
        for n, place in enumerate(present.index)
    ]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _from_table(
    frame: pd.DataFrame, target: str | None, kind: Kind | None, columns: dict[str, str]
) -> tuple[Kind, dict[str, str]]:
    """Return the kind of task that a table is for, and the columns of its fields."""
    missing = [name for name in columns.values() if name not in frame.columns]
    if missing:
        raise ToolError(f"The table has no column {', '.join(missing)}.")
    found = _by_names(frame, kind)
    if found:
        return found[0], {**found[1], **columns}
    texts = [c.name for c in text_columns(frame) if c.name != target]
    if not texts and "text" not in columns:
        raise NotApplicable("the table has no column of sentences")
    text = columns.get("text") or texts[0]
    if kind not in (None, "classification", "regression", "extraction"):
        raise ToolError(
            f"Name the columns for {', '.join(KINDS[kind].fields)} of the {kind} with `columns`."
        )
    label = columns.get("label") or columns.get("score") or _label_column(frame, target, text)
    if label is None:
        raise NotApplicable("the table has no column of labels beside its sentences")
    kind = kind or ("regression" if _is_scale(frame[label]) else "classification")
    name = KINDS[kind].label or "entities"
    return kind, {"text": text, name: label}


def _by_names(frame: pd.DataFrame, kind: Kind | None) -> tuple[Kind, dict[str, str]] | None:
    """Return a kind all of whose fields are names of columns."""
    folded = {str(name).casefold(): str(name) for name in frame.columns}
    for name, form in KINDS.items():
        if (kind is None or kind == name) and all(field in folded for field in form.fields):
            return name, {field: folded[field] for field in form.fields}
    if kind in ("retrieval", "question_answering", "summarization"):
        given = KINDS[kind].given
        texts = [c.name for c in text_columns(frame)]
        if given and (given in folded or texts):
            return kind, {given: folded.get(given) or texts[0]}
    return None


def _label_column(frame: pd.DataFrame, target: str | None, text: str) -> str | None:
    if target is not None and target != text and target in frame.columns:
        return target
    fitting = [c for c in describe_columns(frame) if _is_label(frame, c) and c.name != text]
    return min(fitting, key=lambda c: frame[c.name].nunique()).name if fitting else None


def _is_label(frame: pd.DataFrame, column: Column) -> bool:
    levels = frame[column.name].nunique()
    few = 2 <= levels <= min(MAX_LABELS, len(frame) // 2)
    is_bool = pd.api.types.is_bool_dtype(frame[column.name].dtype)
    return column.kind == "category" and few and not column.free_text and not is_bool


def _is_scale(labels: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(labels.dtype)) and labels.nunique() > 2


def _scale(scores: pd.Series) -> dict[str, int]:
    return {"low": int(scores.min()), "high": int(-(-scores.max() // 1))}


def _spoken_scale(words: str) -> dict[str, int]:
    match = _SCALE.search(words)
    return {"low": int(match.group(1)), "high": int(match.group(2))} if match else {}


def _levels(labels: pd.Series) -> dict[str, str]:
    names = sorted(labels.dropna().astype(str).unique())
    if len(names) > MAX_LABELS:
        raise ToolError(f"{labels.name!r} has {len(names):,} labels; {MAX_LABELS} are possible.")
    return dict.fromkeys(names, "")
