"""Ranking: how much each part of the evidence speaks for a record, and why.

The score of a hit is the sum of its reasons. Weights were chosen on demands over the offline
catalog and on the development queries of DataFinder; the suites `demands` and `datafinder` measure
them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .demand import Demand
from .domains import domains_of
from .matches import matches
from .records import Reason, Record
from .subject import Habits
from .text import spoken, topic_words, words

_WORDS_SHOWN = 6
_MANY_WORDS = 8


@dataclass(frozen=True)
class Weights:
    """What each part adds to the score at most."""

    dense: float = 1.0
    lexical: float = 0.9
    name: float = 0.25
    columns: float = 0.25
    task: float = 0.06
    size: float = 0.1
    modality: float = 0.06
    domain: float = 0.04
    language: float = 0.06
    license: float = 0.04
    year: float = 0.04
    popularity: float = 0.08
    named: float = 0.04
    votes: float = 0.06
    deprecated: float = -0.15
    access: float = -0.2

    def heard(self, words: Sequence[str]) -> "Weights":
        """Return the weights for a demand of so many words.

        One of three words is easily shared by chance, so the fewer there are the less it tells.
        """
        share = min(1.0, len(words) / _MANY_WORDS)
        return replace(self, lexical=share * self.lexical, name=share * self.name)


@dataclass(frozen=True)
class Query:
    """A demand, ready to be compared; `subject` is its text without habits of speech."""

    demand: Demand
    text: str
    subject: str
    words: list[str]
    topic: list[str]
    asked: list[list[str]]
    spoken: dict[str, str]

    @classmethod
    def of(cls, demand: Demand, habits: Habits) -> "Query":
        """Prepare a demand."""
        text = demand.topic or demand.text
        asked = [topic_words(name) for name in [demand.target or "", *demand.inputs]]
        topic = topic_words(text)
        return cls(
            demand,
            text,
            habits.subject(text),
            topic or words(text),
            topic,
            [each for each in asked if each],
            spoken(text),
        )

    def show(self, stems: Sequence[str]) -> str:
        """Return stems as the words of the demand they come from."""
        return ", ".join(self.spoken.get(word, word) for word in stems[:_WORDS_SHOWN])


@dataclass(frozen=True)
class Candidate:
    """A record that is judged, with its domains, the words of its names and of each column."""

    record: Record
    domains: frozenset[str]
    names: frozenset[str]
    columns: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, record: Record) -> "Candidate":
        """Count the words of a record."""
        names = frozenset(words(" ".join([record.title, *record.aliases])))
        columns = (frozenset(words(f"{c.name} {c.description or ''}")) for c in record.columns)
        return cls(record, frozenset(domains_of(record)), names, tuple(columns))


@dataclass(frozen=True)
class Evidence:
    """What the index measured of a record against a demand.

    Attributes:
        dense: cosine of demand and description.
        lexical: BM25 score as a share of the highest possible.
        popularity: logarithm of 1 + the popularity its source tells.
        named: logarithm of 1 + the number of other descriptions that name it.
        votes: how close to the demand those descriptions are.
        shared: words of the demand that the description has.
    """

    dense: float
    lexical: float
    popularity: float = 0.0
    named: float = 0.0
    votes: float = 0.0
    shared: Sequence[str] = ()


def reasons(
    candidate: Candidate,
    query: Query,
    evidence: Evidence,
    rarity: Mapping[str, float],
    weights: Weights,
) -> list[Reason]:
    """Return the parts of a record's score; parts that add nothing are left out.

    Args:
        candidate: what is judged.
        query: what is asked.
        evidence: what the index measured.
        rarity: how rare each word of the demand is, from 0 to 1.
        weights: what each part may add.
    """
    record = candidate.record
    parts = [
        *_measured(record, query, evidence, weights),
        _name(candidate, query, rarity, weights.name),
        _columns(candidate, query, weights.columns),
        *(
            Reason(part=part, value=share * getattr(weights, part), words=said)
            for part, (share, said) in matches(record, candidate.domains, query.demand).items()
        ),
    ]
    return [part for part in parts if part is not None and abs(part.value) > 1e-9]


def _measured(record: Record, query: Query, evidence: Evidence, weights: Weights) -> list[Reason]:
    """Put what the index measured into words."""
    count, naming = round(record.popularity), round(np.expm1(evidence.named))
    carried = f"{count:,} {'packages carry it or one' if count > 1 else 'package carries one'}"
    said = {
        "dense": f"its description means something close to the demand "
        f"(cosine {evidence.dense:.2f})",
        "lexical": f"its description has the words {query.show(evidence.shared)}",
        "popularity": f"{carried} of its name",
        "named": "another description names it"
        if naming == 1
        else f"{naming:,} other descriptions name it",
        "votes": "descriptions close to the demand name it",
    }
    return [
        Reason(part=part, value=getattr(weights, part) * getattr(evidence, part), words=words)
        for part, words in said.items()
    ]


def _name(
    candidate: Candidate, query: Query, rarity: Mapping[str, float], weight: float
) -> Reason | None:
    """Judge title and aliases by the share of the demand's words they name, rare ones first."""
    shared = [word for word in query.topic if word in candidate.names]
    if not shared:
        return None
    total = sum(rarity[word] for word in query.topic)
    share = sum(rarity[word] for word in shared) / total
    shown = query.show(shared)
    return Reason(part="name", value=weight * share, words=f"its title names {shown}")


def _columns(candidate: Candidate, query: Query, weight: float) -> Reason | None:
    """Judge by the share of the asked-for columns that are there."""
    held = candidate.columns
    if not query.asked or not held:
        return None
    shares = [max(_share(asked, column) for column in held) for asked in query.asked]
    value = weight * float(np.mean(shares))
    found = [word for asked in query.asked for word in asked if any(word in c for c in held)]
    shown = query.show(list(dict.fromkeys(found)))
    return Reason(part="columns", value=value, words=f"it has columns for {shown}")


def _share(asked: Sequence[str], held: frozenset[str]) -> float:
    return sum(word in held for word in asked) / len(asked)


def closeness(parts: Sequence[Reason], weights: Weights) -> float:
    """Return how much meaning, words and columns speak for a record, from 0 to about 2.

    Unlike the score it knows no popularity, size or doubt, so that one bound on it tells for any
    demand whether a record is about the subject at all.
    """
    values = {reason.part: reason.value for reason in parts}
    dense = values.get("dense", 0.0) / weights.dense
    lexical = values.get("lexical", 0.0) / weights.lexical
    columns = values.get("columns", 0.0) / weights.columns
    return dense + 0.5 * lexical + 0.2 * columns
