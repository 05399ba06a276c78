"""Family of texts: lengths, words contained, numbers written, topics of words and of letters."""

from collections import Counter
from pathlib import Path

import numpy as np

from ...retrieval.encoder import find_encoder
from ...settings import Settings
from ..operations.feature_base import AddFeature
from ..operations.feature_meanings import AddMeanings, encoder_identity, sentence_vectors
from ..operations.feature_missing import AddTextLength, Unit
from ..operations.feature_texts import (
    AddNumberInText,
    AddTopics,
    AddWord,
    Analyzer,
    Place,
    Term,
    term_counter,
    texts,
    words_of,
)
from .base import Candidate, Columns, Family, Training, fixed

UNITS: tuple[Unit, ...] = ("characters", "words", "digits", "capitals", "marks")
PLACES: tuple[Place, ...] = ("first", "last")
MAX_COLUMNS = 6
MAX_WORDS = 40
MIN_WORD_SHARE = 0.01
MIN_WORD_ROWS = 8
MAX_WORD_SHARE = 0.8
TOPICS = 8
MAX_TERMS = 1_000
MIN_LEVELS = 20
MAX_ENCODED = 1_500
"""Different texts up to which they are encoded: about a hundred take a second."""


def candidates(training: Training, columns: Columns) -> list[Candidate]:
    """Return what can be counted and found in texts, and in categories of many values."""
    many = [c for c in columns.categories if training.frame[c].nunique() >= MIN_LEVELS]
    found = []
    for column in (columns.texts + many)[:MAX_COLUMNS]:
        found += [
            fixed(AddTextLength(name=f"{column}_{unit}", column=column, unit=unit), "text")
            for unit in UNITS
        ]
        found += _words(training, column) + _numbers(training, column)
        if column in columns.texts:
            found.append(_topics(column, "word"))
            found += _meanings(training, column)
        found.append(_topics(column, "char_wb"))
    return found


def fit_topics(training: Training, column: str, analyzer: Analyzer, name: str) -> AddTopics:
    """Take the frequent terms of the training rows, their rarity, and their main directions."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfTransformer

    counter = term_counter(analyzer, max_features=MAX_TERMS, min_df=3)
    try:
        counts = counter.fit_transform(texts(training.frame, column))
    except ValueError:  # No term occurs three times.
        return AddTopics(name=name, column=column, analyzer=analyzer, terms={})
    weighing = TfidfTransformer().fit(counts)
    size = min(TOPICS, counts.shape[1] - 1)
    if size < 1:
        return AddTopics(name=name, column=column, analyzer=analyzer, terms={})
    found = TruncatedSVD(size, random_state=0).fit(weighing.transform(counts)).components_.T
    terms = {
        str(term): Term(weight=float(weight), topics=[float(share) for share in shares])
        for term, weight, shares in zip(
            counter.get_feature_names_out(), weighing.idf_, found, strict=True
        )
    }
    return AddTopics(name=name, column=column, analyzer=analyzer, terms=terms)


def _topics(column: str, analyzer: Analyzer) -> Candidate:
    name = f"{column}_{'topic' if analyzer == 'word' else 'letters'}"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_topics(training, column, analyzer, name)]

    return Candidate(id=f"text:{name}", family="text", title=name, fit=fit)


def fit_meanings(training: Training, column: str, name: str) -> AddMeanings:
    """Take the main directions of the sentence embeddings of the training rows."""
    from sklearn.decomposition import PCA

    identity = encoder_identity()
    vectors = sentence_vectors(texts(training.frame, column), identity)
    known = vectors[~np.isnan(vectors).any(axis=1)]
    found = PCA(min(TOPICS, *known.shape), random_state=0).fit(known)
    return AddMeanings(
        name=name,
        column=column,
        encoder=identity,
        center=[round(float(x), 6) for x in found.mean_],
        axes=[[round(float(x), 6) for x in axis] for axis in found.components_],
    )


def _meanings(training: Training, column: str) -> list[Candidate]:
    """Return what the encoder makes of a text, where it lies on disk and there is time for it."""
    if not Path(find_encoder(Settings()).path).is_dir():
        return []
    if not MIN_LEVELS <= training.frame[column].nunique() <= MAX_ENCODED:
        return []
    name = f"{column}_meaning"

    def fit(training: Training) -> list[AddFeature]:
        return [fit_meanings(training, column, name)]

    return [Candidate(id=f"text:{name}", family="text", title=name, fit=fit)]


def _words(training: Training, column: str) -> list[Candidate]:
    found = texts(training.frame, column)
    counts = Counter(word for text in found for word in words_of(text))
    least = max(MIN_WORD_ROWS, MIN_WORD_SHARE * len(found))
    usual = [w for w, n in counts.items() if least <= n <= MAX_WORD_SHARE * len(found)]
    ranked = sorted(usual, key=lambda word: (-counts[word], word))[:MAX_WORDS]
    return [
        fixed(AddWord(name=f"{column}_has_{word}", column=column, word=word), "text")
        for word in ranked
    ]


def _numbers(training: Training, column: str) -> list[Candidate]:
    made = [
        AddNumberInText(name=f"{place}_number_in_{column}", column=column, place=place)
        for place in PLACES
    ]
    return [fixed(operation, "text") for operation in made if _varies(operation, training)]


def _varies(operation: AddFeature, training: Training) -> bool:
    values = operation.compute(training.frame)[operation.name]
    return len(np.unique(values[~np.isnan(values)])) > 1


FAMILY = Family("text", "Lengths, words, numbers and topics of a text.", candidates)
