"""Records that a person has named: fetched once, and kept for the run that is to load them.

A language model may fill in the arguments of a tool, so a tool reads here and fetches nothing.
"""

import hashlib
from pathlib import Path

from ...errors import ToolError
from ...settings import Settings
from ..records import Record
from . import SOURCES, source_of
from .client import Client
from .croissant import is_document, read_croissant


def is_live(name: str) -> bool:
    """Tell whether a name is that of a Croissant document, or the id of a live record."""
    return is_document(name) or name.partition(":")[0] in SOURCES


def open_record(name: str, settings: Settings) -> Record:
    """Fetch the record that a person named, and keep it.

    Args:
        name: the address or path of a Croissant document, or an id such as "zenodo:4242".
        settings: where the sources are.

    Raises:
        ToolError: it cannot be had.
    """
    client = Client(settings)
    try:
        found = read_croissant(name, client) if is_document(name) else _fetched(name, client)
    finally:
        client.close()
    for key in (name, found.id):
        path = _kept(key, settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found.model_dump_json(), encoding="utf-8")
    return found


def opened_record(name: str, settings: Settings) -> Record | None:
    """Return the record that a person has named before; None where nobody has."""
    path = _kept(name, settings)
    return Record.model_validate_json(path.read_bytes()) if path.is_file() else None


def _fetched(name: str, client: Client) -> Record:
    source, _, native = name.partition(":")
    if source not in SOURCES or not native:
        raise ToolError(f"{name!r} is no id of a live source. Sources: {', '.join(SOURCES)}.")
    return source_of(source, native, client.settings).record(native, client)


def _kept(name: str, settings: Settings) -> Path:
    key = hashlib.sha256(name.encode()).hexdigest()[:32]
    return settings.home / "cache" / "opened" / f"{key}.json"
