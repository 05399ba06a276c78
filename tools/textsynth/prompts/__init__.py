"""The prompts of the synthesis of texts."""

from ...prompts import as_data, fill

__all__ = ["as_data", "render"]


def render(name: str, **variables: str) -> str:
    """Return a prompt of this folder with its variables filled in.

    Raises:
        KeyError: the prompt needs a variable that is not given.
    """
    return fill(__package__, name, **variables)
