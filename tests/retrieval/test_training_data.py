"""Reading what to learn from."""

import json

import pytest
from dataquarry import ToolError
from dataquarry.retrieval.corpora import read_corpus
from dataquarry.retrieval.index import write_index
from dataquarry.retrieval.records import Record
from dataquarry.retrieval.training_data import (
    catalog_pairs,
    hard_negatives,
    read_training,
    without_names,
)

_CORPUS = [
    {"id": "Whales", "contents": "Songs of whales in the sea.", "title": "Singing", "year": 2010},
    {"id": "Birds", "contents": "Songs of birds in gardens.", "variants": ["Birds", "Birds dev"]},
    {"id": "Roads", "contents": "Street scenes from a car."},
]


def write(folder, name, lines):
    (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, "corpus", _CORPUS)
    return tmp_path


def test_a_corpus_becomes_records(folder):
    whales, birds, _ = read_corpus(folder / "corpus.jsonl")
    assert (whales.id, whales.title, whales.date) == ("corpus:Whales", "Whales", "2010")
    assert whales.description == "Singing. Songs of whales in the sea."
    assert (birds.popularity, birds.aliases, birds.date) == (2, ["Birds dev"], None)


def test_a_line_of_a_corpus_that_does_not_fit_is_named(tmp_path):
    write(tmp_path, "corpus", [_CORPUS[0], {"id": "x"}])
    with pytest.raises(ToolError, match=r"corpus\.jsonl, line 2: contents"):
        read_corpus(tmp_path / "corpus.jsonl")


def test_lines_are_known_by_their_fields_and_queries_to_measure_on_are_left_out(folder, settings):
    write(
        folder,
        "mixed",
        [
            {"query": "whale songs", "dataset": "Whales"},
            {"sentence": "We classify songs from the Birds dev recordings.", "dataset": "Birds",
             "variants": ["Birds", "Birds dev"]},
            {"sentence": "Too short: Birds.", "dataset": "Birds"},
            {"query": "ships", "dataset": "Unknown"},
            {"summary": "We find birds by song.", "keyphrases": "bird detection"},
        ],
    )  # fmt: skip
    write(folder, "queries_dev", [{"query": "street scenes", "dataset": "Roads"}])
    data = read_training(folder, settings)
    assert [(pair.query, pair.place) for pair in data.pairs] == [
        ("whale songs", 0),
        ("We classify songs from the recordings.", 1),
    ]
    assert [each.keyphrases for each in data.forms] == ["bird detection"]
    assert data.objective == "distill"


def test_a_folder_with_nothing_to_learn_from_is_told(folder, settings):
    with pytest.raises(ToolError, match="nothing to learn from"):
        read_training(folder, settings)
    with pytest.raises(ToolError, match="No folder"):
        read_training(folder / "absent", settings)


def test_hard_negatives_share_words_and_never_serve(folder, settings):
    write(folder, "pairs", [{"query": "songs of animals", "dataset": "Whales"}])
    assert hard_negatives(read_training(folder, settings), 1) == [[1]]


def test_demands_made_from_the_index_do_not_name_the_dataset(settings):
    text = "Whales holds songs that whales sing in the sea. Recorded by boats in the north sea."
    write_index(
        settings,
        [
            Record(id="own:w", source="own", native="w", title="Whales", description=text),
            Record(id="own:n", source="own", native="n", title="Nothing said"),
        ],
    )
    queries = [pair.query for pair in catalog_pairs(settings).pairs]
    assert queries == [
        "holds songs that sing in the sea.",
        "Recorded by boats in the north sea.",
    ]


def test_names_are_taken_out_whole_and_longest_first():
    line = {"dataset": "COCO", "variants": ["COCO test-dev"]}
    assert without_names("On COCO test-dev and Cocoa, coco.", line) == "On and Cocoa, ."
