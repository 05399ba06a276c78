"""The dataset index: build it, open it, ask it.

Each build is a folder of its own; the file `current` names the one in use and is replaced in one
step, so that a reader sees the old index or the new one and never half of one.
"""

import hashlib
import json
import shutil
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from ..errors import ToolError
from ..settings import Settings
from .catalog import catalog, digest, finish, no_report
from .constraints import flags, unmet
from .demand import Demand
from .encoder import LONG, TOKENS, Encoder, Vectors
from .facets import Facets
from .lexical import Lexical, Scores
from .live.merge import merge
from .ranking import Candidate, Evidence, Query, Weights, closeness, reasons
from .record_file import RecordFile
from .records import Hit, Reason, Record, SearchResult
from .signals import Signals
from .subject import Habits
from .text import words
from .understand import understand
from .vectors import VectorStore

Report = Callable[..., None]

_POINTER = "current"
_FORMAT = 4
_CANDIDATES = 60
_BLOCK = 64
_NEAR_MISSES = 3
_TABLE_TEXT = 500
_TEXT = 1000
_WEIGHTS = Weights()
_LEAST_CLOSENESS = 0.48
_MORE_ELSEWHERE = 0.15
"""How much closer a record has to be that cannot be loaded: nobody can look at it from here."""
_LEAST_SHARE = 0.6
_JUDGED = 32
"""Records from elsewhere that are encoded for one search; those without its words come last."""


class IndexInfo(BaseModel):
    """What an index holds; `format` changes when older code cannot read the files."""

    records: int
    loadable: int
    sources: dict[str, int]
    encoder: str
    hash: str
    format: int = 0


def build_index(settings: Settings, report: Report = no_report) -> IndexInfo:
    """Make the index anew from every installed catalog source.

    Raises:
        ToolError: no source is installed, or the encoder cannot be loaded.
    """
    return write_index(settings, catalog(report), report)


_opened: dict[str, "DatasetIndex"] = {}


