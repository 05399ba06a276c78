"""Ranking: how much each part of the evidence speaks for a record, and why.

The score of a hit is the sum of its reasons. Weights were chosen on demands over the offline
catalog; `evals/suites/demands.py` measures them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .demand import Demand
from .lexical import Lexical
from .records import Reason, Record
from .text import topic_words, words

_WORDS_SHOWN = 6


@dataclass(frozen=True)
class Weights:
    """What each part adds to the score at most."""

    dense: float = 1.0
    lexical: float = 0.9
    name: float = 0.25
    columns: float = 0.35
    task: float = 0.06
    popularity: float = 0.05
    deprecated: float = -0.15
    not_loadable: float = -0.2


@dataclass(frozen=True)
class Query:
    """A demand, ready to be compared with records."""

    demand: Demand
    text: str
    words: list[str]
    topic: list[str]
    asked: list[list[str]]

    @classmethod
    def of(cls, demand: Demand) -> "Query":
        """Prepare a demand."""
        text = demand.topic or demand.text
        asked = [topic_words(name) for name in [demand.target or "", *demand.inputs]]
        topic = topic_words(text)
        return cls(demand, text, topic or words(text), topic, [each for each in asked if each])


def reasons(
    record: Record, query: Query, dense: float, lexical: float, lexicon: Lexical, weights: Weights
) -> list[Reason]:
    """Return the parts of a record's score; parts that add nothing are left out.

    Args:
        record: what is judged.
        query: what is asked.
        dense: cosine of demand and description.
        lexical: BM25 score as a share of the highest possible.
        lexicon: tells how rare a word is.
        weights: what each part may add.
    """
    parts = [
        Reason(
            part="dense",
            value=weights.dense * dense,
            words=f"its description means something close to the demand (cosine {dense:.2f})",
        ),
        _lexical(record, query, lexical * weights.lexical),
        _name(record, query, lexicon, weights.name),
        _columns(record, query, weights.columns),
        _task(record, query.demand, weights.task),
        _popularity(record, weights.popularity),
        _doubts(record, weights),
    ]
    return [part for part in parts if part is not None and abs(part.value) > 1e-9]


def _lexical(record: Record, query: Query, value: float) -> Reason:
    held = set(words(record.search_text()))
    shared = [word for word in query.words if word in held]
    shown = ", ".join(shared[:_WORDS_SHOWN])
    return Reason(part="lexical", value=value, words=f"its description has the words {shown}")


def _name(record: Record, query: Query, lexicon: Lexical, weight: float) -> Reason | None:
    """Judge the title by the share of its weight of words that the demand names, and back."""
    named = set(words(" ".join([record.title, *record.aliases])))
    shared = [word for word in query.topic if word in named]
    if not shared:
        return None
    total = sum(lexicon.weight(word) for word in query.topic)
    share = sum(lexicon.weight(word) for word in shared) / total
    shown = ", ".join(shared[:_WORDS_SHOWN])
    return Reason(part="name", value=weight * share, words=f"its title names {shown}")


def _columns(record: Record, query: Query, weight: float) -> Reason | None:
    """Judge by the share of the asked-for columns that are there."""
    if not query.asked or not record.columns:
        return None
    held = [set(words(f"{c.name} {c.description or ''}")) for c in record.columns]
    shares = [max(_share(asked, column) for column in held) for asked in query.asked]
    value = weight * float(np.mean(shares))
    found = [" ".join(a) for a, share in zip(query.asked, shares, strict=True) if share > 0]
    return Reason(part="columns", value=value, words=f"it has columns for {', '.join(found)}")


def _share(asked: Sequence[str], held: set[str]) -> float:
    return sum(word in held for word in asked) / len(asked)


def _task(record: Record, demand: Demand, weight: float) -> Reason | None:
    if not demand.task or demand.task not in record.tasks:
        return None
    return Reason(part="task", value=weight, words=f"its columns allow {demand.task}")


def _popularity(record: Record, weight: float) -> Reason | None:
    if record.popularity <= 1:
        return None
    return Reason(
        part="popularity",
        value=weight * float(np.log(record.popularity)),
        words=f"{record.popularity:.0f} packages carry it or one of its name",
    )


def _doubts(record: Record, weights: Weights) -> Reason | None:
    if record.deprecation and record.deprecation.status != "warning":
        return Reason(part="deprecated", value=weights.deprecated, words="it is deprecated")
    if not record.loadable:
        return Reason(
            part="access", value=weights.not_loadable, words="it cannot be loaded from here"
        )
    return None
