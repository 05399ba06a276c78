"""Prompts: text files with $variables; a missing variable fails loudly."""

from importlib.resources import files
from string import Template

from ...redact import redacted


def fill(package: str, name: str, **variables: str) -> str:
    """Return the prompt `name`.txt of a package with its variables filled in.

    Raises:
        KeyError: the prompt needs a variable that is not given.
    """
    text = files(package).joinpath(f"{name}.txt").read_text("utf-8")
    return Template(text).substitute(variables)


def render(name: str, **variables: str) -> str:
    """Return a prompt of the tools with its variables filled in."""
    return fill(__package__, name, **variables)


def as_data(text: str, limit: int = 600) -> str:
    """Return untrusted text for a prompt: one line, no secrets, cut, unable to close its mark."""
    line = redacted(" ".join(text.split()))
    return line.replace("<", "(").replace(">", ")")[:limit]
