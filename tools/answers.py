"""JSON in what a language model wrote."""

import json
import re
from typing import Any

FENCE = re.compile(r"```(?:json)?\s*\n?(.*?)```", re.DOTALL | re.IGNORECASE)
TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def read_json(text: str) -> Any:
    """Return the first JSON object or list in a text, None where there is none.

    Fences, words around it and trailing commas are forgiven; nothing is evaluated.
    """
    for candidate in (text, *FENCE.findall(text), _braces(text)):
        for tried in (candidate, TRAILING_COMMA.sub(r"\1", candidate)):
            try:
                data = json.loads(tried)
            except json.JSONDecodeError:
                continue
            if isinstance(data, dict | list):
                return data
    return None


def _braces(text: str) -> str:
    """Return the text from the first opening to the last closing brace."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else ""
