"""A replay server, and settings that point every source at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dataquarry import Settings
from dataquarry.retrieval.encoder import Encoder
from dataquarry.retrieval.index import embedded_text, write_index
from dataquarry.retrieval.records import Record

from .replay import Replay, play_everything, serving


@pytest.fixture
def replay() -> Iterator[Replay]:
    with serving() as server:
        yield server


@pytest.fixture
def live(settings: Settings, replay: Replay) -> Settings:
    """Settings of an empty workspace whose sources are all the replay server."""
    return pointed(settings, replay)


def pointed(settings: Settings, replay: Replay, **more: object) -> Settings:
    """Return settings whose sources are all the replay server."""
    url = replay.url
    return settings.model_copy(
        update={
            "live_private_hosts": replay.host,
            "live_deadline": 20.0,
            "huggingface_url": url,
            "huggingface_viewer_url": f"{url}/viewer",
            "openml_url": url,
            "uci_url": url,
            "zenodo_url": url,
            "datacite_url": f"{url}/datacite",
            "datagov_url": f"{url}/datagov",
            "ckan_urls": f"{url}/api/3",
            "dataverse_urls": f"{url}/dataverse",
            "kaggle_url": f"{url}/kaggle",
            **more,
        }
    )


def switched_on(live: Settings, replay: Replay, **more: object) -> Settings:
    urls = {"croissant_urls": f"{replay.url}/croissant.json", "live_sources": "all"}
    return live.model_copy(update={**urls, **more})


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an index of a few records, encoded without loading PyTorch."""
    settings = Settings(home=tmp_path_factory.mktemp("small"))
    about = {
        "Penguins": "Weights and flippers of penguins on three islands.",
        "Shipwreck": "Passengers of a ship that sank, and who survived.",
        "Wines": "Chemistry of wines from three growers.",
    }
    records = [
        Record(
            id=f"pkg:{title}",
            source="pkg",
            native=title,
            title=title,
            description=words,
            loadable=True,
        )
        for title, words in about.items()
    ]
    Encoder(settings).encode_few([embedded_text(record) for record in records])
    write_index(settings, records)
    return settings.home


@pytest.fixture
def both(small_index: Path, live: Settings, replay: Replay) -> Settings:
    """A small index, and every source answering."""
    play_everything(replay)
    home = live.home
    home.mkdir(exist_ok=True)
    for part in ("index", "cache/vectors.sqlite"):
        (home / part).parent.mkdir(exist_ok=True)
        (home / part).symlink_to(small_index / part)
    return switched_on(live, replay)