class DatasetIndex:
    """An open index."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._records = RecordFile(folder)
        self._facets = Facets.read(folder)
        self._info = _read_info(folder)
        self._lexical = Lexical.read(folder / "lexical")
        self._vectors = VectorStore.read(folder, settings)
        self._signals = Signals.read(folder)
        self._encoder = Encoder(settings)
        self._habits = Habits.read(settings.adapter)
        self._prior = _total(self._signals.prior, _WEIGHTS)
        self._candidates: dict[int, Candidate] = {}

    @classmethod
    def open(cls, settings: Settings) -> "DatasetIndex":
        """Open the index in use; a process opens it once.

        Raises:
            ToolError: there is none, or another version or encoder made it.
        """
        if not cls.exists(settings):
            raise ToolError("There is no index yet. Run: dataquarry index build")
        folder = _current(settings)
        if _read_info(folder).format != _FORMAT:
            raise ToolError(
                "The index was made by another version of DataQuarry. Run: dataquarry index build"
            )
        key = f"{folder}\n{settings.model_dump_json()}"
        if key not in _opened:
            _opened.clear()
            _opened[key] = cls._checked(settings, folder)
        return _opened[key]

    @classmethod
    def _checked(cls, settings: Settings, folder: Path) -> "DatasetIndex":
        index = cls(settings, folder)
        if index.info().encoder != index._encoder.identity:
            raise ToolError(
                f"The index was made with the encoder {index.info().encoder}, the setting is "
                f"{index._encoder.identity}. Run: dataquarry index build"
            )
        return index

    @staticmethod
    def exists(settings: Settings) -> bool:
        """Tell whether there is an index."""
        return (settings.index_dir / _POINTER).is_file()

    def info(self) -> IndexInfo:
        """Return what the index holds."""
        return self._info

    def records(self) -> Sequence[Record]:
        """Return every record, in the order of the index."""
        return self._records

    def get(self, record_id: str) -> Record | None:
        """Return the record of that id, see `record`; None where there is none."""
        place = self._records.place(record_id)
        return None if place is None else self._records[place]

    @property
    def facets(self) -> Facets:
        """What records are filtered by."""
        return self._facets

    def cosines(self, vector: Vectors) -> Scores:
        """Return the cosine of a unit vector with the vector of each record, by position."""
        return self._vectors.scores(vector)

    def vectors(self, places: Sequence[int]) -> Vectors:
        """Return the vectors of some positions, float32 of shape (places, dimensions)."""
        return self._vectors.vectors(places)

    def record(self, record_id: str) -> Record:
        """Return the record of that id; the id of a merged copy gives the record it went into.

        Raises:
            ToolError: there is none.
        """
        return self._records[self.place(record_id)]

    def place(self, record_id: str) -> int:
        """Return the position of the record of that id, or of what it was merged into.

        Raises:
            ToolError: there is none.
        """
        place = self._records.place(record_id)
        if place is None:
            raise ToolError(f"The index has no dataset {record_id!r}; search for one first.")
        return place

    def add(self, records: Sequence[Record], report: Report = no_report) -> IndexInfo:
        """Add records, or replace those of the same id, and put the new index in use."""
        new = {record.id: record for record in records}
        kept = [record for record in self._records if record.id not in new]
        info = write_index(self._settings, finish([*kept, *new.values()]), report)
        self.__init__(self._settings, _current(self._settings))  # type: ignore[misc]
        return info

    def search(
        self, demand: str | Demand, k: int = 10, others: Sequence[Record] = ()
    ) -> SearchResult:
        """Return the datasets that serve a demand, best first, each with its reasons.

        Args:
            demand: plain words, or a Demand already understood.
            k: the greatest number of hits.
            others: records that are not in the index, judged beside those that are.

        Raises:
            ToolError: the demand is empty.
        """
        wanted = understand(demand) if isinstance(demand, str) else demand
        ranked = self.rank(wanted)
        if others:
            ranked = self._beside(ranked, wanted, others)
        weights = _WEIGHTS.heard(Query.of(wanted, self._habits).words)
        about = {hit.record.id for hit in ranked if _is_about(hit, weights)}
        close = [hit for hit in ranked if hit.record.id in about]
        if not close:
            note = f"Nothing in the index of {len(self._records):,} datasets is about this."
            return SearchResult(note=note)
        level = _LEAST_SHARE * close[0].score
        serving = [
            hit
            for hit in ranked
            if not hit.unmet and (hit.record.loadable or hit.record.id in about)
        ]
        misses = [hit for hit in close if hit.unmet and hit.score >= level][:_NEAR_MISSES]
        if not serving or serving[0].score < level:
            note = f"Datasets on this subject break a constraint: {close[0].unmet[0]}."
            return SearchResult(near_misses=misses, note=note)
        return SearchResult(hits=serving[:k], near_misses=misses)

    def rank(
        self, demand: Demand, candidates: int = _CANDIDATES, until: int | None = None
    ) -> list[Hit]:
        """Return the best candidates as hits, best first, also those that break a constraint.

        Args:
            demand: what is wanted.
            candidates: how many records to judge closely; as many again that break no constraint.
            until: leaves out records of a later year.
        """
        query = Query.of(demand, self._habits)
        weights = _WEIGHTS.heard(query.words)
        measured, total = self._measure(query, weights, until)
        chosen = self._chosen(total, demand, candidates)
        holders = {word: self._lexical.holding(word, chosen) for word in query.words}
        rarity = {word: self._lexical.weight(word) for word in (*query.words, *query.topic)}
        hits = []
        for place in chosen:
            shared = [word for word in query.words if place in holders[word]]
            evidence = Evidence(**{n: float(v[place]) for n, v in measured.items()}, shared=shared)
            parts = reasons(self._candidate(place), query, evidence, rarity, weights)
            hits.append(self._hit(self._records[place], parts, demand))
        return sorted(hits, key=lambda hit: (-hit.score, hit.record.id))

    def prepare(self, records: Sequence[Record], until: float) -> None:
        """Encode records that will be judged, up to a time of `time.monotonic`."""
        for record in records:
            if time.monotonic() < until:
                self._encoder.encode_few([_brief(record)])

    def judge(self, demand: Demand, records: Sequence[Record]) -> list[Hit]:
        """Return records that are not in the index as hits, measured as those in it are.

        How rare a word is, is taken from the index; nobody in it names these records.
        """
        query = Query.of(demand, self._habits)
        texts = [record.search_text() for record in records]
        lexical = self._lexical.scores_of(query.words, texts, self._habits.stress)
        few = np.argsort(-lexical, kind="stable")[:_JUDGED].tolist()
        vectors = self._encoder.encode_few([_brief(records[place]) for place in few])
        dense = vectors @ self._encode(query)
        weights = _WEIGHTS.heard(query.words)
        rarity = {word: self._lexical.weight(word) for word in (*query.words, *query.topic)}
        hits = []
        for place, cosine in zip(few, dense, strict=True):
            record, held = records[place], set(words(texts[place]))
            evidence = Evidence(
                dense=float(cosine),
                lexical=float(lexical[place]),
                popularity=float(np.log1p(record.popularity)),
                shared=[word for word in query.words if word in held],
            )
            parts = reasons(Candidate.of(record), query, evidence, rarity, weights)
            hits.append(self._hit(record, [_told(part, record) for part in parts], demand))
        return hits

    def _beside(self, ranked: list[Hit], demand: Demand, others: Sequence[Record]) -> list[Hit]:
        """Return the hits of the index and of other records, each dataset once."""
        merged = merge([hit.record for hit in ranked], others)
        kept = [hit for hit in ranked if hit.record.id not in merged.replaced]
        hits = [
            self._hit(merged.indexed.get(hit.record.id, hit.record), hit.reasons, demand)
            for hit in kept
        ]
        hits += self.judge(demand, merged.live) if merged.live else []
        return sorted(hits, key=lambda hit: (-hit.score, hit.record.id))

    def totals(self, demand: Demand) -> Scores:
        """Return what each record scores before the closer look, by position."""
        query = Query.of(demand, self._habits)
        return self._measure(query, _WEIGHTS.heard(query.words))[1]

    def prior(self) -> Scores:
        """Return what each record scores whatever the demand is, by position."""
        return self._prior

    def _measure(
        self, query: Query, weights: Weights, until: int | None = None
    ) -> tuple[dict[str, Scores], Scores]:
        """Return each part that is measured for all records at once, and their total.

        A record newer than the year `until` has a dense part of -inf, which leaves it out.
        """
        dense = self._vectors.scores(self._encode(query))
        if until is not None:
            dense = np.where(self._facets.years <= until, dense, np.float32(-np.inf))
        asked = {
            "dense": dense,
            "lexical": self._lexical.scores(query.words, self._habits.stress),
            "votes": self._signals.votes(dense),
        }
        return self._signals.prior | asked, self._prior + _total(asked, weights)

    def _encode(self, query: Query) -> Vectors:
        """Return the unit vector between the demand and its subject."""
        texts = list(dict.fromkeys([query.text, query.subject]))
        total = self._encoder.encode_queries(texts).sum(axis=0)
        unit: Vectors = total / np.linalg.norm(total)
        return unit

    def _chosen(self, total: Scores, demand: Demand, count: int) -> list[int]:
        """Return the positions worth a closer look: the best, and the best that break nothing."""
        allowed = np.where(self._facets.allowed(demand), total, -np.inf)
        return list(dict.fromkeys([*_best(allowed, count), *_best(total, count)]))

    def _candidate(self, place: int) -> Candidate:
        if place not in self._candidates:
            self._candidates[place] = Candidate.of(self._records[place])
        return self._candidates[place]

    def _hit(self, record: Record, parts: list[Reason], demand: Demand) -> Hit:
        return Hit(
            record=record,
            score=sum(part.value for part in parts),
            reasons=parts,
            unmet=unmet(record, demand),
            flags=flags(record, demand),
        )


def _best(scores: Scores, count: int) -> list[int]:
    """Return the positions of the highest scores, highest first; -inf is never among them.

    As many blocks of scores have their highest at a bound or above it, so the best do too.
    """
    blocks = np.arange(0, len(scores), _BLOCK)
    bound = -np.inf
    if len(blocks) > count:
        bound = np.partition(np.maximum.reduceat(scores, blocks), -count)[-count]
    there = np.flatnonzero((scores >= bound) & (scores > -np.inf))
    order = np.argsort(-scores[there], kind="stable")[:count]
    return [int(place) for place in there[order]]


def _is_about(hit: Hit, weights: Weights) -> bool:
    """Tell whether a record is close enough to the demand to be about it."""
    least = _LEAST_CLOSENESS + (0.0 if hit.record.loadable else _MORE_ELSEWHERE)
    return closeness(hit.reasons, weights) >= least


def _told(part: Reason, record: Record) -> Reason:
    """Return a reason; that of popularity in the words of the record's own source."""
    said = record.provenance.get("popularity")
    return part.model_copy(update={"words": said}) if part.part == "popularity" and said else part


