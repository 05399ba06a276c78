"""Folders with tables and the pairs of their rows that are known to be the same thing."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import ToolError

SEPARATORS = "|%;\t,"
LOOKED_AT = 200

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Linked:
    """One table, or two, without their column of ids; and the pairs of places that are the same."""

    name: str
    left: pd.DataFrame
    right: pd.DataFrame | None
    truth: set[tuple[int, int]]


def read_linked(folder: Path) -> Linked:
    """Read a folder: one or two tables with ids in their first column, and a file of id pairs.

    The file of pairs has two columns of ids, with or without a header. Any of `| % ; , tab`
    may separate. Which of two tables the first id belongs to is read from the ids themselves,
    and where both would do from the words that the rows share.

    Raises:
        ToolError: the folder holds something else.
    """
    tables = {path: _read(path) for path in sorted(folder.glob("*.csv"))}
    named = {path: _ids_named(path, tables) for path in tables if tables[path].shape[1] == 2}
    if not 2 <= len(tables) <= 3 or not any(named.values()):
        raise ToolError(f"{folder} holds no one or two tables with a file of two columns of ids.")
    rows = tables.pop(max(named, key=lambda path: named[path]))
    sides = list(tables.values())
    pairs = [(str(a), str(b)) for a, b in rows.itertuples(index=False)]
    header = str(rows.columns[0]), str(rows.columns[1])
    if len(sides) == 1:
        places = _places(sides[0])
        known = _known([header, *pairs], places, places)
        truth = {(min(pair), max(pair)) for pair in known}
        return Linked(folder.name, sides[0].iloc[:, 1:], None, _checked(truth, pairs, folder))
    first, second = max(
        (sides, sides[::-1]), key=lambda order: _fit(order[0], order[1], [header, *pairs])
    )
    truth = set(_known([header, *pairs], _places(first), _places(second)))
    left, right = first.iloc[:, 1:], second.iloc[:, 1:]
    return Linked(folder.name, left, right, _checked(truth, pairs, folder))


def _read(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            head = file.readline()
        separator = max(SEPARATORS, key=head.count)
        return pd.read_csv(path, sep=separator, dtype="str", quoting=csv.QUOTE_MINIMAL)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ToolError(f"{path} cannot be read as a table: {error}") from error


def _ids_named(path: Path, tables: dict[Path, pd.DataFrame]) -> int:
    """Return how many cells of a table's second column are ids of other tables."""
    ids = set().union(*(table.iloc[:, 0] for other, table in tables.items() if other != path))
    return int(tables[path].iloc[:, 1].isin(ids).sum())


def _places(table: pd.DataFrame) -> dict[str, int]:
    return {str(name): place for place, name in enumerate(table.iloc[:, 0])}


def _known(pairs: Pairs, left: dict[str, int], right: dict[str, int]) -> list[tuple[int, int]]:
    return [(left[a], right[b]) for a, b in pairs if a in left and b in right]


def _fit(left: pd.DataFrame, right: pd.DataFrame, pairs: Pairs) -> tuple[int, float]:
    """Return how many pairs these tables know in this order, and how many words they share."""
    known = _known(pairs, _places(left), _places(right))
    shared = [
        len(_words(left, a) & _words(right, b)) / max(len(_words(left, a) | _words(right, b)), 1)
        for a, b in known[:LOOKED_AT]
    ]
    return len(known), sum(shared)


def _words(table: pd.DataFrame, row: int) -> set[str]:
    return set(" ".join(table.iloc[row, 1:].dropna()).lower().split())


def _checked(truth: set[tuple[int, int]], pairs: Pairs, folder: Path) -> set[tuple[int, int]]:
    if len(truth) < len(set(pairs)):
        raise ToolError(f"{folder}: {len(set(pairs)) - len(truth)} pairs name unknown ids.")
    return truth
