"""Prompts of the planner: text files with $variables; a missing variable fails loudly."""

from ...tools.prompts import as_data, fill

__all__ = ["as_data", "render"]


def render(name: str, **variables: str) -> str:
    """Return a prompt of the planner with its variables filled in."""
    return fill(__package__, name, **variables)
