"""What a fit learned as plain JSON and back, with keys of any kind, moments and missing values."""

import datetime
import math
from typing import Any


def to_plain(value: Any) -> Any:
    """Return a value as JSON that `from_plain` reads back.

    Sets and tuples become lists, series of pandas become dicts, arrays lists.

    Raises:
        TypeError: it holds something else than numbers, texts, moments, lists and dicts.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "isoformat"):  # a date, a datetime, a Timestamp; NaT has the text "NaT"
        return {"$time": value.isoformat()}
    if isinstance(value, dict):
        return {"$items": [[to_plain(k), to_plain(v)] for k, v in value.items()]}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_plain(part) for part in value]
    if hasattr(value, "to_dict"):
        return to_plain(value.to_dict())
    if hasattr(value, "tolist"):
        return to_plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": str(value)}
    if isinstance(value, int | float):
        return value
    raise TypeError(f"a state holds plain values only, not {type(value).__name__}")


def from_plain(value: Any) -> Any:
    """Return the value that `to_plain` wrote."""
    if isinstance(value, list):
        return [from_plain(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "$items" in value:
        return {_key(from_plain(k)): from_plain(v) for k, v in value["$items"]}
    if "$number" in value:
        return float(value["$number"])
    if value["$time"] == "NaT":
        return None
    return datetime.datetime.fromisoformat(value["$time"])


def _key(key: Any) -> Any:
    """Return a key that can be hashed: a list was a tuple."""
    return tuple(key) if isinstance(key, list) else key
