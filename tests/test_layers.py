"""Imports go downward only, and heavy libraries stay in the layer that owns them."""

import ast
from pathlib import Path

import dataquarry
import pytest

ROOT = Path(dataquarry.__file__).parent
LAYERS = {"retrieval": 0, "tools": 1, "agent": 2, "ui": 3, "evals": 3, "cli": 4}
SHARED = {"errors", "redact", "settings", "__init__", "__version__"}
OWNERS = {
    "chromadb": "retrieval",
    "sentence_transformers": "retrieval",
    "torch": "retrieval",
    "bm25s": "retrieval",
    "langgraph": "agent",
    "openai": "agent",
    "gradio": "ui",
}
MODULES = sorted(
    path.relative_to(ROOT)
    for folder in LAYERS
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)


def imported(path: Path) -> list[tuple[str, bool]]:
    """Return (dotted name from the package root or of a library, whether it is ours)."""
    package = path.parent.parts
    names: list[tuple[str, bool]] = []
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [(alias.name, False) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append((node.module or "", False))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - (node.level - 1)]
            module = ".".join((*base, *([node.module] if node.module else [])))
            names += [(module or alias.name, True) for alias in node.names]
    return names


def test_walks_every_layer() -> None:
    assert {path.parts[0] for path in MODULES} == set(LAYERS)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_go_downward(path: Path) -> None:
    layer = path.parts[0]
    for name, ours in imported(path):
        top = name.split(".")[0]
        if ours and top not in SHARED:
            lower = LAYERS.get(top, LAYERS["cli"] + 1) < LAYERS[layer]
            assert top == layer or lower, f"{path} imports {name}"
        if not ours:
            assert top != "dataquarry", f"{path}: imports inside the package are relative"
            assert OWNERS.get(top, layer) == layer, f"{path} imports {top}"
