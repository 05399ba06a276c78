"""Values that Python source code states, read without running it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class _Unknown(Exception):  # noqa: N818 - a value the code does not state outright
    """The expression needs more than constants and names of constants."""


def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def constants(tree: ast.Module) -> dict[str, Any]:
    """Return what the module's top level assigns to names, where the code states it outright."""
    found: dict[str, Any] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign):
                value = read(node.value, found)
                if value is not None:
                    found[target.id] = value
    return found


def read(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """Return the value of an expression made of constants and known names; None for any other.

    Of a formatted string the parts that are not known are left out.
    """
    try:
        return _read(node, names)
    except _Unknown:
        return None


def keywords(call: ast.Call, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments of a call whose values are known."""
    found: dict[str, Any] = {}
    for keyword in call.keywords:
        value = read(keyword.value, names)
        if keyword.arg is None:
            found |= value if isinstance(value, dict) else {}
        elif value is not None:
            found[keyword.arg] = value
    return found


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Yield the calls of a function or class by the last part of its name, as they stand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) == name:
            yield node


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _read(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_read(item, names) for item in node.elts]
    if isinstance(node, ast.Dict):
        return _dict(node, names)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _sum(_read(node.left, names), _read(node.right, names))
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    raise _Unknown


def _dict(node: ast.Dict, names: Mapping[str, Any]) -> dict[Any, Any]:
    """Read a dict; entries whose value is not known are left out."""
    found: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        known = read(value, names)
        if key is None:
            found |= known if isinstance(known, dict) else {}
        elif known is not None and isinstance(name := read(key, names), str | int):
            found[name] = known
    return found


def _sum(left: Any, right: Any) -> Any:
    if type(left) is type(right) and isinstance(left, str | list):
        return left + right
    raise _Unknown
