"""Figures over cases."""

from collections.abc import Sequence
from typing import Any


def rate(cases: Sequence[dict[str, Any]], name: str) -> float | None:
    """Return the share of cases of which `name` is true, among those it applies to.

    A case to which it does not apply has None there. None where it applies to no case.
    """
    values = [case[name] for case in cases if case.get(name) is not None]
    return round(sum(map(bool, values)) / len(values), 6) if values else None
