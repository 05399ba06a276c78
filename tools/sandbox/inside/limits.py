"""Limits of one call, set in its own process just before code that a model wrote runs."""

import resource
from typing import Any

HEADROOM = 1 << 29
"""Address space that the libraries themselves take up, in bytes; most of it is never touched."""
FILES = 64


def restrict(limits: dict[str, Any]) -> None:
    """Limit processor time, memory, processes, open files, and the size of files to nothing."""
    seconds = int(limits["seconds"]) + 1
    _set(resource.RLIMIT_CPU, seconds)
    _set(resource.RLIMIT_AS, int(limits["memory"]) + HEADROOM)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_NOFILE, FILES)
    _set(resource.RLIMIT_NPROC, 0)


def _set(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, value))
