"""Suite `datafinder`: does the ranking find the datasets that experts name for a demand?

The folder is in the form of DataFinder (Viswanathan et al., ACL 2023): `corpus.jsonl` with the
datasets and `queries_*.jsonl` with demands, each as a sentence and as keyphrases. The ranking is
that of the product with its default weights, over an index of the corpus; datasets newer than the
year of a query are left out, also for the baselines.
"""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ...retrieval.corpora import CORPUS, read_corpus
from ...retrieval.encoder import Encoder, share_cache
from ...retrieval.index import DatasetIndex, embed, write_index
from ...retrieval.lexical import Lexical
from ...retrieval.records import Record
from ...retrieval.text import words
from ...retrieval.understand import understand
from ...settings import Settings
from ..cases import read_cases
from ..ranking_plot import draw_rankings
from ..relevance import FIGURES, Figures, figures, mean, paired_bootstrap
from ..suite import Outcome, Report, Suite

QUERIES = "queries_*.jsonl"
FORMS = {"sentence": "query", "keyphrase": "keyphrase_query"}
"""Name of each form of a query in the report, and the field that holds it."""
DEPTH = 200
"""How much of each list is looked at; what comes later counts as not found."""

Rank = Callable[[str, int | None], list[str]]


class QueryCase(BaseModel):
    """One demand with the datasets that experts chose for it."""

    model_config = ConfigDict(populate_by_name=True)

    id: str = Field(alias="qid")
    query: str = Field(min_length=1)
    keyphrase_query: str = Field(min_length=1)
    year: int | None = None
    relevant: list[str]
    relevant_not_in_corpus: int = 0


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Rank the corpus for every query in both forms, with the product and with the baselines."""
    queries = _queries(data, limit)
    records = read_corpus(data / CORPUS)
    with tempfile.TemporaryDirectory(prefix="dataquarry-eval-") as folder:
        workspace = share_cache(settings, Path(folder))
        write_index(workspace, records, report)
        index = DatasetIndex.open(workspace)
        rankers = {"shipped": _shipped(index), **_baselines(records, workspace, report)}
        measured = {
            (form, name): _measure(rank, queries, field, f"{form}, {name}", report)
            for form, field in FORMS.items()
            for name, rank in rankers.items()
        }
    return Outcome(summary=_summary(measured, list(rankers)[1:]), cases=_cases(queries, measured))


def _queries(data: Path, limit: int | None) -> list[QueryCase]:
    """Return the queries of every file that name a relevant dataset."""
    files = sorted(data.glob(QUERIES)) or [data / "queries_dev.jsonl"]
    found = [case for path in files for case in read_cases(path, QueryCase)]
    return [case for case in found if case.relevant or case.relevant_not_in_corpus][:limit]


def _shipped(index: DatasetIndex) -> Rank:
    def rank(text: str, year: int | None) -> list[str]:
        hits = index.rank(understand(text), candidates=DEPTH, until=year)
        return [hit.record.native for hit in hits][:DEPTH]

    return rank


def _baselines(records: Sequence[Record], settings: Settings, report: Report) -> dict[str, Rank]:
    """Return BM25 and the base bi-encoder alone, both on the words of the query as they are."""
    lexical = Lexical.build([record.search_text() for record in records])
    encoder = Encoder(settings.model_copy(update={"adapter": "none"}))
    vectors = embed(records, encoder, report)
    names = np.array([record.native for record in records], dtype=object)
    years = np.array([int(record.date or 0) for record in records])

    def best(scores: Any, year: int | None) -> list[str]:
        there = np.flatnonzero(years <= year) if year else np.arange(len(years))
        order = there[np.argsort(-scores[there], kind="stable")]
        return list(names[order[:DEPTH]])

    return {
        "bm25": lambda text, year: best(lexical.scores(words(text)), year),
        "bi_encoder": lambda text, year: best(vectors @ encoder.encode_queries([text])[0], year),
    }


def _measure(
    rank: Rank, queries: Sequence[QueryCase], field: str, name: str, report: Report
) -> Figures:
    rows = []
    for number, case in enumerate(queries):
        if number % 20 == 0:
            report(f"Ranking: {name}", number / len(queries))
        ranked = rank(getattr(case, field), case.year)
        rows.append(figures(ranked, set(case.relevant), case.relevant_not_in_corpus))
    return np.array(rows)


def _summary(measured: dict[tuple[str, str], Figures], baselines: list[str]) -> dict[str, Any]:
    forms = {form: mean(measured[form, "shipped"]) for form in FORMS}
    return {
        **forms,
        "baselines": {
            name: {form: mean(measured[form, name]) for form in FORMS} for name in baselines
        },
        "bootstrap": {
            form: {
                f"vs_{name}": paired_bootstrap(measured[form, "shipped"], measured[form, name])
                for name in baselines
            }
            for form in FORMS
        },
        "queries": len(next(iter(measured.values()))),
    }


def _cases(
    queries: Sequence[QueryCase], measured: dict[tuple[str, str], Figures]
) -> list[dict[str, Any]]:
    shown = FIGURES.index("R@5"), FIGURES.index("MRR")
    return [
        {
            "id": case.id,
            "query": case.query,
            **{
                f"{form}_{FIGURES[place]}": round(float(measured[form, "shipped"][row, place]), 3)
                for form in FORMS
                for place in shown
            },
        }
        for row, case in enumerate(queries)
    ]


SUITE = Suite(
    name="datafinder",
    about="P@5, R@5, MAP and MRR of datasets found for expert demands, as sentences and "
    "as keyphrases, beside BM25 and the base bi-encoder.",
    needs_data=True,
    run=run,
    draw=draw_rankings,
)
