"""The switch for live sources."""

from typing import Annotated

import typer

from ..retrieval.live import ALL
from ..settings import Settings

Live = Annotated[
    bool | None,
    typer.Option(
        "--live/--no-live",
        help="Search live sources beside the index: those of DATAQUARRY_LIVE_SOURCES, else all.",
        show_default="as DATAQUARRY_LIVE_SOURCES says",
    ),
]


def with_live(settings: Settings, live: bool | None) -> Settings:
    """Return settings with live sources on or off, where a command line says so."""
    if live is None:
        return settings
    sources = (settings.live_sources or ALL) if live else ""
    return settings.model_copy(update={"live_sources": sources})
