"""Views of a run as HTML: plan, candidates, report, status. Pure: data in, HTML out."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..agent.plan import Step
from ..retrieval.records import ANSWERED, Hit, SourceState
from ..tools.export.folder import NAMES
from .look import Look
from .text import count, escape, label, number

STATUS_WORDS = {
    "working": "Working",
    "queued": "In the queue",
    "waiting": "Waiting for your decision",
    "done": "Done",
    "failed": "Failed",
    "cancelled": "Stopped",
    "interrupted": "Interrupted: the process that worked on it ended",
}
NO_FILES = "<p class='dq-quiet'>Nothing was exported yet.</p>"
NO_RUN = "<p class='dq-quiet'>Say on the left what data you need.</p>"


def status_line(look: Look | None) -> str:
    """Return one line: what the run does, and on what."""
    if look is None:
        return "<div class='dq-status' role='status'>No run is open.</div>"
    parts = [STATUS_WORDS.get(look.status, look.status)]
    if look.place is not None:
        parts.append(f"{count(look.place, 'run')} before it")
    step = look.plan.next_step()
    if look.status in ("working", "waiting") and step:
        parts.append(f"step {label(step.tool).lower()}")
    if look.table:
        parts.append(f"{count(look.table.rows, 'row')}, {count(len(look.table.columns), 'column')}")
    if look.target:
        parts.append(f"target {look.target}")
    parts.append(look.spent.paid())
    text = " · ".join(escape(part, 80) for part in parts)
    dot = f"<span class='dq-dot dq-{escape(look.status)}'></span>"
    return (
        f"<div class='dq-status' role='status'>{dot}"
        f"{text}<span class='dq-quiet'> · run {escape(look.run)}</span></div>"
    )


def step_row(step: Step) -> str:
    """Return one step of a plan: what, why, how it ended."""
    given = {key: value for key, value in step.arguments.items() if value not in (None, False)}
    words = ", ".join(f"{key} = {_short(value)}" for key, value in given.items())
    with_what = f"<code>{escape(words, 200)}</code>" if words else ""
    ended = f"<p>{escape(step.summary, 300)}</p>" if step.summary else ""
    return (
        f"<li class='dq-step'><b>{escape(label(step.tool))}</b> {badge(step.status)} {with_what}"
        f"<p class='dq-quiet'>{escape(step.why, 300)}</p>{ended}</li>"
    )


def _short(value: Any) -> str:
    text = str(value)
    return text.rsplit("/", 1)[-1] if text.startswith("/") else text


def badge(status: str) -> str:
    """Return a small mark that says a status in words."""
    words = {"pending": "to do"}.get(status, status)
    return f"<span class='dq-badge dq-{escape(status)}'>{escape(words)}</span>"


def hits_of(look: Look | None) -> tuple[list[Hit], list[Hit], str]:
    """Return the hits, the near misses and the note of the run's search."""
    found = look.facts.get("search", {}) if look else {}
    hits = [Hit.model_validate(hit) for hit in found.get("hits", [])]
    near = [Hit.model_validate(hit) for hit in found.get("near_misses", [])]
    return hits, near, str(found.get("note") or "")


def sources_view(look: Look | None) -> str:
    """Return how each live source answered the run's search; "" where only the index was asked."""
    found = look.facts.get("search", {}) if look else {}
    states = [SourceState.model_validate(state) for state in found.get("sources", [])]
    if not states:
        return ""
    items = "".join(f"<li>{_badge_of(state)}{escape(state.words, 300)}</li>" for state in states)
    return f"<details open><summary>Live sources</summary><ul>{items}</ul></details>"


def _badge_of(state: SourceState) -> str:
    if state.state in ANSWERED:
        return ""
    return f"<span class='dq-badge dq-warn'>{escape(state.state)}</span>"


