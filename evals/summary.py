"""Figures over cases."""

from collections.abc import Iterable, Sequence
from typing import Any


def rate(cases: Sequence[dict[str, Any]], name: str) -> float | None:
    """Return the share of cases of which `name` is true, among those it applies to.

    A case to which it does not apply has None there. None where it applies to no case.
    """
    values = [case[name] for case in cases if case.get(name) is not None]
    return mean(map(float, values))


def mean(values: Iterable[float]) -> float | None:
    """Return the mean, None of nothing."""
    found = list(values)
    return round(sum(found) / len(found), 6) if found else None
