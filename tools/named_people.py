"""Names of people and places in texts, found by presidio with a spaCy model of the user's choice.

Own patterns (`pii.py`) find what has a form; a name has none, so that a model has to know it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from ..errors import MissingExtra, ToolError

NameKind = Literal["person", "location"]
ENTITIES: dict[str, NameKind] = {"PERSON": "person", "LOCATION": "location"}
SURE = 0.6
BATCH = 64

Report = Callable[..., None]


class NamedPlace(NamedTuple):
    """A name in a text: characters `start` to `end`."""

    start: int
    end: int
    kind: NameKind


def find_names(
    texts: list[str], model: str, report: Report = lambda message, share=None: None
) -> list[list[NamedPlace]]:
    """Return the names in each text, in order.

    Args:
        texts: the texts.
        model: an installed spaCy model, such as en_core_web_sm, with its language in front.
        report: told how far the work is.

    Raises:
        MissingExtra: the extra "presidio" is not installed.
        ToolError: there is no such spaCy model.
    """
    analyzer, language = _analyzer(model), model[:2]
    found = []
    for number, results in enumerate(
        analyzer.analyze_iterator(
            texts, language=language, batch_size=BATCH, entities=list(ENTITIES)
        )
    ):
        if number % BATCH == 0:
            report("Looking for names", number / max(len(texts), 1))
        places = {
            NamedPlace(r.start, r.end, ENTITIES[r.entity_type]) for r in results if r.score >= SURE
        }
        found.append(sorted(places))
    return found


@lru_cache(maxsize=2)
def _analyzer(model: str) -> Any:
    try:
        from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpEngineProvider
        from spacy.util import is_package
    except ImportError as error:
        raise MissingExtra("Finding names of people and places needs presidio", "presidio") from (
            error
        )
    if not is_package(model):
        raise ToolError(
            f"No spaCy model {model!r} is installed. Install one, such as with: python -m spacy "
            "download en_core_web_sm, and name it in DATAQUARRY_SPACY_MODEL."
        )
    models = [{"lang_code": model[:2], "model_name": model}]
    setting = {"nlp_engine_name": "spacy", "models": models}
    engine = NlpEngineProvider(nlp_configuration=setting).create_engine()
    return BatchAnalyzerEngine(
        analyzer_engine=AnalyzerEngine(nlp_engine=engine, supported_languages=[model[:2]])
    )
