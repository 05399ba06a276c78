"""What a tool works with outside of a run."""

import pandas as pd

from ..errors import ToolError
from ..retrieval.demand import Demand
from ..retrieval.records import SearchResult
from ..retrieval.search import search_datasets
from ..retrieval.understand import understand
from ..settings import Settings
from ..tools.base import Work
from ..tools.language_model import LanguageModel
from ..tools.load import keep_frame
from ..tools.model_search import search_with_model
from .model import ChatModel
from .openai_model import OpenAIModel
from .tool_model import ToolModel


def work_alone(
    frame: pd.DataFrame | None,
    settings: Settings,
    model: ChatModel | None = None,
    *,
    name: str = "frame",
    about: str = "Rows that were asked for.",
) -> Work:
    """Return the work of one tool on a frame, or on nothing yet.

    Args:
        frame: the table; None where the tool makes one.
        settings: the workspace, and the model where none is given.
        model: the language model that the tool may ask.
        name: what the rows of the frame are called in the provenance of others.
        about: what is wanted, in plain words.
    """
    if model is None and settings.model:
        model = OpenAIModel(settings)
    work = Work(settings=settings, demand=Demand(text=about))
    work.model = ToolModel(model) if model else None
    work.table = keep_frame(work.store, frame, name) if frame is not None else None
    return work


def search_alone(
    demand: str | Demand, settings: Settings, k: int = 10, model: ChatModel | None = None
) -> SearchResult:
    """Return the datasets that serve a demand, with the help of a model where it is wanted.

    Args:
        demand: what is wanted, in plain words or parsed.
        settings: where the index is, and whether the model of the settings helps.
        k: the greatest number of hits.
        model: a model that helps whatever the settings say.

    Raises:
        ToolError: the demand is empty, there is no index, or a model is to help and none is set.
    """
    wanted = understand(demand) if isinstance(demand, str) else demand
    if model is None and not settings.model_search:
        return search_datasets(wanted, settings, k)
    return search_with_model(wanted, settings, k, model_alone(settings, model))


def model_alone(settings: Settings, model: ChatModel | None = None) -> LanguageModel:
    """Return the language model for a tool outside of a run, whose tokens nobody counts.

    Args:
        settings: the model where none is given.
        model: who is asked.

    Raises:
        ToolError: no model is set.
    """
    if model is None and not settings.model:
        raise ToolError("No language model is set. Set DATAQUARRY_MODEL and OPENAI_BASE_URL.")
    return ToolModel(model or OpenAIModel(settings))
