"""Synthetic rows that state their quality.

The names are looked up when they are asked for: operations hold conditions and rules from here,
and proposals hold operations.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .propose import SynthesizeArgs, propose_synthesis, synthesize
    from .quality import Quality, measure_quality, report_quality

_MODULES = {
    "SynthesizeArgs": "propose",
    "propose_synthesis": "propose",
    "synthesize": "propose",
    "Quality": "quality",
    "measure_quality": "quality",
    "report_quality": "quality",
}

__all__ = [
    "Quality",
    "SynthesizeArgs",
    "measure_quality",
    "propose_synthesis",
    "report_quality",
    "synthesize",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
