"""What the bi-encoder learns from: demands with the dataset that serves, and demands in two forms.

Lines are known by their fields, whatever their file is called:

| fields | what it is |
|---|---|
| `query`, `dataset` | a demand and the id of a dataset that serves it |
| `sentence`, `dataset`, `variants` | a sentence that names a dataset; the names are taken out |
| `summary`, `keyphrases` | one demand as a sentence and as keyphrases |

`queries_*.jsonl` are for measuring; nothing is learned from them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import ToolError
from ..settings import Settings
from .corpora import CORPUS, read_corpus, read_lines
from .index import DatasetIndex
from .lexical import Lexical
from .records import Record
from .text import words

_LEAST_WORDS = 3
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MEASURING = "queries_"


@dataclass(frozen=True)
class Pair:
    """A demand and the position of a record that serves it."""

    query: str
    place: int


@dataclass(frozen=True)
class Forms:
    """One demand as a sentence and as keyphrases."""

    sentence: str
    keyphrases: str


@dataclass
class TrainingData:
    """Records and what is asked of them."""

    records: Sequence[Record]
    pairs: list[Pair] = field(default_factory=list)
    forms: list[Forms] = field(default_factory=list)

    @property
    def objective(self) -> str:
        """The objective that the data suits best."""
        return "distill" if self.forms else "contrastive"


def read_training(folder: Path, settings: Settings) -> TrainingData:
    """Read the training data of a folder.

    Args:
        folder: holds JSON lines; where it has a `corpus.jsonl`, ids are those of its datasets,
            else those of the index in use.
        settings: the workspace with the index.

    Raises:
        ToolError: no line holds anything to learn from, or a line is not JSON.
    """
    if not folder.is_dir():
        raise ToolError(f"No folder {folder}. Give the folder that holds the training data.")
    has_corpus = (folder / CORPUS).is_file()
    records = read_corpus(folder / CORPUS) if has_corpus else _indexed(settings)
    data = TrainingData(records)
    places = _places(records)
    for line in _training_lines(folder):
        if "keyphrases" in line and "summary" in line:
            if words(line["summary"]) and words(line["keyphrases"]):
                data.forms.append(Forms(line["summary"], line["keyphrases"]))
        elif (place := places.get(line.get("dataset", ""))) is not None:
            query = line.get("query") or without_names(line.get("sentence", ""), line)
            if len(words(query)) >= _LEAST_WORDS or line.get("query"):
                data.pairs.append(Pair(query, place))
    if not data.pairs and not data.forms:
        raise ToolError(
            f"{folder} holds nothing to learn from: lines need query and dataset, sentence and "
            "dataset (an id of the corpus or of the index), or summary and keyphrases."
        )
    return data


def catalog_pairs(settings: Settings) -> TrainingData:
    """Make demands from the descriptions of the index in use: first sentences without the names.

    Raises:
        ToolError: there is no index, or no record of it has a description.
    """
    data = TrainingData(_indexed(settings))
    for place, record in enumerate(data.records):
        names = {"dataset": record.title, "variants": record.aliases}
        for sentence in _SENTENCE.split(record.description)[:2]:
            query = without_names(sentence, names)
            if len(words(query)) >= _LEAST_WORDS:
                data.pairs.append(Pair(query[:300], place))
    if not data.pairs:
        raise ToolError("No record of the index has a description to make demands from.")
    return data


def hard_negatives(data: TrainingData, count: int) -> list[list[int]]:
    """Return for each pair the records that share most words with its demand, but for its own.

    Records that other pairs give for the same demand are left out too. Scores are those of BM25.
    """
    lexical = Lexical.build([record.search_text() for record in data.records])
    serving: dict[str, set[int]] = {}
    for pair in data.pairs:
        serving.setdefault(pair.query, set()).add(pair.place)
    return [
        _first_without(lexical.scores(words(pair.query)), serving[pair.query], count)
        for pair in data.pairs
    ]


def without_names(sentence: str, line: dict[str, Any]) -> str:
    """Return a sentence without the names of a dataset, longest first."""
    names = {line["dataset"], *line.get("variants", [])}
    for name in sorted(filter(None, names), key=len, reverse=True):
        sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", sentence, flags=re.IGNORECASE)
    return " ".join(sentence.split())


def _first_without(scores: Any, excluded: set[int], count: int) -> list[int]:
    order = (-scores).argsort(kind="stable")[: count + len(excluded)]
    return [int(place) for place in order if int(place) not in excluded][:count]


def _indexed(settings: Settings) -> Sequence[Record]:
    return DatasetIndex.open(settings).records()


def _places(records: Sequence[Record]) -> dict[str, int]:
    """Return the position of each record by its id and by the id that its source uses."""
    found: dict[str, int] = {}
    for place, record in enumerate(records):
        for name in (record.id, record.native, *record.same_as):
            found.setdefault(name, place)
    return found


def _training_lines(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        if file.name == CORPUS or file.name.startswith(_MEASURING):
            continue
        for number, line in read_lines(file):
            if not isinstance(line, dict):
                raise ToolError(f"{file.name}, line {number}: not a JSON object.")
            yield line
