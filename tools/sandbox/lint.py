"""A look at code before it runs: early, friendly errors. It is no boundary; the sandbox is."""

import ast
from collections.abc import Iterator

from .base import CodeFailed

MODULES = frozenset(
    {"bisect", "calendar", "collections", "datetime", "decimal", "difflib", "fractions"}
    | {"functools", "itertools", "json", "math", "numpy", "operator", "pandas", "re"}
    | {"statistics", "string", "textwrap", "typing", "unicodedata", "zoneinfo"}
)
NO_NAMES = frozenset(
    {"__import__", "breakpoint", "compile", "eval", "exec", "exit", "globals", "input"}
    | {"locals", "open", "quit", "vars"}
)
NO_METHODS = ("read_", "to_csv", "to_parquet", "to_pickle", "to_excel", "to_sql", "to_hdf")
MOST_CHARACTERS = 8000


def check_code(code: str) -> bool:
    """Check what code defines and uses; return whether it defines a `fit`.

    Raises:
        CodeFailed: it cannot work here; the message names the line and what to write instead.
    """
    if len(code) > MOST_CHARACTERS:
        raise CodeFailed("refused", f"The code is longer than {MOST_CHARACTERS:,} characters.")
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f" (line {error.lineno})" if isinstance(error, SyntaxError) else ""
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        raise CodeFailed("refused", f"The code is no Python: {message}{where}.") from error
    for node in ast.walk(tree):
        for fault in _faults(node):
            line = getattr(node, "lineno", 0)
            raise CodeFailed("refused", f"Line {line}: {fault}")
    return _check_functions(tree)


def _check_functions(tree: ast.Module) -> bool:
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if "transform" not in functions:
        raise CodeFailed("refused", "The code defines no function transform(frame).")
    fits = "fit" in functions
    wanted = {"transform": 2 if fits else 1, "fit": 1}
    for name, number in wanted.items():
        if name in functions and not _takes(functions[name], number):
            names = ("frame", "state")[:number]
            raise CodeFailed("refused", f"Write {name}({', '.join(names)}).")
    return fits


def _takes(function: ast.FunctionDef, number: int) -> bool:
    arguments = function.args
    there = len(arguments.posonlyargs) + len(arguments.args)
    return there - len(arguments.defaults) <= number <= there and not arguments.kwonlyargs


def _faults(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (_no_module(a.name) for a in node.names if _foreign(a.name))
    elif isinstance(node, ast.ImportFrom) and (node.level or _foreign(node.module or "")):
        yield _no_module(node.module or ".")
    elif isinstance(node, ast.Name) and node.id in NO_NAMES:
        yield f"{node.id} cannot be used here: files, input and other code are out of reach."
    elif isinstance(node, ast.Attribute) and node.attr.startswith("__"):
        yield f"{node.attr} cannot be used here; use public names."
    elif isinstance(node, ast.Attribute) and node.attr.startswith(NO_METHODS):
        yield f"{node.attr} reads or writes files, which are out of reach; use the frame given."


def _foreign(module: str) -> bool:
    return module.split(".")[0] not in MODULES


def _no_module(module: str) -> str:
    return f"{module} cannot be imported here. There are: {', '.join(sorted(MODULES))}."
