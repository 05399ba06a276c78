"""Synthetic rows that state their quality."""

from .propose import SynthesizeArgs, propose_synthesis, synthesize
from .quality import Quality, measure_quality, report_quality

__all__ = [
    "Quality",
    "SynthesizeArgs",
    "measure_quality",
    "propose_synthesis",
    "report_quality",
    "synthesize",
]
