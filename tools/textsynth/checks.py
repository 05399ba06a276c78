"""A second look at labels and queries: by the teacher, by a trained classifier, by retrieval."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ...errors import NotApplicable
from ..answers import read_json
from .prompts import as_data, render
from .questions import labels_of
from .tasks import Row, TextTask, label_of, main_text
from .teacher import Purse

Array = NDArray[Any]
Encode = Callable[[list[str]], Array]

MIN_A_LABEL = 4
"""Real rows of every label that a classifier needs."""
DOUBTED = 0.05
"""Share of the real rows whose own label the classifier may doubt."""
LIKELY = 0.5
TOP = 3
"""A query has to find its document among so many."""
SYSTEM = render("system").strip()


class Check(Protocol):
    """Looks at rows again."""

    def faults(self, rows: Sequence[Row]) -> list[str | None]:
        """Return what is wrong with each row, None where nothing is."""
        ...


class TeacherCheck:
    """Lets the teacher label the texts anew without telling it which label they were made for."""

    def __init__(self, task: TextTask, purse: Purse) -> None:
        self.task, self.purse = task, purse

    def faults(self, rows: Sequence[Row]) -> list[str | None]:
        """Return a fault where the second pass gives another label, or none."""
        texts = [main_text(self.task, row) for row in rows]
        labels = ask_labels(self.task, texts, self.purse)
        return [
            None if label_of(self.task, row) == label else "a second pass gives another label"
            for row, label in zip(rows, labels, strict=True)
        ]


def ask_labels(
    task: TextTask,
    texts: Sequence[str],
    purse: Purse,
    *,
    examples: str = "",
    temperature: float = 0.0,
) -> list[str | None]:
    """Return the label that the teacher gives each text, None where it gives none that is known."""
    labels = task.balanced
    one = {"type": "string", "enum": labels}
    many = {"type": "array", "items": one, "minItems": len(texts), "maxItems": len(texts)}
    schema = {"type": "object", "properties": {"labels": many}, "required": ["labels"]}
    lines = "\n".join(f"{n}. <data>{as_data(t, 1_000)}</data>" for n, t in enumerate(texts, 1))
    asked = render(
        "label",
        about=as_data(task.about, 2_000),
        labels=labels_of(task),
        examples=examples,
        count=str(len(texts)),
        texts=lines,
    )
    longest = max(len(json.dumps(label)) for label in labels)
    room = 40 + len(texts) * (8 + longest // 2)
    reply, _ = purse.write(SYSTEM, asked, schema=schema, temperature=temperature, max_tokens=room)
    data = read_json(reply.text)
    given = data.get("labels") if isinstance(data, dict) else None
    given = given if isinstance(given, list) else []
    known = [str(label) if str(label) in labels else None for label in given[: len(texts)]]
    return known + [None] * (len(texts) - len(known))


class ClassifierCheck:
    """Doubts a label that a classifier, trained on the real rows, finds too unlikely.

    Too unlikely is less than what the classifier gives the own label of 95 % of the real rows,
    each judged by a classifier that has not seen it; a label that is likelier than all others
    together is never doubted.

    Raises:
        NotApplicable: a label has too few real rows.
    """

    def __init__(self, task: TextTask, real: Sequence[Row], encode: Encode) -> None:
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import cross_val_predict

        self.task, self.encode = task, encode
        labels = np.array([str(label_of(task, row)) for row in real])
        names, counts = np.unique(labels, return_counts=True)
        if set(task.balanced) - set(names) or counts.min() < MIN_A_LABEL:
            raise NotApplicable(f"a classifier needs {MIN_A_LABEL} real rows of every label")
        vectors = encode([main_text(task, row) for row in real])
        self.model = LogisticRegression(C=10, max_iter=1_000)
        guess = cross_val_predict(
            self.model, vectors, labels, cv=MIN_A_LABEL, method="predict_proba"
        )
        own = guess[np.arange(len(labels)), np.searchsorted(names, labels)]
        self.least = min(float(np.quantile(own, DOUBTED)), LIKELY)
        self.model.fit(vectors, labels)

    def faults(self, rows: Sequence[Row]) -> list[str | None]:
        """Return a fault where the label is too unlikely."""
        chances = self.model.predict_proba(self.encode([main_text(self.task, row) for row in rows]))
        names = list(self.model.classes_)
        own = [
            chance[names.index(label_of(self.task, row))]
            for chance, row in zip(chances, rows, strict=True)
        ]
        return [
            "a classifier trained on the real rows doubts the label" if p < self.least else None
            for p in own
        ]


class RoundTripCheck:
    """Keeps queries that find their own document again among all documents.

    As Dai et al., "Promptagator" (2023) do, here with TF-IDF in place of a trained retriever.
    """

    def __init__(self, documents: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.documents = list(dict.fromkeys(documents))
        self.words = TfidfVectorizer(sublinear_tf=True)
        self.vectors = self.words.fit_transform(self.documents)

    def faults(self, rows: Sequence[Row]) -> list[str | None]:
        """Return a fault where more than two other documents fit a query better than its own."""
        alike = (
            self.words.transform([str(row["query"]) for row in rows]) @ self.vectors.T
        ).toarray()
        found = []
        for row, values in zip(rows, alike, strict=True):
            own = values[self.documents.index(str(row["document"]))]
            lost = own <= 0 or int((values > own).sum()) >= TOP
            found.append("the query does not find its document again" if lost else None)
        return found


def judge_rows(
    rows: Sequence[Row],
    about: str,
    purse: Purse,
    report: Callable[..., None] = lambda message, share=None: None,
) -> list[float]:
    """Return how useful the teacher finds each row, from 0 to 1.

    Ask-LLM: Sachdeva et al., "How to train data-efficient LLMs" (2024). They read the chance of the
    word "yes"; here the teacher states a number, because not every endpoint gives chances. Small
    models state few different numbers. An answer that cannot be read counts as 0.

    Raises:
        ToolError: the teacher cannot be reached, or the budget is used up.
    """
    number = {"type": "integer", "minimum": 0, "maximum": 100}
    schema = {"type": "object", "properties": {"useful": number}, "required": ["useful"]}
    scores = []
    for place, row in enumerate(rows):
        report("Asking the model about rows", place / len(rows))
        shown = f"<data>{as_data(json.dumps(row, ensure_ascii=False, default=str), 2_000)}</data>"
        asked = render("judge", about=as_data(about, 2_000), row=shown)
        reply, _ = purse.write(SYSTEM, asked, schema=schema, temperature=0.0, max_tokens=30)
        data = read_json(reply.text)
        useful = data.get("useful") if isinstance(data, dict) else None
        scores.append(min(max(useful, 0), 100) / 100 if isinstance(useful, (int, float)) else 0.0)
    return scores
