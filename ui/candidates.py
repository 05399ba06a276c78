"""Candidates: filters over what a search found, and datasets like one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ..errors import ToolError
from ..retrieval.demand import Demand, LicenseNeed
from ..retrieval.index import DatasetIndex
from ..retrieval.licenses import unmet_license
from ..retrieval.records import Hit, Record
from ..retrieval.similar import similar_records
from ..settings import Settings
from . import views
from .presses import Presses
from .text import escape

ANY = "any"
LIKE = 5
LIKE_THIS = "like"
"""The act that asks for datasets like one."""

_LICENSES = [
    ("any license", "any"),
    ("license stated", "stated"),
    ("commercial use", "commercial"),
    ("open license", "open"),
]
_MODALITIES = ["tabular", "text", "image", "audio", "video"]
_TASKS = ["classification", "regression", "clustering", "survival", "retrieval"]


@dataclass(frozen=True)
class Wanted:
    """What the filters let through; a record of which a thing is not known passes."""

    rows: float | None = None
    license: LicenseNeed = "any"
    modality: str = ANY
    task: str = ANY

    def keeps(self, record: Record) -> bool:
        """Tell whether a record passes all filters."""
        rows = record.size.rows
        enough = not self.rows or rows is None or rows >= self.rows
        licensed = unmet_license(record.license, self.license) is None
        return (
            enough
            and licensed
            and _among(self.modality, record.modalities)
            and _among(self.task, record.tasks)
        )


def _among(wanted: str, held: Sequence[str]) -> bool:
    return wanted == ANY or not held or wanted in held


def filter_row() -> list[Any]:
    """Draw the filters, in the order of the fields of `Wanted`."""
    options: dict[str, Any] = {"min_width": 110, "interactive": True}
    with gr.Row(elem_id="dq-filters"):
        return [
            gr.Number(None, label="Rows at least", minimum=0, precision=0, **options),
            gr.Dropdown(_LICENSES, value="any", label="License", **options),
            gr.Dropdown([ANY, *_MODALITIES], value=ANY, label="Modality", **options),
            gr.Dropdown([ANY, *_TASKS], value=ANY, label="Task", **options),
        ]


def kept(hits: Sequence[Hit], wanted: Wanted) -> list[Hit]:
    """Return the hits that pass the filters."""
    return [hit for hit in hits if wanted.keeps(hit.record)]


def left_out(shown: int, found: int) -> str:
    """Say how many hits the filters hide; "" when none."""
    if shown == found:
        return ""
    return f"<p class='dq-quiet'>The filters hide {found - shown} of {found} candidates.</p>"


def like_buttons(hit: Hit, presses: Presses) -> None:
    """Draw the buttons that ask for datasets like a hit."""
    for words, need in (("More like this", "any"), ("… with an open license", "open")):
        button = gr.Button(words, size="sm", min_width=170, scale=0)
        presses.on(button, LIKE_THIS, f"{need} {hit.record.id}")


def like_view(asked: str, settings: Settings) -> str:
    """Return the datasets like one; `asked` is a license need and an id, or empty."""
    if not asked:
        return ""
    need, _, name = asked.partition(" ")
    try:
        index = DatasetIndex.open(settings)
        hits = similar_records(index, name, LIKE, Demand(text=name, license=need).license)
    except ToolError as error:
        return f"<p>{escape(str(error))}</p>"
    title = f"Like {escape(name)}" + (" with an open license" if need == "open" else "")
    cards = "".join(views.hit_card(hit, place) for place, hit in enumerate(hits, 1))
    return f"<div id='dq-like'><h3>{title}</h3>{cards or '<p>No dataset is near it.</p>'}</div>"
