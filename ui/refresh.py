"""What the page's components show for a run: one value or update by component name."""

import hashlib
import json
from pathlib import Path
from typing import Any

import gradio as gr

from ..agent.events import EventType
from ..agent.run import BUSY
from ..agent.undo import undoable
from . import cards, views
from .chat import messages
from .desk import Desk
from .grid import table_views
from .look import Look
from .quality import quality_view
from .report import report_view

Updates = dict[str, Any]

GOES = ("working", "queued", "waiting")
RESTS = ("cancelled", "interrupted", "failed")


def nothing() -> Updates:
    """Return what the page shows when no run is open."""
    hidden, off = gr.update(visible=False), gr.update(interactive=False)
    return {
        "chat": [],
        "status": views.status_line(None),
        "gate": "",
        "plan_key": "",
        "found": "",
        "preview": "",
        "change": "",
        "quality": quality_view(None),
        "report": report_view(None),
        "table": "",
        "column": gr.update(choices=[], value=None),
        "files": views.NO_FILES,
        "zip": hidden,
        "stop": off,
        "undo": off,
        "resume": off,
        "go": "plan",
    }


def updates(look: Look, gate: str, table: str, desk: Desk) -> Updates:
    """Return what the page shows for a run.

    Args:
        look: the run as it stands.
        gate: id of the gate that the page shows already.
        table: id of the table that the page shows already.
        desk: gives the tables and the files of the export.
    """
    now = look.gate.id if look.gate else ""
    tab = _tab_for(look, gate)
    return {
        "chat": messages(look.events, desk.titles),
        "status": views.status_line(look),
        "gate": now,
        "plan_key": _plan_key(look),
        "found": _hash(look.run, look.facts.get("search"), now),
        "quality": quality_view(
            look.facts.get("profile"),
            look.findings,
            look.facts.get("measure"),
            look.facts.get("name_columns", {}).get("meanings"),
        ),
        "report": report_view(look, desk.tables),
        "stop": gr.update(interactive=look.status in GOES),
        "undo": gr.update(interactive=look.status not in BUSY and bool(undoable(look.plan))),
        "resume": gr.update(interactive=look.status in RESTS),
        **_data(look, table, desk),
        **_files(look, desk),
        **({"go": f"{tab}:{look.run}:{look.seq}"} if tab else {}),
    }


def _plan_key(look: Look) -> str:
    """Name what the plan tab shows; an open editor stays while the run's status settles."""
    if look.gate and look.gate.kind == "plan":
        return _hash(look.run, look.gate.id)
    return _hash(look.run, look.plan.model_dump(mode="json"), look.status in BUSY)


def _data(look: Look, table: str, desk: Desk) -> Updates:
    if look.table is None:
        none = "<p class='dq-quiet'>No dataset is loaded yet.</p>"
        empty = gr.update(choices=[], value=None)
        return {"preview": none, "change": "", "table": "", "column": empty}
    preview, change = table_views(desk.tables, look.table, look.target)
    shown = {"preview": preview, "change": change, "table": look.table.id}
    if look.table.id == table:
        return shown
    return {**shown, "column": gr.update(choices=look.table.columns, value=_first(look))}


def _first(look: Look) -> str | None:
    """Return the column to draw first: the target, else the first one."""
    columns = look.table.columns if look.table else []
    return look.target if look.target in columns else next(iter(columns), None)


def _files(look: Look, desk: Desk) -> Updates:
    folder = Path((look.outcome or {}).get("folder") or "")
    if folder == Path() or not folder.is_dir():
        return {"files": views.NO_FILES, "zip": gr.update(visible=False, value=None)}
    archive = gr.update(visible=True, value=str(desk.zip(folder)))
    return {"files": views.files_view(folder), "zip": archive}


def _tab_for(look: Look, gate: str) -> str | None:
    """Return the tab to bring to the front, where something new asks for attention."""
    if look.gate and look.gate.id != gate:
        if look.gate.kind == "plan":
            return "plan"
        listed = cards.load_choices(look.gate) and "search" in look.facts
        return "candidates" if listed else "decide"
    finished = bool(look.events) and look.events[-1].type == EventType.RUN_FINISHED
    return "files" if finished and (look.outcome or {}).get("folder") else None


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