def hit_card(hit: Hit, place: int) -> str:
    """Return what is known of a candidate and why it was found."""
    record = hit.record
    size = f"{number(record.size.rows)} rows, {number(record.size.columns)} columns"
    facts = [
        size if record.size.rows else "size unknown",
        f"license {record.license.label}",
        ", ".join(record.modalities[:3]),
        ", ".join(record.tasks[:3]),
        ", ".join(record.languages[:3]),
        (record.date or "")[:4],
        record.source,
    ]
    about = "".join(f"<span class='dq-fact'>{escape(fact, 80)}</span>" for fact in facts if fact)
    reasons = "".join(
        f"<li>{escape(reason.words, 200)} <span class='dq-quiet'>{reason.value:+.2f}</span></li>"
        for reason in hit.reasons
    )
    warn = "".join(f"<span class='dq-badge dq-failed'>{escape(w, 120)}</span>" for w in hit.unmet)
    doubts = [words for words in hit.flags if words not in hit.unmet]
    warn += "".join(f"<span class='dq-badge dq-warn'>{escape(w, 120)}</span>" for w in doubts)
    return (
        f"<div class='dq-card'><h4>{place}. {escape(record.title, 120)} "
        f"<span class='dq-score'>score {hit.score:.2f}</span></h4>"
        f"<p class='dq-facts'>{about}</p><p class='dq-warnings'>{warn}</p>"
        f"<p>{escape(record.description, 260)}</p>"
        f"<p class='dq-quiet'>{escape(_foremost(hit), 300)}</p>"
        f"<details><summary>Why it was found, and its columns</summary><ul>{reasons}</ul>"
        f"{columns_of(hit)}<p class='dq-quiet'>{escape(record.id)}</p></details></div>"
    )


def _foremost(hit: Hit) -> str:
    """Return the two reasons that count most, as one sentence."""
    first = sorted(hit.reasons, key=lambda reason: -reason.value)[:2]
    return f"Found because {' and '.join(reason.words for reason in first)}." if first else ""


def columns_of(hit: Hit) -> str:
    """Return the names of a record's columns, with what its source says of them."""
    names = "".join(
        f"<li><code>{escape(c.name, 60)}</code> {escape(c.description or c.dtype or '', 120)}</li>"
        for c in hit.record.columns[:60]
    )
    return f"<p>Columns:</p><ul>{names}</ul>" if names else ""


def facts_view(value: Any, depth: int = 0) -> str:
    """Return plain JSON as nested lists and tables, for results that have no view of their own."""
    if isinstance(value, dict) and value:
        rows = "".join(
            f"<tr><th scope='row'>{escape(label(str(key)), 80)}</th>"
            f"<td>{facts_view(item, depth + 1)}</td></tr>"
            for key, item in value.items()
        )
        return f"<table class='dq-facts-table'><tbody>{rows}</tbody></table>"
    if isinstance(value, list) and value:
        return (
            "<ul>" + "".join(f"<li>{facts_view(v, depth + 1)}</li>" for v in value[:50]) + "</ul>"
        )
    if value in (None, "", [], {}):
        return "<span class='dq-quiet'>none</span>"
    return escape(number(value), 300)


def files_view(folder: Path) -> str:
    """Return links to download the files of an export, with what each one is."""
    order = {name: place for place, name in enumerate(NAMES)}
    files = [path for path in folder.iterdir() if path.is_file()]
    files.sort(key=lambda path: (order.get(path.name, len(order)), path.name))
    rows = "".join(_file_row(path) for path in files)
    return (
        f"<p>The export of this run is in <code>{escape(folder)}</code></p>"
        f"<table class='dq-facts-table'><tbody>{rows}</tbody></table>"
    )


def _file_row(path: Path) -> str:
    name, address = escape(path.name), f"gradio_api/file={quote(str(path))}"
    look = f" <a href='{address}' target='_blank' rel='noopener'>open</a>"
    return (
        f"<tr><th scope='row'><a href='{address}' download='{name}'>{name}</a></th>"
        f"<td>{escape(NAMES.get(path.name, ''))}{look if path.suffix == '.html' else ''}</td>"
        f"<td class='dq-number'>{size(path)}</td></tr>"
    )


def size(path: Path) -> str:
    """Return the size of a file as people read it."""
    count_of = path.stat().st_size
    return f"{count_of:,} B" if count_of < 10_000 else f"{count_of / 1000:,.0f} kB"
