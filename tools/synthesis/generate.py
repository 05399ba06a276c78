"""New rows for a table: the generator with ids, constants and copies taken care of."""

from typing import Literal

import numpy as np
import pandas as pd

from ...errors import ToolError
from .cart import SHARED_BY, STYLES, CartGenerator
from .columns import Column, describe_columns, texts
from .fresh import fresh_ids

Mode = Literal["fidelity", "private"]
MODES: tuple[Mode, ...] = ("fidelity", "private")

MIN_ROWS = 30
MAX_FIT_ROWS = 50_000
"""Trees are grown on a sample of this many rows where there are more."""
MAX_ROUNDS = 20


def make_rows(
    real: pd.DataFrame, count: int, *, seed: int, mode: Mode = "fidelity", target: str | None = None
) -> pd.DataFrame:
    """Return `count` synthetic rows with the columns and dtypes of `real`.

    The same frame, count and arguments give the same rows. Modes: "fidelity" stays close to the
    real rows; "private" has bigger leaves, draws numbers between the real ones, and leaves out
    every row that equals a real one which fewer than three real rows share.

    Raises:
        ToolError: there are too few real rows to learn from, or too few rows can be made that
            are not copies in private mode.
    """
    if len(real) < MIN_ROWS:
        raise ToolError(f"Synthetic rows need at least {MIN_ROWS} real ones; here are {len(real)}.")
    columns = describe_columns(real)
    order = _order(columns, target, mode)
    fitted = real
    if len(real) > MAX_FIT_ROWS:
        fitted = real.sample(MAX_FIT_ROWS, random_state=seed).reset_index(drop=True)
    if order:
        modeled = _modeled(fitted, count, columns, order, mode, seed)
    else:
        modeled = pd.DataFrame(index=range(count))
    made = {c.name: _filled(c, real[c.name], modeled, count, seed) for c in columns}
    return pd.DataFrame(made)


def _order(columns: list[Column], target: str | None, mode: Mode) -> list[str]:
    """Return the modeled columns, the target first: all others are then made to fit it."""
    names = [c.name for c in columns if is_modeled(c, mode)]
    return sorted(names, key=lambda name: name != target)


def is_modeled(column: Column, mode: Mode) -> bool:
    """Say whether the generator draws this column; private mode leaves sentences empty."""
    if column.free_text and mode == "private":
        return False
    return column.kind not in ("id", "constant")


def _modeled(
    real: pd.DataFrame, count: int, columns: list[Column], order: list[str], mode: Mode, seed: int
) -> pd.DataFrame:
    """Draw rows, and draw again for copies of rare real rows beyond the share that is natural."""
    generator = CartGenerator(columns, STYLES[mode], order, seed).fit(real)
    rare, natural = rare_rows(real[order])
    quota = int(natural * count) if mode == "fidelity" else 0
    kept: list[pd.DataFrame] = []
    wanted = count
    for _ in range(MAX_ROUNDS):
        made = generator.sample(wanted)
        copied = row_keys(made).isin(rare)
        spared = copied & (copied.cumsum() <= quota)
        quota -= int(spared.sum())
        kept.append(made[~copied | spared])
        wanted = count - sum(map(len, kept))
        if wanted == 0:
            return pd.concat(kept, ignore_index=True)
    if mode == "fidelity":
        return pd.concat([*kept, generator.sample(wanted)], ignore_index=True)
    raise ToolError(
        f"Only {count - wanted:,} of {count:,} rows could be made that are no copies of real "
        "ones: the table has too few different rows for the private mode."
    )


def row_keys(frame: pd.DataFrame) -> pd.Series:
    """Return one hash per row; equal rows have equal hashes, whatever the dtypes hold."""
    plain = pd.DataFrame({name: texts(frame[name]) for name in frame.columns})
    return pd.util.hash_pandas_object(plain, index=False)


def rare_rows(real: pd.DataFrame) -> tuple[set[int], float]:
    """Return the keys of rows that fewer than `SHARED_BY` real rows share, and a share.

    The share is of the real rows that equal another one and yet are rare: about as many of any
    further real rows would equal one of these.
    """
    held = row_keys(real).value_counts()
    rare = held[held < SHARED_BY]
    return set(rare.index), float(rare[rare > 1].sum() / len(real))


def _filled(
    column: Column, real: pd.Series, modeled: pd.DataFrame, count: int, seed: int
) -> pd.Series:
    if column.kind == "id":
        return fresh_ids(real, count, seed)
    if column.kind == "constant":
        return real.take(np.zeros(count, dtype=int)).reset_index(drop=True)
    if column.name not in modeled.columns:  # sentences in private mode
        return real.iloc[:0].reindex(range(count))
    return modeled[column.name]
