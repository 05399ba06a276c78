"""Which language a text is in, for texts long enough to tell."""

from functools import cache
from typing import Any

SURE = 0.1
"""A text is in another language where the wanted one has less than this chance."""
MIN_LETTERS = 20


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def is_other_language(text: str, wanted: str) -> bool:
    """Say whether a text is surely in another language than the wanted one (ISO 639-1).

    Lui and Baldwin, "langid.py" (2012). Texts of fewer than `MIN_LETTERS` letters and languages
    the model does not know count as right.
    """
    if sum(map(str.isalpha, text)) < MIN_LETTERS:
        return False
    chances = dict(_identifier().rank(text))
    return wanted in chances and float(chances[wanted]) < SURE


def main_language(texts: list[str]) -> str | None:
    """Return the language that most of the texts are in, None where no text is long enough."""
    long = [text for text in texts if sum(map(str.isalpha, text)) >= MIN_LETTERS][:50]
    found = [str(_identifier().classify(text)[0]) for text in long]
    return max(sorted(set(found)), key=found.count) if found else None
