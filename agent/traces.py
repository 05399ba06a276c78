"""Traces: a run's events for other programs, as JSON lines and as OpenTelemetry."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .. import __version__
from .events import Event, EventType

MAX_TEXT = 4_000

_OPENS = {EventType.STEP_STARTED: "step", EventType.GATE_OPENED: "gate"}
_CLOSES = {
    EventType.STEP_FINISHED: "step",
    EventType.STEP_SKIPPED: "step",
    EventType.STEP_FAILED: "step",
    EventType.GATE_DECIDED: "gate",
}
_OK, _ERROR = 1, 2


def json_lines(events: Iterable[Event]) -> str:
    """Return one JSON object per event and line, as `Event` describes it."""
    return "".join(event.model_dump_json() + "\n" for event in events)


def otlp(events: Iterable[Event]) -> dict[str, Any]:
    """Return a trace in the JSON encoding of OTLP (OpenTelemetry Protocol 1.x).

    The run is the root span; each step and each gate is a span below it, every other event is a
    span event of the root. Ids are made from the run's, so the same run gives the same trace.
    A span that is open when the events end has the time of the last event as its end.
    """
    known = list(events)
    if not known:
        return {"resourceSpans": []}
    spans = _Spans(known)
    scope = {"name": "dataquarry", "version": __version__}
    resource = {"attributes": _attributes({"service.name": "dataquarry"})}
    return {
        "resourceSpans": [
            {"resource": resource, "scopeSpans": [{"scope": scope, "spans": spans.all()}]}
        ]
    }


class _Spans:
    """Builds spans from events in their order."""

    def __init__(self, events: list[Event]) -> None:
        self.run, self.end = events[0].run, _nanoseconds(events[-1])
        self.trace = _hex(self.run, 32)
        self.root = self._span(events[0], "run", None)
        self.spans = [self.root]
        self.open: dict[str, dict[str, Any]] = {}
        for event in events:
            self._take(event)

    def all(self) -> list[dict[str, Any]]:
        """Return every span, those still open ended with the last event."""
        for span in self.spans:
            span.setdefault("endTimeUnixNano", self.end)
        return self.spans

    def _take(self, event: Event) -> None:
        kind = _OPENS.get(event.type)
        if kind:
            name = event.data["step"]["tool"] if kind == "step" else f"gate {event.data['kind']}"
            span = self._span(event, f"{kind} {name}" if kind == "step" else name, self.root)
            self.spans.append(span)
            self.open[_key(event, kind)] = span
        closes = _CLOSES.get(event.type)
        if closes:
            self._close(event, self.open.pop(_key(event, closes), self.root))
        elif not kind:
            self._note(event)

    def _close(self, span_event: Event, span: dict[str, Any]) -> None:
        failed = span_event.type is EventType.STEP_FAILED
        span["attributes"] += _attributes(span_event.data)
        if span is not self.root:
            span["endTimeUnixNano"] = _nanoseconds(span_event)
        span["status"] = {"code": _ERROR if failed else _OK}

    def _note(self, event: Event) -> None:
        self.root["events"].append(
            {
                "timeUnixNano": _nanoseconds(event),
                "name": event.type.value,
                "attributes": _attributes(event.data),
            }
        )
        if event.type is EventType.RUN_FAILED:
            self.root["status"] = {"code": _ERROR, "message": str(event.data.get("message", ""))}

    def _span(self, event: Event, name: str, parent: dict[str, Any] | None) -> dict[str, Any]:
        return {
            "traceId": self.trace,
            "spanId": _hex(f"{self.run}:{event.seq}:{name}", 16),
            "parentSpanId": parent["spanId"] if parent else "",
            "name": name,
            "kind": 1,
            "startTimeUnixNano": _nanoseconds(event),
            "attributes": _attributes({"dataquarry.run": self.run, **event.data}),
            "events": [],
            "status": {},
        }


def _key(event: Event, kind: str) -> str:
    step = event.data.get(kind)
    return f"{kind}:{step['id'] if isinstance(step, dict) else step}"


def _nanoseconds(event: Event) -> str:
    """Return an event's time; 64-bit numbers are strings in OTLP's JSON."""
    moment = datetime.fromisoformat(event.time)
    return str(round(moment.timestamp() * 1000) * 1_000_000)


def _attributes(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in data.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return {"stringValue": text[:MAX_TEXT]}


def _hex(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