def _brief(record: Record) -> str:
    """Return a shorter `embedded_text`: what comes with a search is encoded while it waits."""
    short = {"description": record.description[:200], "columns": record.columns[:10]}
    return embedded_text(record.model_copy(update=short))


def _total(measured: Mapping[str, Scores], weights: Weights) -> Scores:
    total = sum(np.float32(getattr(weights, part)) * values for part, values in measured.items())
    return np.asarray(total, dtype=np.float32)


def _read_info(folder: Path) -> IndexInfo:
    return IndexInfo.model_validate_json((folder / "info.json").read_text(encoding="utf-8"))


def _current(settings: Settings) -> Path:
    return settings.index_dir / (settings.index_dir / _POINTER).read_text().strip()


def write_index(settings: Settings, records: list[Record], report: Report = no_report) -> IndexInfo:
    """Write an index of these records aside and put it in use.

    Args:
        settings: workspace and encoder.
        records: what the index is to hold, in any order.
        report: told the progress.

    Raises:
        ToolError: the encoder cannot be loaded.
    """
    encoder = Encoder(settings)
    vectors = embed(records, encoder, report)
    info = _describe(records, encoder)
    folder = settings.index_dir / f"{info.hash[:12]}-{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    report("Writing the index", 0.9)
    _fill(folder, records, vectors, info, settings)
    _put_in_use(settings, folder)
    report("Index ready", 1.0)
    return info


