"""Training on a handful of demands: what is written, used and told."""

import json

import numpy as np
import pytest
from dataquarry import Settings, ToolError
from dataquarry.retrieval.adapter import read_adapter
from dataquarry.retrieval.corpora import read_corpus
from dataquarry.retrieval.encoder import Encoder
from dataquarry.retrieval.index import DatasetIndex, write_index
from dataquarry.retrieval.training import TrainingPlan, train
from dataquarry.retrieval.training_data import read_training

_TOPICS = ["whale songs", "bird calls", "street scenes", "wine prices", "chess games"]


@pytest.fixture
def data(tmp_path):
    corpus = [{"id": f"D{i}", "contents": f"Data on {t}."} for i, t in enumerate(_TOPICS)]
    forms = [
        {"summary": f"We propose a novel model, number {i}, of {t}.", "keyphrases": t}
        for i in range(5)
        for t in _TOPICS
    ]
    pairs = [
        {"query": f"{way} {topic}", "dataset": f"D{i}"}
        for way in ("learn from", "look at", "tell apart")
        for i, topic in enumerate(_TOPICS)
    ]
    folder = tmp_path / "data"
    folder.mkdir()
    for name, lines in {"corpus": corpus, "forms": forms, "pairs": pairs}.items():
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def told():
    messages = []
    return messages, lambda message, share=None: messages.append(message)


def test_distillation_learns_an_adapter_that_reads_demands_and_leaves_records_alone(
    data, settings, tmp_path
):
    messages, report = told()
    out = tmp_path / "out"
    plan = TrainingPlan(objective="distill", steps=2, batch=8, rank=2, rate=0.01)
    result = train(settings, read_training(data, settings), plan, out, report)
    assert (result.kind, result.learned_from, result.held_out) == ("adapter", 16, 1)
    assert set(result.before) == {"R@5", "MRR"}
    assert "Learning, step 2 of 2" in messages
    assert (out / "adapter_model.safetensors").stat().st_size < 1e6

    plain = Settings(home=settings.home, adapter="none")
    trained = Settings(home=settings.home, adapter=str(out))
    texts = ["whale songs"]
    assert np.array_equal(Encoder(plain).encode(texts), Encoder(trained).encode(texts))
    before, after = (Encoder(each).encode_queries(texts)[0] for each in (plain, trained))
    assert before @ after < 0.9999
    write_index(plain, read_corpus(data / "corpus.jsonl"))
    assert DatasetIndex.open(trained).search("whale songs").hits[0].record.native == "D0"


def test_contrast_learns_an_encoder_whose_numpy_twin_agrees(data, settings, tmp_path):
    out = tmp_path / "out"
    plan = TrainingPlan(objective="contrastive", steps=2, batch=4, negatives=1, rank=2, rate=0.01)
    result = train(settings, read_training(data, settings), plan, out, told()[1])
    assert result.kind == "encoder"
    merged = Encoder(Settings(home=settings.home, encoder=str(out)))
    adapted = Encoder(Settings(home=settings.home, adapter=str(out / "adapter")))
    base = Encoder(Settings(home=settings.home, adapter="none"))
    one, two = (each.encode_queries(["bird calls"])[0] for each in (merged, adapted))
    assert one @ two > 0.999
    assert one @ base.encode_queries(["bird calls"])[0] < 0.9999
    assert one @ merged.encode(["bird calls"])[0] > 0.999


@pytest.mark.slow
def test_full_fine_tuning_with_matryoshka_gives_an_encoder_to_cut(data, settings, tmp_path):
    out = tmp_path / "out"
    plan = TrainingPlan(method="full", steps=1, batch=4, negatives=0, matryoshka=True, rate=1e-3)
    train(settings, read_training(data, settings), plan, out, told()[1])
    cut = Settings(home=settings.home, encoder=str(out), truncate_dim=64)
    write_index(cut, read_corpus(data / "corpus.jsonl"))
    assert DatasetIndex.open(cut).search("bird calls").hits[0].record.native == "D1"


def test_cut_vectors_are_unit_vectors_and_do_not_mix_with_whole_ones(settings):
    whole, cut = Encoder(settings), Encoder(Settings(home=settings.home, truncate_dim=64))
    text = "Songs of whales"
    for vector in (cut.encode([text])[0], cut.encode_queries([text])[0]):
        assert vector.shape == (64,)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert cut.identity != whole.identity


def test_what_does_not_suit_is_told(data, settings, tmp_path):
    learned = read_training(data, settings)
    report = told()[1]
    with pytest.raises(ToolError, match="leave out full"):
        train(settings, learned, TrainingPlan(objective="distill", method="full"), tmp_path / "x",
              report)  # fmt: skip
    with pytest.raises(ToolError, match="not an empty folder"):
        train(settings, learned, TrainingPlan(), data, report)
    learned.pairs = []
    with pytest.raises(ToolError, match="demand and its dataset"):
        train(settings, learned, TrainingPlan(), tmp_path / "x", report)
    with pytest.raises(ToolError, match="objective"):
        TrainingPlan.checked(objective="guess")


def test_a_folder_without_an_adapter_is_told(settings, tmp_path):
    with pytest.raises(ToolError, match="No adapter"):
        read_adapter(tmp_path)
    with pytest.raises(ToolError, match="No adapter"):
        Encoder(Settings(home=settings.home, adapter=str(tmp_path)))
