"""Tool `link_tables`: rows of another table that stand for the same things, proposed as a join."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types
from pydantic import BaseModel, ConfigDict, Field

from ..errors import NotApplicable, ToolError
from .base import Effect, Work, tool
from .files import read_file
from .linkage import Links, link_records
from .linkage.evidence import matching_columns
from .operations.base import Operation
from .operations.linked import AddLinked, AppendRows, Kind, LinkedRow
from .operations.listed import keys_of
from .proposals import MAX_EXAMPLES, Example, Group, Proposal, propose_group, shown

MOST_ROWS = 50_000
RULE = (
    "Two rows that share their rare words and codes, far more than strangers do, stand for one "
    "thing."
)


class LinkArguments(BaseModel):
    """Which table to link to."""

    model_config = ConfigDict(extra="forbid")

    other: str = Field(description="Path of the file with the other table.")


@dataclass(frozen=True)
class Linked:
    """Two tables with the links between their rows."""

    left: pd.DataFrame
    right: pd.DataFrame
    other: str
    links: Links


@tool(Effect.WRITE)
def link_tables(work: Work, args: LinkArguments) -> Proposal:
    """Find the rows of another table that stand for the same things, whatever its columns.

    The threshold is found without labels. Proposed are a join, the links alone, or one table
    without repeats; one of them can be approved.
    """
    work.need_table()
    path = Path(args.other)
    return propose_links(work.frame, read_file(path), path.stem, report=work.report)


def propose_links(
    left: pd.DataFrame,
    right: pd.DataFrame,
    other: str = "other",
    *,
    report: Any = lambda message, share=None: None,
) -> Proposal:
    """Propose what to do with the rows of two tables that stand for the same things.

    Args:
        left: the table that is worked on.
        right: the other one.
        other: what the other one is called; it marks its columns.
        report: told how far the work is.

    Raises:
        ToolError: a table is longer than rows can be compared.
        NotApplicable: the rows hold nothing to compare.
    """
    if max(len(left), len(right)) > MOST_ROWS:
        raise ToolError(f"Tables of more than {MOST_ROWS:,} rows cannot be linked.")
    if not len(left) or not len(right):
        raise NotApplicable("one of the tables has no rows")
    links = link_records(left, right, report)
    proposal = Proposal(tool="link_tables", title=f"Link to {other}", pick="one")
    if not len(links.left):
        none = f"No row of {other} stands for the same thing as one of this table."
        return proposal.model_copy(update={"notes": [none]})
    linked = Linked(left.reset_index(drop=True), right.reset_index(drop=True), other, links)
    groups = [_join(linked), _only_links(linked), *_union(linked)]
    return proposal.model_copy(update={"groups": [g for g in groups if g is not None]})


def _join(linked: Linked) -> Group | None:
    return _group(
        linked,
        _added(linked, [str(name) for name in linked.right.columns]),
        "link:join",
        f"Join {linked.other}: its columns for each linked row",
        recommended=True,
    )


def _only_links(linked: Linked) -> Group | None:
    title = f"Add the number of the linked row of {linked.other} and how sure the link is"
    return _group(linked, _added(linked, []), "link:links", title)


def _union(linked: Linked) -> list[Group]:
    """Return the group that adds the rows of the other table that are not linked."""
    rest = linked.right[~linked.right.index.isin(linked.links.right)]
    pairs = {theirs: ours for ours, theirs in matching_columns(linked.left, linked.right)}
    if not len(rest) or not pairs:
        return []
    renamed = rest[list(pairs)].rename(columns=pairs)
    cells = [
        dict(zip(renamed.columns, map(_plain, row), strict=True))
        for row in renamed.itertuples(index=False)
    ]
    group = _group(
        linked,
        AppendRows(table=linked.other, cells=cells),
        "link:union",
        f"Make one table: add the {len(rest):,} rows of {linked.other} that are not linked",
    )
    if group is None:
        return []
    matched = ", ".join(f"{theirs} as {ours}" for theirs, ours in pairs.items())
    added = [
        Example(row=len(linked.left) + place, after=_row(renamed.iloc[place]))
        for place in range(min(MAX_EXAMPLES, len(renamed)))
    ]
    evidence = f"{group.evidence} Columns are taken by name or content: {matched}."
    return [group.model_copy(update={"evidence": evidence, "examples": added})]


def _added(linked: Linked, names: list[str]) -> AddLinked:
    """Return the operation that adds columns of the linked row, its number and the score.

    A row of several partners gets the surest.
    """
    links, left = linked.links, linked.left
    columns = [str(name) for name in left.columns]
    keys = keys_of(left, columns).to_numpy()
    chosen: dict[int, LinkedRow] = {}
    for i, j, score in zip(links.left, links.right, links.scores, strict=True):
        cells = [_plain(value) for value in linked.right[names].iloc[int(j)]]
        row = LinkedRow(key=int(keys[i]), cells=[*cells, int(j), round(float(score), 4)])
        chosen.setdefault(row.key, row)
    taken, adds = set(columns), dict[str, Kind]()
    for name in names:
        new = name if name not in taken else f"{name}_{linked.other}"
        while new in taken:
            new += "_"
        taken.add(new)
        adds[new] = _kind(linked.right[name])
    adds |= {f"{linked.other}_row": "integer", f"{linked.other}_score": "number"}
    return AddLinked(table=linked.other, columns=columns, adds=adds, links=list(chosen.values()))


def _group(
    linked: Linked, operation: Operation, group_id: str, title: str, *, recommended: bool = False
) -> Group | None:
    links = linked.links
    group = propose_group(
        linked.left,
        [operation],
        group_id=group_id,
        title=title,
        rule=RULE,
        evidence=_evidence(linked),
        recommended=recommended,
        facts={"links": len(links.left), "threshold": links.threshold, "relation": links.relation},
    )
    return group and group.model_copy(update={"examples": _examples(linked)})


def _evidence(linked: Linked) -> str:
    links = linked.links
    several = "" if links.relation == "one-to-one" else " Rows of one side have several partners."
    return (
        f"{len(links.left):,} links: {len(np.unique(links.left)):,} of {len(linked.left):,} rows "
        f"here, {len(np.unique(links.right)):,} of {len(linked.right):,} of {linked.other}. The "
        f"threshold lies where likeness falls off between partners and strangers.{several}"
    )


def _examples(linked: Linked) -> list[Example]:
    """Return links from the surest to the weakest, so that the threshold can be judged."""
    links = linked.links
    places = np.unique(np.linspace(0, len(links.left) - 1, MAX_EXAMPLES).astype(int))
    return [
        Example(
            row=int(links.left[place]),
            before=_row(linked.left.iloc[int(links.left[place])]),
            after=f"row {links.right[place]} of {linked.other}: "
            f"{_row(linked.right.iloc[int(links.right[place])])}",
        )
        for place in places
    ]


def _row(row: pd.Series) -> str | None:
    return shown(" | ".join(str(value) for value in row.dropna()))


def _kind(column: pd.Series) -> Kind:
    if types.is_bool_dtype(column.dtype) or not types.is_numeric_dtype(column.dtype):
        return "text"
    return "integer" if types.is_integer_dtype(column.dtype) else "number"


def _plain(value: Any) -> Any:
    """Return a cell as plain JSON: what is no number becomes text, a missing one None."""
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return str(value)
    return value.item() if isinstance(value, np.number) else value
