"""DataQuarry: say what data you need, get a dataset ready to train on.

The public names are imported on first use, so that `import dataquarry` stays fast.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Copilot": ".agent.copilot",
    "Demand": ".retrieval.demand",
    "Recipe": ".tools.recipe",
    "Settings": ".settings",
    "ToolError": ".errors",
    "NotApplicable": ".errors",
    "apply": ".api",
    "compare": ".api",
    "mentions": ".api",
    "similar": ".api",
    "join_tables": ".api",
    "profile": ".api",
    "propose_audit": ".api",
    "propose_written_repairs": ".api",
    "propose_cleaning": ".api",
    "propose_features": ".api",
    "propose_links": ".api",
    "propose_selection": ".api",
    "propose_synthesis": ".api",
    "propose_texts": ".api",
    "read_file": ".tools.files",
    "read_recipe": ".tools.recipe",
    "search": ".api",
    "synthesize_tables": ".api",
    "write_texts": ".api",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'dataquarry' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name], __name__), name)


def __dir__() -> list[str]:
    return __all__
