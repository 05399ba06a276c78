"""Recipe: the approved changes of a run, replayable on new data."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ToolError
from .operations.base import Operation
from .tables import Change, Origin, Table, TableStore


class Recipe(BaseModel):
    """Changes in order, with the origin and hash of the table they were approved on."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["dataquarry-recipe"] = "dataquarry-recipe"
    version: Literal[1] = 1
    origin: Origin
    source_data: str
    result_data: str
    target: str | None = None
    changes: list[Change] = []

    @property
    def operations(self) -> list[Operation]:
        """All operations, in order."""
        return [operation for change in self.changes for operation in change.operations]

    def replay(
        self, frame: pd.DataFrame, report: Callable[[str, float], None] | None = None
    ) -> pd.DataFrame:
        """Return the frame after every operation; nothing is fitted again.

        `report` is told the title of each change and the share of changes done before it.

        Raises:
            ToolError: an operation does not fit; the message names the change it belongs to.
        """
        for number, change in enumerate(self.changes):
            if report:
                report(change.title, number / len(self.changes))
            for operation in change.operations:
                try:
                    frame = operation.apply(frame)
                except (ToolError, TypeError, ValueError) as error:
                    # On other data a column may hold other kinds of values than it once did.
                    raise ToolError(f"Recipe step {change.title!r}: {error}") from error
        return frame


def recipe_of(store: TableStore, table: Table, target: str | None = None) -> Recipe:
    """Return the recipe that makes a table from the first of its lineage."""
    lineage = store.lineage(table)
    first = lineage[0]
    return Recipe(
        origin=first.origin or Origin(kind="frame", name="table"),
        source_data=first.data,
        result_data=table.data,
        target=target,
        changes=[change for version in lineage for change in version.changes],
    )


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        ToolError: no such file, or it is not a recipe this version understands.
    """
    try:
        return Recipe.model_validate(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise ToolError(f"No recipe file {path}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ToolError(f"{path} is not a recipe: not JSON ({error}).") from error
    except ToolError as error:
        raise ToolError(f"{path} holds a step this version cannot do: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ToolError(f"{path} is not a recipe: {where}: {first['msg']}.") from error
