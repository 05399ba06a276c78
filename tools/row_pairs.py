"""Rows of one table that are found in another: equal ones, and nearly equal ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ..retrieval.sources.package import plain

Mask = npt.NDArray[np.bool_]
Columns = Sequence[tuple[str, str]]

_SHARE = 0.75
"""Share of the cells that nearly equal rows have in common."""
_FEWEST = 3
_MOST_ROWS = 5_000
_HASHES = 128
_LONG_TEXT = 40


def shared_columns(first: Sequence[str], second: Sequence[str]) -> list[tuple[str, str]]:
    """Return the columns that both have, compared without case and punctuation, in order."""
    there = {plain(name): name for name in reversed(second)}
    pairs = [(name, there[plain(name)]) for name in first if plain(name) in there]
    return list({plain(a): (a, b) for a, b in reversed(pairs)}.values())[::-1]


def same_rows(first: pd.DataFrame, second: pd.DataFrame, shared: Columns) -> Mask:
    """Tell which rows of the first table equal a row of the second in all shared columns.

    Fewer than two shared columns tell nothing: no row counts then.
    """
    if len(shared) < 2:
        return np.zeros(len(first), dtype=np.bool_)
    one, two = _keys(first, [a for a, _ in shared]), _keys(second, [b for _, b in shared])
    return np.asarray(pd.Series(one).isin(set(two)), dtype=np.bool_)


def near_rows(
    first: pd.DataFrame, second: pd.DataFrame, shared: Columns, leave_out: Mask
) -> list[tuple[int, int]]:
    """Return places (in the first, in the second) of nearly equal rows, one for each row.

    Rows are nearly equal when at least three quarters of the cells of the shared columns agree,
    and no fewer than three; the words of a long text count as cells of their own. Candidates are
    found with MinHash (Broder 1997) among the first 5,000 rows of each, and checked.
    """
    if not shared:
        return []
    from datasketch import MinHashLSH

    one = _tokens(first, [a for a, _ in shared])
    two = _tokens(second, [b for _, b in shared])
    lsh = MinHashLSH(threshold=0.3, num_perm=_HASHES)
    for place, tokens in enumerate(two):
        lsh.insert(place, _minhash(tokens))
    found = []
    for place, tokens in enumerate(one):
        if leave_out[place] or len(tokens) < _FEWEST:
            continue
        close = [(_alike(tokens, two[other]), -other) for other in lsh.query(_minhash(tokens))]
        if close and max(close)[0] >= _SHARE:
            found.append((place, -max(close)[1]))
    return found


def _keys(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    cells = [_cells(frame[name]) for name in columns]
    return list(zip(*cells, strict=True))


def _tokens(frame: pd.DataFrame, columns: Sequence[str]) -> list[frozenset[str]]:
    head = frame.head(_MOST_ROWS)
    cells = [_cells(head[name]) for name in columns]
    return [
        frozenset(token for place, cell in enumerate(row) if cell for token in _of(place, cell))
        for row in zip(*cells, strict=True)
    ]


def _of(place: int, cell: str) -> list[str]:
    if len(cell) < _LONG_TEXT:
        return [f"{place}={cell}"]
    return [f"{place}~{word}" for word in cell.split()]


def _cells(values: pd.Series) -> list[str]:
    """Return cells as text: numbers to six digits, words without case; "" where one is missing."""
    if types.is_numeric_dtype(values) and not types.is_bool_dtype(values):
        numbers = pd.to_numeric(values).astype("float64")
        return ["" if np.isnan(value) else f"{value:.6g}" for value in numbers.to_numpy()]
    text = values.astype(object).map(lambda v: " ".join(str(v).lower().split()), na_action="ignore")
    return text.where(values.notna(), "").tolist()


def _minhash(tokens: frozenset[str]) -> Any:
    from datasketch import MinHash

    made = MinHash(num_perm=_HASHES)
    made.update_batch([token.encode() for token in tokens])
    return made


def _alike(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / max(len(one), len(two), 1)
