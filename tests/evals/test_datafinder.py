"""The suite `datafinder` on a small corpus, and on the development queries where these are."""

import json
from pathlib import Path

import pytest
from dataquarry import Settings, ToolError
from dataquarry.evals.suite import run_suite

_CORPUS = [
    {"id": "Newer", "contents": "Questions on paragraphs, answered.", "variants": [], "year": 2020},
    {
        "id": "Reader",
        "contents": "Questions that crowd workers asked about paragraphs of articles, with spans.",
        "variants": ["Reader", "Reader dev", "Reader test"],
        "year": 2016,
    },
    {"id": "Digits", "contents": "Images of handwritten digits.", "variants": ["Digits"]},
    {"id": "Roads", "contents": "Street scenes from a car, segmented.", "variants": []},
    {"id": "Speech", "contents": "Audio books read aloud, with transcripts.", "variants": []},
    {"id": "Parallel", "contents": "Sentences in English and German.", "variants": []},
]
_QUERIES = [
    {
        "qid": "q1",
        "query": "I want to build a system that answers questions about paragraphs of text.",
        "keyphrase_query": "question answering paragraphs",
        "year": 2016,
        "relevant": ["Reader"],
    },
    {
        "qid": "q2",
        "query": "We propose a network that reads handwritten digits.",
        "keyphrase_query": "handwritten digits images",
        "year": 2016,
        "relevant": ["Digits"],
        "relevant_not_in_corpus": 1,
    },
]


def write(folder: Path, corpus: list[dict], queries: list[dict]) -> Path:
    for name, lines in (("corpus", corpus), ("queries_own", queries)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def test_ranks_both_forms_beside_the_baselines(tmp_path: Path, settings: Settings) -> None:
    data = tmp_path / "data"
    data.mkdir()
    out = tmp_path / "report"
    result = run_suite("datafinder", write(data, _CORPUS, _QUERIES), out, settings=settings)
    plot = (out / "datafinder.svg").read_text()
    assert all(f"<!-- {words} -->" in plot for words in ("R@5", "MRR", "BM25", "shipped ranking"))
    summary = result["summary"]
    # The newer dataset is left out, so that the right one is first; half of q2 is out of reach.
    for form in ("sentence", "keyphrase"):
        assert summary[form] == {"P@5": 0.2, "R@5": 0.75, "MAP": 0.75, "MRR": 1.0}
        assert set(summary["bootstrap"][form]) == {"vs_bm25", "vs_bi_encoder"}
    assert summary["baselines"]["bm25"]["keyphrase"]["MRR"] == 1
    assert [case["id"] for case in result["cases"]] == ["q1", "q2"]
    assert not (settings.home / "index").exists()


def test_a_line_that_is_no_query_is_named(tmp_path: Path, settings: Settings) -> None:
    broken = [{key: value for key, value in _QUERIES[0].items() if key != "keyphrase_query"}]
    with pytest.raises(ToolError, match=r"queries_own\.jsonl, line 1: keyphrase_query"):
        run_suite("datafinder", write(tmp_path, _CORPUS, broken), settings=settings)


def test_a_folder_without_queries_is_told(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "corpus.jsonl").write_text(json.dumps(_CORPUS[0]))
    with pytest.raises(ToolError, match="queries"):
        run_suite("datafinder", tmp_path, settings=settings)
