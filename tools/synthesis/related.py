"""Synthetic rows for several tables that refer to each other, with keys that fit.

Parents come first. A parent is made together with how many rows each child table has for it; a
child's rows are then drawn given the columns of their parent, so that what ties the two stays.
Keys are fresh: no synthetic row refers to a real one.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...errors import ToolError
from ..operations.base import with_columns
from .cart import STYLES, CartGenerator
from .columns import describe_columns
from .fresh import fresh_ids
from .generate import MIN_ROWS, Mode, draw_given, filled, is_modeled, make_rows
from .links import Link


def make_related(
    tables: Mapping[str, pd.DataFrame],
    links: Sequence[Link],
    counts: Mapping[str, int],
    *,
    seed: int = 0,
    mode: Mode = "fidelity",
) -> dict[str, pd.DataFrame]:
    """Return synthetic tables with the columns and dtypes of the real ones.

    Args:
        tables: the real tables by name.
        links: which column refers to which. The first link of a child decides how many rows it
            gets and what they depend on; by every further one, parents are drawn at random.
        counts: rows to make for each table that refers to no other.
        seed: seed of every draw.
        mode: "fidelity" or "private".

    Raises:
        ToolError: a link does not fit the tables, links go in a circle, or a count is missing.
    """
    check_related(tables, links, counts)
    made: dict[str, pd.DataFrame] = {}
    counted: dict[str, pd.DataFrame] = {}
    for name in parents_first(tables, links):
        first = next((link for link in links if link.child == name), None)
        plain = tables[name].reset_index(drop=True).drop(columns=key_columns(links, name))
        if first is not None:
            rows = _children(tables, plain, counted[first.parent], first, seed, mode)
        elif plain.shape[1]:
            rows = make_rows(plain, counts[name], seed=seed, mode=mode)
        else:
            rows = pd.DataFrame(index=range(counts[name]))
        rows = _with_counts(rows, plain, _held(tables, links, name), seed, mode)
        rows = _with_keys(rows, tables[name], links, name, made, seed)
        counted[name] = rows
        made[name] = rows[list(tables[name].columns)]
    return {name: made[name] for name in tables}


def check_related(
    tables: Mapping[str, pd.DataFrame], links: Sequence[Link], counts: Mapping[str, int]
) -> None:
    """Raise ToolError where a link does not fit, a table is too small, or a count is missing."""
    for link in links:
        for table, column in ((link.child, link.column), (link.parent, link.key)):
            if table not in tables or column not in tables[table].columns:
                raise ToolError(f"A link names {table}.{column}, which does not exist.")
        keys = tables[link.parent][link.key]
        if keys.isna().any() or keys.duplicated().any():
            raise ToolError(f"{link.parent}.{link.key} is no key: values are missing or repeated.")
    roots = [name for name in tables if not any(link.child == name for link in links)]
    small = [name for name in roots if len(tables[name]) < MIN_ROWS]
    if small:
        raise ToolError(
            f"{small[0]} needs at least {MIN_ROWS} rows to learn from, and has "
            f"{len(tables[small[0]])}. Leave it out; columns that refer to it are then made as "
            "any other column."
        )
    missing = [name for name in roots if name not in counts]
    if missing:
        raise ToolError(f"Say how many rows to make for: {', '.join(missing)}.")


def parents_first(tables: Mapping[str, pd.DataFrame], links: Sequence[Link]) -> list[str]:
    """Return the names of the tables, each after those it refers to.

    Raises:
        ToolError: the links go in a circle.
    """
    order: list[str] = []
    while len(order) < len(tables):
        ready = [
            name
            for name in tables
            if name not in order
            and all(link.parent in order for link in links if link.child == name)
        ]
        if not ready:
            raise ToolError("The links go in a circle; leave one of them out.")
        order += ready
    return order


def key_columns(links: Sequence[Link], name: str) -> list[str]:
    """Return the columns of a table that links speak of."""
    keys = [link.key for link in links if link.parent == name]
    return list(dict.fromkeys(keys + [link.column for link in links if link.child == name]))


def _count_column(link: Link) -> str:
    return f"rows of {link.child}"


def _held(tables: Mapping[str, pd.DataFrame], links: Sequence[Link], name: str) -> pd.DataFrame:
    """Return how many rows of each child the rows of a real table decide on."""
    firsts = {link.child: link for link in reversed(links)}
    found = {}
    for link in firsts.values():
        if link.parent == name:
            times = tables[link.child][link.column].value_counts()
            number = tables[name][link.key].map(times).fillna(0).astype("int64")
            found[_count_column(link)] = number.reset_index(drop=True)
    return pd.DataFrame(found)


def _with_counts(
    rows: pd.DataFrame, real: pd.DataFrame, held: pd.DataFrame, seed: int, mode: Mode
) -> pd.DataFrame:
    """Draw how many rows of each child the made rows have, given what they are."""
    if held.empty:
        return rows
    described = describe_columns(real)
    names = [c.name for c in described if is_modeled(c, mode) and not c.free_text]
    joined = pd.concat([real[names], held], axis=1)
    order = [str(column) for column in joined]
    generator = CartGenerator(describe_columns(joined), STYLES[mode], order, seed)
    drawn = generator.fit(joined).sample(len(rows), rows[names] if names else None)
    return with_columns(rows, {str(column): drawn[column] for column in held})


def _children(
    tables: Mapping[str, pd.DataFrame],
    plain: pd.DataFrame,
    parents: pd.DataFrame,
    link: Link,
    seed: int,
    mode: Mode,
) -> pd.DataFrame:
    """Draw the rows of a child table, each given the row of its parent."""
    real_parents = tables[link.parent].set_index(link.key)
    owner = tables[link.child][link.column].reset_index(drop=True)
    known = owner.isin(real_parents.index).to_numpy()
    described = describe_columns(real_parents.reset_index(drop=True))
    names = [c.name for c in described if is_modeled(c, mode) and not c.free_text]
    above = real_parents.loc[owner[known], names].reset_index(drop=True).add_prefix("parent: ")
    below = plain[known].reset_index(drop=True)
    joined = pd.concat([above, below], axis=1)
    columns = describe_columns(joined)
    modeled = [c.name for c in columns if is_modeled(c, mode) or c.name in above.columns]
    times = parents[_count_column(link)].to_numpy().astype(int)
    given = parents[names].add_prefix("parent: ")
    given = given.loc[given.index.repeat(times)].reset_index(drop=True)
    generator = CartGenerator(columns, STYLES[mode], modeled, seed).fit(joined)
    own = [name for name in modeled if name not in above.columns]
    drawn = draw_given(generator, given, below, own, mode)
    rows = {
        column.name: filled(column, below[column.name], drawn, len(given), seed)
        for column in describe_columns(below)
    }
    frame = pd.DataFrame(rows, index=range(len(given)))
    return with_columns(frame, {link.column: parents[link.key].repeat(times.tolist()).to_numpy()})


def _with_keys(
    rows: pd.DataFrame,
    real: pd.DataFrame,
    links: Sequence[Link],
    name: str,
    made: Mapping[str, pd.DataFrame],
    seed: int,
) -> pd.DataFrame:
    """Add fresh keys, and keys of further parents drawn at random."""
    rng = np.random.default_rng(seed)
    for link in links:
        if link.child == name and link.column not in rows.columns:
            keys = made[link.parent][link.key].to_numpy()
            rows = with_columns(rows, {link.column: rng.choice(keys, len(rows))})
        if link.parent == name and link.key not in rows.columns:
            rows = with_columns(rows, {link.key: fresh_ids(real[link.key], len(rows), seed)})
    dtypes = {c: real[c].dtype for c in real.columns if c in rows.columns}
    return rows.astype(dtypes)
