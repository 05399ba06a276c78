"""`dataquarry doctor`: what is installed and what is missing, with the exact fix."""

import importlib.util
import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.markup import escape
from rich.table import Table as Grid

from ..errors import ToolError
from ..retrieval.demand import Demand
from ..settings import Settings
from .output import AsJson, console, print_json


@dataclass(frozen=True)
class Check:
    """One thing looked at. `fix` is the exact thing to do where `state` is not "ok"."""

    name: str
    state: str
    detail: str
    fix: str = ""


def doctor(as_json: AsJson = False) -> None:
    """Tell what is installed, which model, encoder, sandbox and index, and how to mend it."""
    settings = Settings()
    checks = [check(settings) for check in CHECKS]
    if as_json:
        print_json([asdict(check) for check in checks])
        return
    grid = Grid("What", "State", "Detail", "Fix", title="DataQuarry", title_justify="left")
    colors = {"ok": "green", "missing": "red", "optional": "yellow"}
    for check in checks:
        state = f"[{colors[check.state]}]{check.state}[/]"
        grid.add_row(check.name, state, escape(check.detail), escape(check.fix))
    console().print(grid)


def _python(_: Settings) -> Check:
    return Check("Python", "ok", platform.python_version())


def _workspace(settings: Settings) -> Check:
    home = settings.home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if os.access(existing, os.W_OK):
        return Check("Workspace", "ok", str(home))
    fix = "Set DATAQUARRY_HOME to a folder you can write to."
    return Check("Workspace", "missing", f"{home} cannot be written", fix)


def _catalog(_: Settings) -> Check:
    from ..retrieval.sources import SOURCES, missing_sources

    gone = missing_sources()
    if not gone:
        return Check("Catalog sources", "ok", ", ".join(source.name for source in SOURCES))
    fix = "\n".join(dict.fromkeys(source.install for source in gone))
    detail = f"without {', '.join(source.name for source in gone)}"
    return Check("Catalog sources", "optional", detail, fix)


def _encoder(settings: Settings) -> Check:
    from ..retrieval.encoder import find_encoder

    try:
        return Check("Encoder", "ok", str(find_encoder(settings)))
    except ToolError as error:
        return Check("Encoder", "missing", str(error), 'pip install "dataquarry[offline]"')


def _index(settings: Settings) -> Check:
    from ..retrieval.index import DatasetIndex

    try:
        info = DatasetIndex.open(settings).info()
    except ToolError as error:
        return Check("Index", "missing", str(error), "dataquarry index build")
    return Check("Index", "ok", f"{info.records:,} records in {settings.index_dir}")


def _live(settings: Settings) -> Check:
    """Ask each live source that is on for one dataset, and name those that do not answer."""
    from ..retrieval.live import chosen
    from ..retrieval.live.search import search_live

    name = "Live sources"
    try:
        if not chosen(settings):
            fix = "dataquarry search --live, or set DATAQUARRY_LIVE_SOURCES=all"
            return Check(name, "optional", "off: a search stays on this machine", fix)
        with tempfile.TemporaryDirectory() as folder:  # nothing is to come from the cache
            anew = {"home": Path(folder), "live_limit": 1}
            _, states = search_live(Demand(text="iris"), settings.model_copy(update=anew))
    except ToolError as error:
        return Check(name, "missing", str(error), "Set DATAQUARRY_LIVE_SOURCES.")
    silent = [state.words for state in states if state.state != "answered"]
    there = ", ".join(state.label for state in states if state.state == "answered") or "none"
    if not silent:
        return Check(name, "ok", f"{there} answer")
    fix = "Check the network, or set DATAQUARRY_LIVE_DEADLINE higher."
    return Check(name, "optional", f"{there} answer. {' '.join(silent)}", fix)


def _chat(_: Settings) -> Check:
    if importlib.util.find_spec("gradio"):
        return Check("Chat", "ok", "gradio is installed")
    return Check("Chat", "optional", "gradio is missing", 'pip install "dataquarry[chat]"')


def _model(settings: Settings) -> Check:
    """Ask the endpoint itself: what is set says little about what is there."""
    name = "Language model"
    if not (settings.openai_base_url or settings.openai_api_key.get_secret_value()):
        detail = "none is configured; the deterministic planner plans"
        return Check(name, "optional", detail, "Set OPENAI_BASE_URL and OPENAI_API_KEY.")
    from ..agent.endpoint import look_at
    from ..agent.model import ModelError

    try:
        found = look_at(settings)
    except ModelError as error:
        return Check(name, "missing", str(error), "Check OPENAI_BASE_URL and OPENAI_API_KEY.")
    known = ", ".join(found.models[:5]) or "none listed"
    if not settings.model:
        fix = "Set DATAQUARRY_MODEL to one of them, or give --model."
        return Check(name, "optional", f"no model is chosen; there are: {known}", fix)
    if found.faults:
        return Check(name, "missing", found.faults[0], f"Models there: {known}.")
    return Check(name, "ok", f"{settings.model}; {found.words()}")


def _sandbox(_: Settings) -> Check:
    from ..tools.sandbox import working_levels

    working = working_levels()
    if not working:
        detail = "none works, so code that a model wrote is not run"
        fix = 'apt-get install bubblewrap, or pip install "dataquarry[sandbox]"'
        return Check("Sandbox", "optional", detail, fix)
    rest = ", ".join(level.value for level in working[1:])
    return Check("Sandbox", "ok", working[0].words + (f"; also works: {rest}" if rest else ""))


CHECKS: tuple[Callable[[Settings], Check], ...] = (
    _python,
    _workspace,
    _catalog,
    _encoder,
    _index,
    _live,
    _chat,
    _model,
    _sandbox,
)
