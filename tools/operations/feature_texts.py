"""Operations that turn words into numbers: words contained, numbers written, topics."""

import re
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from .feature_base import AddFeature, Floats

Place = Literal["first", "last"]
Analyzer = Literal["word", "char_wb"]

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?|\d+(?:\.\d+)?")


class AddWord(AddFeature):
    """Add whether a text contains a word."""

    column: str
    word: str

    def inputs(self) -> list[str]:
        """Return the text's column."""
        return [self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return 1 where the word is one of the text's words in any case, else 0."""
        found = [float(self.word in words_of(text)) for text in texts(frame, self.column)]
        return {self.name: np.array(found, dtype="float64")}

    def formula(self) -> str:
        """Say which word in which column."""
        return f"1 where {self.column!r} contains the word {self.word!r}, else 0"


class AddNumberInText(AddFeature):
    """Add the first or last number that is written in a text."""

    column: str
    place: Place

    def inputs(self) -> list[str]:
        """Return the text's column."""
        return [self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return the number; missing where the text has none."""
        found = (_NUMBER.findall(text) for text in texts(frame, self.column))
        at = 0 if self.place == "first" else -1
        return {self.name: np.array([float(n[at]) if n else np.nan for n in found])}

    def formula(self) -> str:
        """Say which number of which column."""
        return f"the {self.place} number written in {self.column!r}"


class Term(BaseModel):
    """A word or run of letters: how much it weighs, and its share in each topic."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: float
    topics: list[float]


class AddTopics(AddFeature):
    """Add where a text lies along the main directions of its column's words (TF-IDF, SVD).

    This is latent semantic analysis (Deerwester et al., 1990); of runs of letters it puts values
    beside each other that are written alike.
    """

    column: str
    analyzer: Analyzer
    terms: dict[str, Term]

    def inputs(self) -> list[str]:
        """Return the text's column."""
        return [self.column]

    def compute(self, frame: pd.DataFrame) -> dict[str, Floats]:
        """Return one column per topic; 0 where the text holds no known term."""
        counts = term_counter(self.analyzer, list(self.terms)).transform(texts(frame, self.column))
        weighted = counts.multiply(np.array([term.weight for term in self.terms.values()])).tocsr()
        size = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        found = weighted @ np.array([term.topics for term in self.terms.values()])
        found = np.asarray(found) / np.maximum(size, 1e-12)[:, None]
        return {f"{self.name}_{place + 1}": column for place, column in enumerate(found.T)}

    def formula(self) -> str:
        """Say what the directions are made of."""
        parts = "words" if self.analyzer == "word" else "runs of 2 to 4 letters"
        return (
            f"main directions of {len(self.terms)} {parts} of {self.column!r} "
            "(TF-IDF, singular value decomposition)"
        )


def texts(frame: pd.DataFrame, column: str) -> list[str]:
    """Return a column as texts, "" where a value is missing."""
    series = frame[column]
    return ["" if gone else str(value) for value, gone in zip(series, series.isna(), strict=True)]


def words_of(text: str) -> set[str]:
    """Return the words of a text in lower case."""
    return set(_WORD.findall(text.lower()))


def term_counter(analyzer: Analyzer, terms: list[str] | None = None, **given: Any) -> Any:
    """Return a counter of words, or of runs of 2 to 4 letters, for the terms if these are known."""
    from sklearn.feature_extraction.text import CountVectorizer

    runs = (1, 1) if analyzer == "word" else (2, 4)
    return CountVectorizer(analyzer=analyzer, ngram_range=runs, vocabulary=terms, **given)
