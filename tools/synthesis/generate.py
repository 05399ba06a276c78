"""New rows for a table: a generator, with conditions, rules, ids and copies taken care of.

To add a generator: write its file, add its line to `GENERATORS`, add its test.
"""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import numpy as np
import pandas as pd

from ...errors import ToolError
from .cart import SHARED_BY, STYLES, CartGenerator
from .columns import Column, describe_columns, texts
from .conditions import Condition, meeting
from .constraints import Constraint, apply_constraints
from .copula import CopulaGenerator
from .fresh import fresh_ids
from .smote import SmoteGenerator

Mode = Literal["fidelity", "private"]
MODES: tuple[Mode, ...] = ("fidelity", "private")
Method = Literal["cart", "copula", "smote"]

MIN_ROWS = 30
MAX_FIT_ROWS = 50_000
"""A generator learns from a sample of this many rows where there are more."""
MAX_ROUNDS = 20


class Generator(Protocol):
    """Learns from real rows and makes new ones. Deterministic for one frame and seed."""

    def fit(self, frame: pd.DataFrame) -> "Generator":
        """Learn from real rows.

        Raises:
            NotApplicable: the generator does not fit this table.
        """
        ...

    def sample(self, count: int, given: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return `count` rows of the modeled columns, with the values of `given` where it has any.

        The columns of `given` are the first of the modeled ones.
        """
        ...


GENERATORS: dict[str, Callable[[list[Column], list[str], Mode, int], Generator]] = {
    "cart": lambda columns, order, mode, seed: CartGenerator(columns, STYLES[mode], order, seed),
    "copula": lambda columns, order, mode, seed: CopulaGenerator(columns, order, seed),
    "smote": lambda columns, order, mode, seed: SmoteGenerator(columns, order, seed),
}


def make_rows(
    real: pd.DataFrame,
    count: int,
    *,
    seed: int,
    mode: Mode = "fidelity",
    target: str | None = None,
    method: Method = "cart",
    where: Sequence[Condition] = (),
    constraints: Sequence[Constraint] = (),
) -> pd.DataFrame:
    """Return `count` synthetic rows with the columns and dtypes of `real`.

    The same frame, count and arguments give the same rows. Modes: "fidelity" stays close to the
    real rows, and equals rare ones (that fewer than three real rows share) no more often than real
    rows equal each other; "private" has bigger leaves, draws numbers between the real ones, and
    never equals a rare one.

    Args:
        real: the rows to learn from.
        count: how many to make.
        seed: seed of every draw.
        mode: "fidelity" or "private".
        target: column that the others are made to fit.
        method: name of the generator.
        where: conditions that every new row meets.
        constraints: rules that every new row keeps.

    Raises:
        ToolError: there are too few real rows to learn from, none meets the conditions, or too
            few rows can be made that keep the rules or, in private mode, are not copies.
        NotApplicable: the generator does not fit this table.
    """
    if len(real) < MIN_ROWS:
        raise ToolError(f"Synthetic rows need at least {MIN_ROWS} real ones; here are {len(real)}.")
    columns = describe_columns(real)
    fitted = real
    if len(real) > MAX_FIT_ROWS:
        fitted = real.sample(MAX_FIT_ROWS, random_state=seed).reset_index(drop=True)
    order = _order(columns, target, mode, where)
    if order:
        generator = GENERATORS[method](columns, order, mode, seed).fit(fitted)
        draw = _Draw(fitted, columns, order, list(where), list(constraints), seed)
        modeled = draw.rows(generator, count, mode)
    else:
        modeled = pd.DataFrame(index=range(count))
    made = {c.name: filled(c, real[c.name], modeled, count, seed) for c in columns}
    return pd.DataFrame(made)


def _order(
    columns: list[Column], target: str | None, mode: Mode, where: Sequence[Condition]
) -> list[str]:
    """Return the modeled columns: those of conditions, the target, then all made to fit them."""
    names = [c.name for c in columns if is_modeled(c, mode)]
    asked = [condition.column for condition in where]
    return sorted(names, key=lambda name: (name not in asked, name != target))


def is_modeled(column: Column, mode: Mode) -> bool:
    """Say whether the generator draws this column; private mode leaves sentences empty."""
    if column.free_text and mode == "private":
        return False
    return column.kind not in ("id", "constant")


class _Draw:
    """Draws rows until enough of them keep every rule."""

    def __init__(
        self,
        real: pd.DataFrame,
        columns: list[Column],
        order: list[str],
        where: list[Condition],
        constraints: list[Constraint],
        seed: int,
    ) -> None:
        self.real, self.columns, self.order = real, columns, order
        self.where, self.constraints = where, constraints
        self.rng = np.random.default_rng(seed)
        self.fitting = real[meeting(real, where)] if where else real
        if self.fitting.empty:
            words = " and ".join(map(str, where))
            raise ToolError(
                f"No real row meets {words!r}: there is nothing to learn such rows from."
            )

    def rows(self, generator: Generator, count: int, mode: Mode) -> pd.DataFrame:
        """Return `count` rows, drawn again where a rule is broken or a rare real row is copied."""
        rare, natural = rare_rows(self.real[self.order])
        quota = int(natural * count) if mode == "fidelity" else 0
        kept: list[pd.DataFrame] = []
        spare: list[pd.DataFrame] = []
        wanted = count
        for turn in range(MAX_ROUNDS):
            made = self._try(generator, wanted if turn == 0 else wanted + wanted // 2 + 5, kept)
            copied = row_keys(made).isin(rare)
            spared = copied & (copied.cumsum() <= quota)
            quota -= int(spared.sum())
            kept.append(made[~copied | spared].iloc[:wanted])
            spare.append(made[copied & ~spared])
            wanted = count - sum(map(len, kept))
            if wanted == 0:
                return pd.concat(kept, ignore_index=True)
        copies = pd.concat(spare, ignore_index=True)
        if mode == "fidelity" and len(copies) >= wanted:
            return pd.concat([*kept, copies.iloc[:wanted]], ignore_index=True)
        raise ToolError(self._why(count - wanted, count, bool(len(copies))))

    def _try(self, generator: Generator, count: int, kept: list[pd.DataFrame]) -> pd.DataFrame:
        """Draw rows and return those that keep the rules."""
        made = generator.sample(count, self._given(count))
        if self.constraints or self.where:
            seen = pd.concat([self.real[self.order], *kept], ignore_index=True)
            made, kept_all = apply_constraints(made, seen, self.constraints, self.columns)
            modeled = [c for c in self.where if c.column in made.columns]
            made = made[kept_all & meeting(made, modeled)]
        return made[self.order].reset_index(drop=True)

    def _given(self, count: int) -> pd.DataFrame | None:
        """Draw the columns of the conditions from the real rows that meet them."""
        asked = [c.column for c in self.where]
        names = [name for name in self.order if name in asked]
        if not names:
            return None
        turns = -(-count // len(self.fitting))
        places = np.concatenate([self.rng.permutation(len(self.fitting)) for _ in range(turns)])
        return self.fitting[names].iloc[places[:count]].reset_index(drop=True)

    def _why(self, made: int, count: int, copied: bool) -> str:
        if copied:
            return (
                f"Only {made:,} of {count:,} rows could be made that are no copies of real ones: "
                "the table has too few different rows for the private mode."
            )
        rules = "; ".join(map(str, [*self.constraints, *self.where]))
        return f"Only {made:,} of {count:,} rows could be made that keep the rules: {rules}."


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


def draw_given(
    generator: Generator, given: pd.DataFrame, real: pd.DataFrame, order: list[str], mode: Mode
) -> pd.DataFrame:
    """Return one row of the columns `order` for each row of `given`, rare real rows not copied.

    Raises:
        ToolError: in private mode, some rows come out as copies each time.
    """
    rare, natural = rare_rows(real[order])
    quota = int(natural * len(given)) if mode == "fidelity" else 0
    made = generator.sample(len(given), given)[order].reset_index(drop=True)
    for _ in range(MAX_ROUNDS):
        copied = row_keys(made).isin(rare)
        again = (copied & (copied.cumsum() > quota)).to_numpy()
        if not again.any():
            return made
        fresh = generator.sample(int(again.sum()), given[again].reset_index(drop=True))[order]
        rest = made[~again]
        made = pd.concat([rest, fresh.set_index(made.index[again])]).sort_index()
    if mode == "private":
        raise ToolError(
            "Some rows could only be made as copies of real ones: the tables have too few "
            "different rows for the private mode."
        )
    return made


def filled(
    column: Column, real: pd.Series, modeled: pd.DataFrame, count: int, seed: int
) -> pd.Series:
    """Return a column of the made rows: as drawn, fresh ids, the constant, or missing."""
    if column.kind == "id":
        return fresh_ids(real, count, seed)
    if column.kind == "constant":
        return real.take(np.zeros(count, dtype=int)).reset_index(drop=True)
    if column.name not in modeled.columns:  # sentences in private mode
        return real.iloc[:0].reindex(range(count))
    return modeled[column.name]
