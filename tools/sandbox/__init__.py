"""Sandbox: code that a model wrote runs here and nowhere else.

A separate process with an empty environment, Arrow in and out, no network, no files but the
read-only interpreter, and limits on time, memory, processes and output. `docs/sandbox.md` says
what holds it on which machine.
"""

from .base import CodeFailed, Level, Limits, NoSandbox, person_allows
from .levels import active_level, working_levels
from .lint import check_code
from .process import Sandbox, keep_warm, run_code
from .reply import Answer

__all__ = [
    "Answer",
    "CodeFailed",
    "Level",
    "Limits",
    "NoSandbox",
    "Sandbox",
    "active_level",
    "check_code",
    "keep_warm",
    "person_allows",
    "run_code",
    "working_levels",
]
