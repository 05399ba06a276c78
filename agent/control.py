"""Control: how a step that is being worked on reports and is stopped."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from typing import TypeVar

from ..errors import Cancelled

T = TypeVar("T")

PROGRESS_EVERY = 0.5
LOOK_EVERY = 0.1


@dataclass
class Control:
    """Shared by the thread that drives a run and the thread that works on its step."""

    show: Callable[[str, float | None], None]
    stop: threading.Event = field(default_factory=threading.Event)
    shown: float = 0.0
    last: tuple[str, float | None] | None = None

    def report(self, message: str, share: float | None = None) -> None:
        """Show how far a step is, at most twice a second and nothing twice in a row.

        Raises:
            Cancelled: a person asked to stop.
        """
        if self.stop.is_set():
            raise Cancelled("The run was stopped.")
        is_news = (message, share) != self.last
        if is_news and time.monotonic() - self.shown >= PROGRESS_EVERY:
            self.shown, self.last = time.monotonic(), (message, share)
            self.show(message, share)

    def work(self, function: Callable[[], T]) -> T:
        """Run a function in a thread of its own and return its result, or stop waiting for it.

        A function that does not look up from its work when asked to stop is left behind; what it
        still computes is never used, since only the waiting thread writes results.

        Raises:
            Cancelled: a person asked to stop.
        """
        done: Future[T] = Future()

        def body() -> None:
            try:
                done.set_result(function())
            except BaseException as error:  # noqa: BLE001 - the waiting thread raises it
                done.set_exception(error)

        threading.Thread(target=body, name="step", daemon=True).start()
        while True:
            try:
                return done.result(timeout=LOOK_EVERY)
            except NotYet:
                if done.done():  # the function itself raised a TimeoutError
                    raise
                if self.stop.is_set():
                    raise Cancelled("The run was stopped.") from None
