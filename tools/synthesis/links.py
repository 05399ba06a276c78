"""Which column of one table holds keys of another: found in names and values, or told."""

import re
from collections.abc import Mapping

import pandas as pd
from pandas.api import types
from pydantic import BaseModel, ConfigDict, Field

from ...errors import ToolError

MIN_KEYS = 3
MIN_COVERAGE = 0.98
"""A few orphans are a fault of the data and no reason to doubt a link."""
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ANY_KEY = frozenset({"id", "key", "code", "no", "nr", "number", "ref"})


class Link(BaseModel):
    """A column of one table that holds keys of another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    child: str
    column: str
    parent: str
    key: str = Field(description="Column of the parent, different in each of its rows.")

    def __str__(self) -> str:
        return f"{self.child}.{self.column} = {self.parent}.{self.key}"


def parse_link(text: str) -> Link:
    """Read a link written as `orders.customer=customers.id`.

    Raises:
        ToolError: it is written otherwise.
    """
    sides = [side.strip().rpartition(".") for side in text.split("=")]
    if len(sides) != 2 or not all(table and column for table, _, column in sides):
        raise ToolError(f"{text!r} is no link; write it as orders.customer=customers.id.")
    (child, _, column), (parent, _, key) = sides
    return Link(child=child, column=column, parent=parent, key=key)


def find_links(tables: Mapping[str, pd.DataFrame]) -> list[Link]:
    """Return the links that both names and values speak for, at most one for each column.

    The values of the column are keys of the other table, and its name names that key or table.
    Between two tables with the same keys, the first one is the parent.
    """
    links: list[Link] = []
    for child, frame in tables.items():
        for column in map(str, frame.columns):
            found = [
                Link(child=child, column=column, parent=parent, key=key)
                for parent, other in tables.items()
                if parent != child
                for key in keys_of(other)
                if _names_agree(column, parent, key) and _holds(frame[column], other[key])
            ]
            links += [link for link in found if not _mirrored(link, tables)][:1]
    return links


def keys_of(frame: pd.DataFrame) -> list[str]:
    """Return the columns with another value in each row, measurements and moments left out."""
    return [
        str(column)
        for column in frame.columns
        if not types.is_float_dtype(frame[column].dtype)
        and not types.is_datetime64_any_dtype(frame[column].dtype)
        and len(frame) >= MIN_KEYS
        and frame[column].notna().all()
        and frame[column].is_unique
    ]


def _holds(values: pd.Series, keys: pd.Series) -> bool:
    """Tell whether known values are keys; a number read with gaps is a float and still one."""
    if types.is_numeric_dtype(values.dtype) != types.is_numeric_dtype(keys.dtype):
        return False
    known = values.dropna()
    return len(known) > 0 and float(known.isin(set(keys)).mean()) >= MIN_COVERAGE


def _names_agree(column: str, parent: str, key: str) -> bool:
    if column == key:
        return _words(key) != set() or column.lower() not in _ANY_KEY
    return bool(_words(column) & (_words(parent) | _words(key)))


def _words(name: str) -> set[str]:
    """Return what a name says, in the singular, without the words any key is called."""
    words = {word.lower() for word in _WORDS.findall(name)} - _ANY_KEY
    return {word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words}


def _mirrored(link: Link, tables: Mapping[str, pd.DataFrame]) -> bool:
    """Tell whether the child's column is a key too, and the child the first of the two."""
    order = list(tables)
    is_key = link.column in keys_of(tables[link.child])
    back = is_key and _holds(tables[link.parent][link.key], tables[link.child][link.column])
    return back and order.index(link.child) < order.index(link.parent)
