"""`dataquarry chat`."""

from typing import Annotated

import typer

from ..settings import Settings
from .live import Live, with_live


def chat(
    host: Annotated[str, typer.Option(help="Address to listen on; loopback by default.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    live: Live = None,
) -> None:
    """Open the chat in the browser."""
    from ..ui.app import launch

    launch(with_live(Settings(), live), host=host, port=port)
