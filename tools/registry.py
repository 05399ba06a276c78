"""The tools, as a visible list. To add one: write its file, add its line here, add its test."""

from ..errors import ToolError
from .audit import audit
from .base import Tool
from .choose_target import choose_target
from .clean import clean
from .compare import compare
from .export.tool import export
from .features.propose import features
from .features.write import write_features
from .link_tables import link_tables
from .load import load
from .measure import measure
from .name_columns import name_columns
from .profile import profile
from .search import search
from .select_table import select
from .synthesis import synthesize
from .textsynth.label_tool import label_texts
from .textsynth.tool import write_texts
from .write_repairs import write_repairs

TOOLS: tuple[Tool, ...] = (
    search,
    compare,
    load,
    link_tables,
    profile,
    name_columns,
    choose_target,
    clean,
    write_repairs,
    audit,
    features,
    write_features,
    synthesize,
    write_texts,
    label_texts,
    select,
    measure,
    export,
)


def get_tool(name: str) -> Tool:
    """Return the tool of that name.

    Raises:
        ToolError: there is none; the message lists those there are.
    """
    for tool in TOOLS:
        if tool.name == name:
            return tool
    raise ToolError(f"No tool {name!r}. Tools: {', '.join(tool.name for tool in TOOLS)}.")
