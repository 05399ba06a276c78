"""Sandbox: one process that answers calls, started when the first comes, killed at the end."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self

import pandas as pd

from .base import CodeFailed, Level, Limits
from .inside.wire import LENGTHS, pack, send
from .levels import ENVIRONMENT, active_level, command
from .reply import Answer, read_columns, read_state

START_SECONDS = 60
GRACE_SECONDS = 3.0
"""What the other side gets beside the time of the call to end it by itself."""

_warm: ContextVar["Sandbox | None"] = ContextVar("warm", default=None)


class Sandbox:
    """Runs functions that a model wrote on frames, each call in a fork of a warm process.

    Args:
        level: what holds the code; by default the strongest that works, looked for when the first
            call comes.
    """

    def __init__(self, level: Level | None = None) -> None:
        self._level = level
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def level(self) -> Level:
        """What holds the code.

        Raises:
            NoSandbox: no sandbox works and no person said to go without.
        """
        if self._level is None:
            self._level = active_level()
        return self._level

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def transform(
        self,
        code: str,
        frame: pd.DataFrame,
        state: Any = None,
        limits: Limits | None = None,
        *,
        texts: bool = False,
    ) -> Answer:
        """Call `transform(frame)`, or `transform(frame, state)` where the code defines a `fit`.

        Raises:
            CodeFailed: the code failed, or returned no columns of numbers for each row; of texts
                too where `texts` is set.
        """
        return self._call("transform", code, frame, state, limits or Limits(), texts=texts)

    def fit(self, code: str, frame: pd.DataFrame, limits: Limits | None = None) -> Any:
        """Call `fit(frame)` and return the state that it learned, as plain JSON.

        Raises:
            CodeFailed: the code failed, or returned something else than plain values.
        """
        return self._call("fit", code, frame, None, limits or Limits()).state

    def close(self) -> None:
        """Kill the process and all it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()

    def _call(
        self,
        function: str,
        code: str,
        frame: pd.DataFrame,
        state: Any,
        limits: Limits,
        *,
        texts: bool = False,
    ) -> Answer:
        request = {
            "code": code,
            "function": function,
            "returns": "state" if function == "fit" else "frame",
            "state": state,
            "with_state": function == "transform" and state is not None,
            "limits": limits.model_dump(),
            "filter": self.level is not Level.NONE and _can_filter(),
        }
        message = self._ask(pack(request, _arrow(frame)), limits)
        if function == "fit":
            return read_state(message, limits)
        return read_columns(message, len(frame), limits, texts=texts)

    def _ask(self, message: bytes, limits: Limits) -> bytes:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            send(process.stdin.fileno(), message)
            until = time.monotonic() + limits.seconds + GRACE_SECONDS
            return _read(process.stdout.fileno(), limits.output + (1 << 20), until)
        except (TimeoutError, OSError, EOFError) as error:
            self.close()
            raise CodeFailed("crash", f"The sandbox ended: {error}") from error

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                command(self.level),
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
            )
            self._greet(self._process)
        return self._process

    def _greet(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        try:
            _read(process.stdout.fileno(), 1 << 10, time.monotonic() + START_SECONDS)
        except (TimeoutError, EOFError) as error:
            self.close()
            raise CodeFailed("crash", f"The sandbox ({self.level}) does not start.") from error


@contextmanager
def keep_warm() -> Iterator[Sandbox]:
    """Use one process for all calls in this context."""
    current = _warm.get()
    if current is not None:
        yield current
        return
    with Sandbox() as box:
        token = _warm.set(box)
        try:
            yield box
        finally:
            _warm.reset(token)


def run_code(
    code: str,
    frame: pd.DataFrame,
    state: Any = None,
    limits: Limits | None = None,
    *,
    texts: bool = False,
) -> Answer:
    """Run `transform` of code that a model wrote on a frame, at the strongest level that works.

    Raises:
        NoSandbox: none works and no person said to go without.
        CodeFailed: the code failed, or returned no columns of numbers for each row; of texts too
            where `texts` is set.
    """
    with keep_warm() as box:
        return box.transform(code, frame, state, limits, texts=texts)


def _can_filter() -> bool:
    from .inside import seccomp

    return seccomp.known_machine()


def _arrow(frame: pd.DataFrame) -> bytes:
    import io

    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _read(descriptor: int, most: int, until: float) -> bytes:
    """Read one message until a time.

    Raises:
        TimeoutError: it did not come in time.
        EOFError: the other side ended, or the message is longer than it may be.
    """
    parts, wanted = bytearray(), LENGTHS.size
    while len(parts) < wanted:
        left = until - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise TimeoutError("no answer in time")
        part = os.read(descriptor, min(wanted - len(parts), 1 << 20))
        if not part:
            raise EOFError("it gave no answer")
        parts += part
        if len(parts) == LENGTHS.size:
            wanted += sum(LENGTHS.unpack_from(parts))
            if wanted > most:
                raise EOFError("its answer is too long")
    return bytes(parts)
