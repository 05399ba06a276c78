"""The process that waits inside the sandbox: it loads the libraries once and forks for each call.

A call has a process of its own, so no code that a model wrote sees another's memory, and what it
does to the libraries ends with it. Run as `python -c "from inside.server import main; main()"`.
"""

import ctypes
import json
import os
import select
import signal
import sys
import time
from typing import Any

from .call import answer
from .wire import is_whole, pack, receive, send, unpack

SET_DEATH_SIGNAL = 1
LOOK_EVERY = 0.002


def main() -> None:
    """Lock this process up where that is its own task, load the libraries, answer requests."""
    setting = json.loads(sys.argv[1])
    sys.path[:] = [path for path in sys.path if path != setting["inside"]] + setting["paths"]
    _end_with_parent()
    if setting["landlock"]:
        from . import landlock

        landlock.restrict(setting["readable"])
    import numpy as np  # noqa: F401 - loaded here so that a fork has it at once
    import pandas as pd
    import pyarrow as pa

    pa.set_cpu_count(1)
    pd.Series([1.0, 2.0]).groupby([1, 1]).mean()
    send(1, pack({"ready": True}))
    while (message := receive(0)) is not None:
        send(1, _serve(*unpack(message)))


def _serve(request: dict[str, Any], body: bytes) -> bytes:
    """Answer one request in a fork, which is killed where it takes too long or says too much."""
    limits = request["limits"]
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _end_with_parent()
            answer(request, body, write)
        finally:
            os._exit(0)
    os.close(write)
    until = time.monotonic() + limits["seconds"]
    reply, stop = _collect(read, limits["output"], until)
    os.close(read)
    ended = _end(child, 0.0 if stop else until)
    stop = stop or ended or (None if is_whole(reply) else "crash")
    return reply if stop is None else pack({"stop": stop})


def _collect(read: int, most: int, until: float) -> tuple[bytes, str | None]:
    """Return what the fork says, and why it has to be stopped where it has to."""
    parts = bytearray()
    while (left := until - time.monotonic()) > 0 and select.select([read], [], [], left)[0]:
        part = os.read(read, 1 << 16)
        if not part:
            return bytes(parts), None
        parts += part
        if len(parts) > most:
            return b"", "output"
    return b"", "time"


def _end(child: int, until: float) -> str | None:
    """Wait for the end of a fork, kill it where it is late; return what was wrong with its end."""
    while time.monotonic() < until:
        gone, status = os.waitpid(child, os.WNOHANG)
        if gone:
            late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
            return "time" if late else "crash" if os.WIFSIGNALED(status) else None
        time.sleep(LOOK_EVERY)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "time"


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
