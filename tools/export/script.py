"""recipe.py: the approved changes as a script that needs no run and no agent."""

import ast
import pprint

from ..recipe import Recipe
from .text import plain

_SCRIPT = '''"""Prepare a table the way {title} was prepared.

Usage: python recipe.py INPUT OUTPUT

INPUT is a table in any form DataQuarry reads (source.parquet beside this file is the one the
changes were approved on), OUTPUT a .parquet or .csv file. Needs the package dataquarry; runs no
agent, fits nothing and asks nothing. Run on source.parquet, it makes data.parquet again, byte
for byte with the same versions of pandas and pyarrow:
sha256 {result}
"""

import sys
from pathlib import Path

RECIPE = {recipe}

if __name__ == "__main__":
    from dataquarry.errors import DataQuarryError
    from dataquarry.tools.recipe import Recipe
    from dataquarry.tools.replay import replay_recipe

    if len(sys.argv) != 3:
        sys.exit("Usage: python recipe.py INPUT OUTPUT")
    try:
        done = replay_recipe(Recipe.model_validate(RECIPE), Path(sys.argv[1]), Path(sys.argv[2]))
    except DataQuarryError as error:
        sys.exit(str(error))
    print(f"{{done['rows']:,}} rows, {{done['columns']}} columns: {{sys.argv[2]}}")
'''


def recipe_script(recipe: Recipe, title: str) -> str:
    """Return the script. The recipe stands in it as a Python literal that can be read and edited.

    The title comes from a dataset, so it may not end the docstring.
    """
    content = recipe.model_dump(mode="json")
    literal = pprint.pformat(content, width=98, sort_dicts=False)
    assert ast.literal_eval(literal) == content, "a recipe holds plain JSON"
    safe = plain(title, 60).replace("\\", "").replace('"', "'")
    return _SCRIPT.format(title=safe, result=recipe.result_data, recipe=literal)
