"""Vectors: exact up to a size, candidates by signs beyond, and the same from a Chroma server."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from dataquarry import Settings, ToolError
from dataquarry.retrieval import vectors as module
from dataquarry.retrieval.index import DatasetIndex, write_index
from dataquarry.retrieval.records import Record
from dataquarry.retrieval.vectors import Codes, VectorStore


def unit(count: int, seed: int = 0, width: int = 128) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((40, width))
    made = centers[rng.integers(0, 40, count)] + 0.7 * rng.standard_normal((count, width))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_few_vectors_are_all_compared(tmp_path, settings):
    made = unit(50)
    VectorStore.write(tmp_path, [str(n) for n in range(50)], made, settings)
    store = VectorStore.read(tmp_path, settings)
    assert np.allclose(store.scores(made[7]), made @ made[7])
    assert np.array_equal(store.vectors([3, 9]), made[[3, 9]])


def test_many_vectors_are_chosen_by_their_signs_and_scored_exactly(monkeypatch):
    monkeypatch.setattr(module, "_RESCORED", 400)
    made = unit(6000)
    store = VectorStore(made, Codes.build(made))
    shared = []
    for query in unit(20, seed=0)[:20]:
        truth, scores = made @ query, store.scores(query)
        first = np.argsort(-scores)[:10]
        assert np.allclose(scores[first], truth[first], atol=1e-6)
        shared.append(len(set(first) & set(np.argsort(-truth)[:10])))
    assert np.mean(shared) >= 9.8


def test_signs_are_read_back_as_written(tmp_path):
    made = unit(300)
    codes = Codes.build(made)
    codes.write(tmp_path)
    assert np.array_equal(Codes.read(tmp_path).differ(made[0]), codes.differ(made[0]))


def test_cosines_are_estimated_from_the_signs_that_differ():
    made = unit(300)
    codes = Codes.build(made)
    differ = codes.differ(made[0])
    assert differ[0] == 0
    assert np.abs(codes.cosines(differ) - made @ made[0]).mean() < 0.15


def test_many_vectors_are_kept_in_half_the_memory(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(module, "MOST_EXACT", 40)
    made = unit(50)
    VectorStore.write(tmp_path, [str(n) for n in range(50)], made, settings)
    store = VectorStore.read(tmp_path, settings)
    assert np.load(tmp_path / "vectors.npy").dtype == np.float16
    assert np.allclose(store.scores(made[7]), made @ made[7], atol=1e-3)


@pytest.fixture
def server(tmp_path: Path):
    """A Chroma server in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).parent / "chroma"
    if not chroma.is_file():
        chroma = next(
            (Path(folder) / "chroma" for folder in os.environ["PATH"].split(os.pathsep)
             if (Path(folder) / "chroma").is_file()), chroma
        )  # fmt: skip
    code = "from chromadb.cli.cli import app; app()"
    command = [str(chroma)] if chroma.is_file() else [sys.executable, "-c", code]
    running = subprocess.Popen(
        [*command, "run", "--path", str(tmp_path / "server"), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, running)
        yield url
    finally:
        running.terminate()
        running.wait(10)


def _wait(url: str, running: subprocess.Popen) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert running.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=2).read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server does not answer")


@pytest.mark.slow
def test_a_chroma_server_gives_the_same_results(server, settings):
    titles = ["Coffee prices by month", "Tea harvests in Assam", "Weights of honey bees"]
    records = [Record(id=f"own:{n}", source="own", native=str(n), title=t, loadable=True)
               for n, t in enumerate(titles)]  # fmt: skip
    write_index(settings, records)
    here = DatasetIndex.open(settings).search("prices of coffee")
    remote = Settings(home=settings.home, chroma_url=server)
    with pytest.raises(ToolError, match="does not hold this index"):
        DatasetIndex.open(remote)
    write_index(remote, records)
    there = DatasetIndex.open(remote).search("prices of coffee")
    assert here.hits[0].record.id == "own:0"
    assert [h.record.id for h in there.hits] == [h.record.id for h in here.hits]
    assert there.hits[0].score == pytest.approx(here.hits[0].score, abs=1e-5)


def test_a_server_that_does_not_answer_is_a_clear_error(settings):
    write_index(settings, [Record(id="own:1", source="own", native="1", title="Coffee")])
    away = Settings(home=settings.home, chroma_url="http://127.0.0.1:9")
    with pytest.raises(ToolError, match="chroma run"):
        DatasetIndex.open(away)