def _fill(
    folder: Path, records: list[Record], vectors: Vectors, info: IndexInfo, settings: Settings
) -> None:
    RecordFile.write(folder, records)
    Facets.build(records).write(folder)
    Lexical.build([record.search_text() for record in records]).write(folder / "lexical")
    Signals.build(records).write(folder)
    VectorStore.write(folder, [record.id for record in records], vectors, settings)
    (folder / "info.json").write_text(info.model_dump_json())


def _put_in_use(settings: Settings, folder: Path) -> None:
    aside = settings.index_dir / f"{_POINTER}-{uuid.uuid4().hex[:8]}"
    aside.write_text(folder.name)
    aside.replace(settings.index_dir / _POINTER)
    for old in settings.index_dir.iterdir():
        if old.is_dir() and old != folder:
            shutil.rmtree(old)


def _describe(records: list[Record], encoder: Encoder) -> IndexInfo:
    sources: dict[str, int] = {}
    for record in records:
        sources[record.source] = sources.get(record.source, 0) + 1
    total = json.dumps([digest(records), encoder.identity])
    return IndexInfo(
        records=len(records),
        loadable=sum(record.loadable for record in records),
        sources=sources,
        encoder=encoder.identity,
        format=_FORMAT,
        hash=hashlib.sha256(total.encode()).hexdigest(),
    )


def embed(records: Sequence[Record], encoder: Encoder, report: Report = no_report) -> Vectors:
    """Return the vector of each record, float32 of shape (records, dimensions).

    A table is known by its columns too; of any other dataset more of the description is read.
    """
    texts = np.array([embedded_text(record) for record in records], dtype=object)
    tables = np.array([bool(record.columns) for record in records])
    found: dict[int, Vectors] = {}
    for tokens, chosen in ((LONG, ~tables), (TOKENS, tables)):
        places = np.flatnonzero(chosen)
        if len(places):
            vectors = encoder.encode(list(texts[places]), report, tokens)
            found.update(zip(places.tolist(), vectors, strict=True))
    return np.stack([found[place] for place in range(len(records))])


def embedded_text(record: Record) -> str:
    """Return the text the bi-encoder reads: title, start of the description, column names."""
    names = ", ".join(column.name for column in record.columns[:30])
    length = _TABLE_TEXT if names else _TEXT
    return f"{record.title}. {record.description[:length]}" + (
        f" Columns: {names}" if names else ""
    )
