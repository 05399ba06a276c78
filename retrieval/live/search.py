"""Searching live sources side by side, until a deadline."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ...errors import ToolError
from ...settings import Settings
from ..demand import Demand
from ..records import Record, SourceState
from . import SOURCES, chosen
from .base import LiveQuery, LiveSource
from .client import Client
from .faults import SourceFault

Meanwhile = Callable[[list[Record], float], None]

_GRACE = 0.1
"""Seconds that a source gets to tell that its time is up."""


@dataclass(eq=False)
class _Asked:
    """One source while it is asked; `found` grows until `done`."""

    source: LiveSource
    client: Client
    found: dict[str, Record] = field(default_factory=dict)
    fault: ToolError | None = None
    complete: bool = False
    seconds: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)

    def ask(self, query: LiveQuery, limit: int) -> None:
        """Ask, and keep what comes and how it ended."""
        began = time.monotonic()
        try:
            for record in self.source.search(query, limit, self.client):
                self.found[record.id] = record
            self.complete = True
        except ToolError as fault:
            self.fault = fault
        finally:
            # A defect of a client goes to the log of the thread; the source counts as failed.
            self.seconds = time.monotonic() - began
            self.done.set()

    def state(self, deadline: float, count: int) -> SourceState:
        """Say how the source answered with `count` records."""
        ended = self.done.is_set()
        state = SourceState(
            source=self.source.name,
            label=self.source.label,
            state="answered",
            records=count,
            seconds=round(self.seconds if ended else deadline, 2),
        )
        if self.complete and ended:
            state.state = "cached" if self.client.cached and not self.client.asked else "answered"
        elif isinstance(self.fault, SourceFault):
            state.state = self.fault.state
        else:
            state.state = "failed" if ended else "late"
        state.words = _words(state, self._reason(ended), deadline)
        return state

    def _reason(self, ended: bool) -> str:
        if self.fault:
            return str(self.fault).rstrip(".")
        return "its client has a defect, see the log" if ended and not self.complete else ""


def search_live(
    demand: Demand, settings: Settings, meanwhile: Meanwhile = lambda *_: None
) -> tuple[list[Record], list[SourceState]]:
    """Ask every live source that is switched on, at once, and return what came by the deadline.

    Args:
        demand: what is wanted.
        settings: which sources, how long, where they are.
        meanwhile: given the records of each source that has answered while others are waited for,
            and the time (of `time.monotonic`) at which it is to end.

    Returns:
        The records, those of a source in its order; and how each source answered, failures too.

    Raises:
        ToolError: the setting names a source that is not known, or the demand has no subject.
    """
    names = chosen(settings)
    if not names:
        return [], []
    query = LiveQuery.of(demand)
    sources, states = _made(names, settings)
    asked = _ask_all(sources, query, settings, meanwhile)
    records: list[Record] = []
    for each in asked:
        found = list(each.found.values())
        records += found
        states.append(each.state(settings.live_deadline, len(found)))
    return records, states


def _made(names: Sequence[str], settings: Settings) -> tuple[list[LiveSource], list[SourceState]]:
    """Return the sources, and the state of those that the settings do not allow to be made."""
    sources: list[LiveSource] = []
    states = []
    for name in names:
        try:
            sources += SOURCES[name](settings)
        except ToolError as fault:
            state = SourceState(source=name, label=name, state="failed")
            state.words = _words(state, str(fault).rstrip("."), settings.live_deadline)
            states.append(state)
    return sources, states


def _ask_all(
    sources: Sequence[LiveSource], query: LiveQuery, settings: Settings, meanwhile: Meanwhile
) -> list[_Asked]:
    """Ask the sources in threads of their own, and wait for them no longer than the deadline."""
    deadline = settings.live_deadline
    first = Client(settings, deadline)
    asked = [_Asked(source, Client(settings, deadline, first)) for source in sources]
    for each in asked:
        arguments = (query, settings.live_limit)
        threading.Thread(target=each.ask, args=arguments, daemon=True).start()
    until = time.monotonic() + deadline + _GRACE
    waiting = list(asked)
    while waiting and time.monotonic() < until:
        answered = [each for each in waiting if each.done.is_set()]
        waiting = [each for each in waiting if each not in answered]
        for each in answered:
            meanwhile(list(each.found.values()), until)
        if waiting and not answered:
            waiting[0].done.wait(min(_GRACE, max(0.0, until - time.monotonic())))
    if all(each.done.is_set() for each in asked):
        first.close()
    return asked


def _words(state: SourceState, reason: str, deadline: float) -> str:
    count = "1 dataset" if state.records == 1 else f"{state.records:,} datasets"
    if state.state == "answered":
        return f"{state.label}: {count} in {state.seconds:.1f} s."
    if state.state == "cached":
        return f"{state.label}: {count} from the cache."
    if state.state == "late":
        return f"{state.label}: late, {count} came within {deadline:g} s."
    head = "waits for its rate limit" if state.state == "limited" else "failed"
    came = f"; {count} came before" if state.records else ""
    return f"{state.label}: {head}, {reason}{came}."
