"""The report of a run as HTML: profile, score of prepared against raw, decisions."""

from typing import Any

from .look import Look
from .text import escape, label
from .views import badge, facts_view

SHOWN_ELSEWHERE = ("search", "export")


def report_view(look: Look | None) -> str:
    """Return what was measured and decided so far."""
    if look is None or not (look.facts or look.plan.steps):
        return "<p class='dq-quiet'>Nothing was measured yet.</p>"
    facts = {k: v for k, v in look.facts.items() if k not in SHOWN_ELSEWHERE}
    first = [name for name in ("measure", "profile") if name in facts]
    rest = [name for name in facts if name not in first]
    parts = [_section(name, facts[name]) for name in [*first, *rest]]
    return steps_view(look) + "".join(parts)


def _section(name: str, data: dict[str, Any]) -> str:
    return (
        f"<details class='dq-section'><summary>{escape(label(name))}</summary>"
        f"{facts_view(data)}</details>"
    )


def steps_view(look: Look) -> str:
    """Return how each step ended, in a table."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(label(step.tool))}</th><td>{badge(step.status)}</td>"
        f"<td>{escape(step.summary, 600)}</td></tr>"
        for step in look.plan.steps
    )
    return f"<table class='dq-facts-table'><tbody>{rows}</tbody></table>"
