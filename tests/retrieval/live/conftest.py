"""A replay server, and settings that point every source at it."""

from collections.abc import Iterator

import pytest
from dataquarry import Settings

from .replay import Replay, serving


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
            "live_deadline": 2.0,
            "huggingface_url": url,
            "huggingface_viewer_url": f"{url}/viewer",
            "openml_url": url,
            "uci_url": url,
            "zenodo_url": url,
            "datacite_url": f"{url}/datacite",
            "ckan_urls": f"{url}/api/3",
            "dataverse_urls": f"{url}/dataverse",
            "kaggle_url": f"{url}/kaggle",
            **more,
        }
    )
