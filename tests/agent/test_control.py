"""Control: a step is stopped at once, and its result or fault comes through."""

import threading
import time

import pytest
from dataquarry.agent.control import Control
from dataquarry.errors import Cancelled


def quiet(_: str, __: float | None) -> None:
    pass


def test_the_result_comes_through() -> None:
    assert Control(quiet).work(lambda: 3) == 3


@pytest.mark.parametrize("fault", [ValueError, TimeoutError, KeyError])
def test_the_fault_comes_through_as_it_was(fault: type[Exception]) -> None:
    def fail() -> None:
        raise fault("of the step")

    with pytest.raises(fault, match="of the step"):
        Control(quiet).work(fail)


def test_a_step_that_never_looks_up_is_left_behind() -> None:
    control, forever = Control(quiet), threading.Event()
    threading.Timer(0.2, control.stop.set).start()
    with pytest.raises(Cancelled):
        control.work(forever.wait)
    forever.set()


def test_a_step_that_reports_is_told_to_stop() -> None:
    control = Control(quiet)
    control.stop.set()
    with pytest.raises(Cancelled):
        control.report("half", 0.5)


def test_progress_is_shown_at_most_twice_a_second() -> None:
    seen: list[str] = []
    control = Control(lambda message, _: seen.append(message))
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        control.report("tick")
    assert len(seen) == 1


def test_nothing_is_shown_twice_in_a_row() -> None:
    shown: list[tuple[str, float | None]] = []
    control = Control(lambda message, share: shown.append((message, share)))
    for told in [("fold", None), ("fold", None), ("fold", 0.5)]:
        control.shown = 0.0  # long ago
        control.report(*told)
    assert shown == [("fold", None), ("fold", 0.5)]
