"""Suite `pii`: is personal data found in texts, and only that?

The folder holds JSON files in the form of presidio-research: a list of objects with `full_text`
and `spans` of `entity_type, start_position, end_position`. A found place is right when it covers
at least half of a labelled one of its kind and no more than twice as much.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ...errors import ToolError
from ...settings import Settings
from ...tools.pii import Span, find_pii
from ..suite import Outcome, Report, Suite

KINDS = {
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "DOMAIN_NAME": "url",
    "URL": "url",
    "US_SSN": "ssn",
    "CREDIT_CARD": "card",
    "PHONE_NUMBER": "phone",
}
"""Labels of the data and the kinds they stand for; other labels are not looked for."""


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Look for personal data in every text and compare with the labels."""
    texts = _read(data)[:limit]
    counts = {kind: Counter[str]() for kind in dict.fromkeys(KINDS.values())}
    cases = []
    for number, text in enumerate(texts):
        if number % 100 == 0:
            report(f"Text {number:,}", number / len(texts))
        wrong = _compare(text, counts)
        if wrong:
            cases.append({"id": str(number), "text": text["full_text"], **wrong})
    return Outcome(summary={kind: _figures(c) for kind, c in counts.items()}, cases=cases)


def _read(data: Path) -> list[dict[str, Any]]:
    texts: list[dict[str, Any]] = []
    for path in sorted(data.glob("*.json")):
        try:
            texts += json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise ToolError(f"{path} is not JSON: {error}.") from error
    if not texts:
        raise ToolError(f"{data} holds no .json file with labelled texts.")
    return texts


def _compare(text: dict[str, Any], counts: dict[str, Counter[str]]) -> dict[str, Any]:
    """Count what is right, wrong and missed in a text; return what is not right."""
    labels = [
        Span(span["start_position"], span["end_position"], KINDS[span["entity_type"]])  # type: ignore[arg-type]
        for span in text["spans"]
        if span["entity_type"] in KINDS
    ]
    missed, wrong = list(labels), []
    for found in find_pii(text["full_text"]):
        right = next((label for label in missed if _same(found, label)), None)
        counts[found.kind]["right" if right else "wrong"] += 1
        if right:
            missed.remove(right)
        else:
            wrong.append(found)
    for label in missed:
        counts[label.kind]["missed"] += 1
    places = {"wrong": wrong, "missed": missed}
    return {
        name: [[span.kind, text["full_text"][span.start : span.end]] for span in spans]
        for name, spans in places.items()
        if spans
    }


def _same(found: Span, label: Span) -> bool:
    shared = min(found.end, label.end) - max(found.start, label.start)
    whole = max(found.end, label.end) - min(found.start, label.start)
    return found.kind == label.kind and shared >= 0.5 * whole


def _figures(counts: Counter[str]) -> dict[str, float | int | None]:
    found, labelled = counts["right"] + counts["wrong"], counts["right"] + counts["missed"]
    return {
        "precision": counts["right"] / found if found else None,
        "recall": counts["right"] / labelled if labelled else None,
        "labelled": labelled,
    }


SUITE = Suite(
    name="pii",
    about="Finds personal data in labelled texts: precision and recall by kind.",
    needs_data=True,
    run=run,
)
