"""Account: everything the files of an export tell, collected once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from ...retrieval.demand import Demand
from ...retrieval.licenses import unmet_license
from ...retrieval.records import Hit, License, Record
from ..base import Work
from ..operations.base import Operation
from ..recipe import Recipe, recipe_of
from ..tables import Change, Table


@dataclass(frozen=True)
class Account:
    """What is known of the exported table; `before` and `after` are its first and last frame.

    `facts` holds the data of the run's earlier results by tool name; any of them may be missing.
    """

    title: str
    demand: Demand
    record: Record | None
    lineage: list[Table]
    before: pd.DataFrame
    after: pd.DataFrame
    recipe: Recipe
    facts: dict[str, Any]

    @property
    def source(self) -> Table:
        """The first table of the lineage."""
        return self.lineage[0]

    @property
    def table(self) -> Table:
        """The table that is exported."""
        return self.lineage[-1]

    @property
    def target(self) -> str | None:
        """The column to be predicted, where it still is in the table."""
        target = self.recipe.target
        return target if target in self.after.columns else None

    @property
    def license(self) -> License:
        """The license of the source; unknown where no record states one."""
        return self.record.license if self.record else License()

    @property
    def license_conflict(self) -> str | None:
        """Why the license does not meet the demand, None where it does."""
        return unmet_license(self.license, self.demand.license)

    @property
    def changes(self) -> list[Change]:
        """The approved changes in order."""
        return self.recipe.changes

    @property
    def synthetic_changes(self) -> list[Change]:
        """The changes that made rows."""
        return [c for c in self.changes if any(o.rows == "adds" for o in c.operations)]

    @cached_property
    def synthetic_rows(self) -> int:
        """How many of the exported rows a generator made."""
        marked = [self.after[mark] for mark in self.synthetic_marks]
        return sum(int(column.fillna(False).astype(bool).sum()) for column in marked)

    @property
    def synthetic_marks(self) -> list[str]:
        """The columns that tell synthetic rows from others."""
        made = [o for c in self.changes for o in c.operations if o.rows == "adds"]
        marks = dict.fromkeys(str(getattr(operation, "mark", "")) for operation in made)
        return [mark for mark in marks if mark in self.after.columns]

    @property
    def writers(self) -> list[str]:
        """The language models that wrote rows."""
        made = [o for c in self.changes for o in c.operations if o.rows == "adds"]
        return sorted({model for o in made if (model := getattr(o, "model", ""))})

    @property
    def touched(self) -> set[str]:
        """Columns whose cells an approved operation was given to change."""
        operations = [o for c in self.changes for o in c.operations if o.rows == "keeps"]
        columns = {*map(str, self.before.columns), *map(str, self.after.columns)}
        return {column for column in columns if any(_names(o, column) for o in operations)}

    @property
    def rejected(self) -> list[dict[str, Any]]:
        """Groups that were proposed and not approved, as far as earlier results tell."""
        return [
            {"tool": tool, **group}
            for tool, fact in self.facts.items()
            if isinstance(fact, dict)
            for group in fact.get("rejected", [])
            if isinstance(group, dict)
        ]

    @property
    def notes(self) -> list[str]:
        """What whoever uses the data must know first."""
        notes = []
        if self.license_conflict:
            need = self.demand.license
            notes.append(f"The demand asked for a license '{need}'; {self.license_conflict}.")
        if self.record and self.record.deprecation:
            notes.append(f"The source is {_deprecated(self.record)}")
        if self.synthetic_rows:
            notes.append(f"{self.synthetic_rows:,} of {self.table.rows:,} rows are synthetic.")
        return notes

    @property
    def warnings(self) -> list[str]:
        """What the profile found wrong with the table as it was loaded."""
        profile = self.facts.get("profile") or {}
        found = [str(words) for words in profile.get("warnings", [])]
        for column in profile.get("columns", []):
            found += [f"{column['name']}: {words}" for words in column.get("warnings", [])]
        return found

    @property
    def candidates(self) -> list[Hit]:
        """The datasets that the run's search found, best first."""
        found = self.facts.get("search") or {}
        return [Hit.model_validate(hit) for hit in found.get("hits", [])]

    def description_of(self, column: str) -> str | None:
        """Return what is known of a column: from its source, or the change that made it."""
        if self.record:
            for known in self.record.columns:
                if known.name == column and known.description:
                    return known.description
        made = [c.title for c in self._makers(column)]
        return f"Made here: {'; '.join(made)}." if made else None

    def _makers(self, column: str) -> Iterator[Change]:
        for parent, table in pairwise(self.lineage):
            if column in table.columns and column not in parent.columns:
                named = [
                    change
                    for change in table.changes
                    if any(_names(operation, column) for operation in change.operations)
                ]
                yield from named or table.changes


def account_of(work: Work, title: str | None) -> Account:
    """Collect what is known of the current table.

    Raises:
        NotApplicable: no dataset is loaded.
    """
    table = work.need_table()
    store = work.store
    lineage = store.lineage(table)
    loaded = work.facts.get("load") or {}
    record = Record.model_validate(loaded["record"]) if loaded.get("record") else None
    return Account(
        title=title or (record.title if record else _title(lineage[0], work.demand)),
        demand=work.demand,
        record=record,
        lineage=lineage,
        before=store.frame(lineage[0]),
        after=store.frame(table),
        recipe=recipe_of(store, table, work.target),
        facts=work.facts,
    )


def _title(table: Table, demand: Demand) -> str:
    """Return the name of the file; a frame handed over has none, so it is named for its use."""
    if table.origin and table.origin.kind != "frame":
        return table.origin.name
    return demand.topic or demand.text or "Table"


def _names(operation: Operation, column: str) -> bool:
    """Tell whether an operation holds the column's name among its parameters."""
    return json.dumps(column) in json.dumps(operation.model_dump(mode="json"))


def _deprecated(record: Record) -> str:
    assert record.deprecation
    words = f"{record.deprecation.status}: {record.deprecation.reason.rstrip('.')}."
    if record.deprecation.replacement:
        words += f" Instead: {record.deprecation.replacement}."
    return words
