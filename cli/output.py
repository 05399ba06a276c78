"""Where the command line writes: answers on stdout, progress and problems on stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ..tools.export.text import plain

WithoutSandbox = Annotated[
    bool,
    typer.Option(
        "--without-sandbox",
        help="Run code that a model wrote also where no sandbox works. Your risk.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Report = Callable[..., None]

NARROWEST = 100


def console(*, stderr: bool = False) -> Console:
    """Return a console, at least 100 columns wide where nobody watches it live."""
    found = Console(stderr=stderr, highlight=False)
    if not found.is_terminal:
        found = Console(stderr=stderr, highlight=False, width=max(found.width, NARROWEST))
    return found


def safe(text: object, limit: int = 2_000) -> str:
    """Return a text from outside for the terminal: one line, no markup, no control characters."""
    return escape(plain(text, limit))


def print_json(data: Any) -> None:
    """Print one JSON value on stdout."""
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def problem(message: str) -> None:
    """Print one line about what went wrong on stderr."""
    console(stderr=True).print(
        f"Error: {plain(message)}", style="red", markup=False, soft_wrap=True
    )


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show a bar on stderr; yields the function to report with: (message, share from 0 to 1)."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def report(message: str, share: float | None = None) -> None:
            total = None if share is None else 1.0
            bar.update(task, description=safe(message, 80), total=total, completed=share or 0.0)

        yield report
