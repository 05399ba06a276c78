"""Live sources, as a visible list. To add one: write its file, add its line, add its test."""

from collections.abc import Callable, Sequence

from ...errors import ToolError
from ...settings import Settings
from .base import LiveSource
from .ckan import Ckan
from .croissant import Croissant
from .datacite import DataCite
from .datagov import DataGov
from .dataverse import Dataverse
from .huggingface import HuggingFace
from .kaggle import Kaggle
from .openml import OpenML
from .uci import UCI
from .zenodo import Zenodo

SOURCES: dict[str, Callable[[Settings], Sequence[LiveSource]]] = {
    "huggingface": HuggingFace.of,
    "openml": OpenML.of,
    "uci": UCI.of,
    "zenodo": Zenodo.of,
    "datacite": DataCite.of,
    "datagov": DataGov.of,
    "ckan": Ckan.of,
    "dataverse": Dataverse.of,
    "croissant": Croissant.of,
    "kaggle": Kaggle.of,
}
"""What makes the sources of each name from the settings."""

NEED_TOKEN = ("kaggle",)
"""Sources that "all" leaves out: they are asked only where the settings name them."""

ALL = "all"


def chosen(settings: Settings) -> list[str]:
    """Return the names of the live sources that are switched on, in the order of the list.

    Raises:
        ToolError: the setting names one that is not known.
    """
    named = {name.strip().lower() for name in settings.live_sources.split(",") if name.strip()}
    unknown = sorted(named - {*SOURCES, ALL})
    if unknown:
        known = ", ".join([ALL, *SOURCES])
        raise ToolError(f"No live source {unknown[0]!r}. Sources: {known}.")
    if ALL in named:
        named |= set(SOURCES) - set(NEED_TOKEN)
    return [name for name in SOURCES if name in named]


def source_of(name: str, native: str, settings: Settings) -> LiveSource:
    """Return the live source that a record came from.

    Raises:
        ToolError: there is none, or the settings no longer name its host.
    """
    made = list(SOURCES[name](settings)) if name in SOURCES else []
    if name == "croissant":
        return Croissant()
    hosts = [source for source in made if _host(source) in ("", native.partition("/")[0])]
    if not hosts:
        raise ToolError(f"The settings name no live source {name} for {native!r}.")
    return hosts[0]


def _host(source: LiveSource) -> str:
    """Return the host of a source that is one of several; "" for the others."""
    return getattr(source, "host", "")
