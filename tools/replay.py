"""Replay: the approved changes of a run, done again on a file."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import ToolError
from .contract import NAME as CONTRACT
from .contract import check_contract
from .recipe import Recipe, read_recipe
from .tables import parquet_bytes, write_whole

Report = Callable[..., None]


def replay_file(
    recipe_path: Path, input_path: Path, output_path: Path, report: Report | None = None
) -> dict[str, Any]:
    """Read a recipe file and replay it, see `replay_recipe`.

    The result is held to the contract beside the recipe, where there is one.

    Raises:
        ToolError: as `replay_recipe`; also where the result breaks the contract.
    """
    contract = recipe_path.with_name(CONTRACT)
    return replay_recipe(
        read_recipe(recipe_path),
        input_path,
        output_path,
        report,
        contract if contract.is_file() else None,
    )


def replay_recipe(
    recipe: Recipe,
    input_path: Path,
    output_path: Path,
    report: Report | None = None,
    contract: Path | None = None,
) -> dict[str, Any]:
    """Do a recipe's changes on a table file and write the result, whole or not at all.

    Args:
        recipe: what to do.
        input_path: a file in any form `read_file` takes.
        output_path: a .parquet or .csv file; one that exists is replaced.
        report: told `(message, share)` with the share from 0 to 1.
        contract: a contract file the result must keep; nothing is written where it does not.

    Returns:
        Plain JSON: `output`, `rows`, `columns`, `changes`, `same_input_as_recorded`, and
        `same_bytes_as_recorded`: whether the result is the table the recipe was made with.

    Raises:
        ToolError: the input cannot be read, a change does not fit it (its title is named), the
            result breaks the contract, or the output is of no known kind.
    """
    from .files import read_file, write_csv
    from .frames import storable

    tell = report or (lambda message, share: None)
    suffix = output_path.suffix.lower()
    if suffix not in (".parquet", ".csv"):
        raise ToolError(f"Cannot write {output_path.name}: name the output .parquet or .csv.")
    tell(f"Reading {input_path.name}", 0.0)
    frame = storable(read_file(input_path))
    source = _hash(parquet_bytes(frame))
    result = recipe.replay(frame, tell)
    if contract:
        tell("Checking the contract", 0.9)
        check_contract(result, contract)
    tell(f"Writing {output_path.name}", 0.95)
    content = parquet_bytes(result)
    if suffix == ".csv":
        write_csv(result, output_path)
    else:
        write_whole(output_path, content)
    tell("Done", 1.0)
    return {
        "output": str(output_path),
        "rows": len(result),
        "columns": result.shape[1],
        "changes": len(recipe.changes),
        "same_input_as_recorded": source == recipe.source_data,
        "same_bytes_as_recorded": _hash(content) == recipe.result_data,
    }


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
