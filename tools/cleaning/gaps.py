"""Gaps: whether other columns tell where a column is missing.

Where they do, values are not missing completely at random (Rubin, Inference and Missing Data,
1976), and filling them with what is usual shifts what is learned. Whether a value is missing
because of what it is, no table can tell.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

SAMPLE = 20_000
MOST_VALUES = 50
FEWEST = 10
"""Missing and known rows needed to tell anything."""

STRONG = 0.1
CERTAIN = 5.0
"""Standard errors that a link must exceed: many columns are looked at."""


@dataclass(frozen=True)
class Hint:
    """The column that tells most of where another is missing, None if none does; and in words."""

    column: str | None
    words: str


def mechanism(frame: pd.DataFrame, column: str) -> Hint:
    """Return what the other columns say of where a column is missing.

    The link is the correlation with whether the cell is missing: Pearson's for numbers, the
    correlation ratio for columns of few values.
    """
    some = frame.sample(min(SAMPLE, len(frame)), random_state=0)
    gone = some[column].isna().to_numpy(dtype=float)
    if min(gone.sum(), len(gone) - gone.sum()) < FEWEST:
        return Hint(None, "Too few to tell why they are missing.")
    links = {str(name): _link(some[name], gone) for name in some.columns if name != column}
    best = max(links, key=lambda name: links[name], default=None)
    if best is None or links[best] < STRONG:
        return Hint(None, "No other column tells where they are missing.")
    return Hint(best, f"Not missing at random: {_where(some[best], gone, best)}.")


def _link(cells: pd.Series, gone: npt.NDArray[Any]) -> float:
    """Return the strength of a link, 0 where it may be chance."""
    if types.is_numeric_dtype(cells.dtype) and cells.nunique() > MOST_VALUES:
        known = cells.notna().to_numpy()
        if known.sum() < FEWEST or gone[known].std() == 0:
            return 0.0
        values = cells[known].astype("float64").to_numpy()
        r = abs(float(np.corrcoef(values, gone[known])[0, 1])) if values.std() else 0.0
        return r if r * np.sqrt(known.sum()) > CERTAIN else 0.0
    if cells.nunique() > MOST_VALUES:
        return 0.0
    rates = pd.Series(gone).groupby(_named(cells)).agg(["mean", "size"])
    between = float((rates["size"] * (rates["mean"] - gone.mean()) ** 2).sum())
    ratio = between / (len(gone) * gone.var()) if gone.var() else 0.0
    chance = (len(rates) - 1) / len(gone)
    certain = ratio * len(gone) > (len(rates) - 1) + CERTAIN * np.sqrt(2 * max(len(rates) - 1, 1))
    return float(np.sqrt(max(ratio - chance, 0.0))) if certain else 0.0


def _named(cells: pd.Series) -> npt.NDArray[Any]:
    return cells.astype("str").where(cells.notna(), "missing").to_numpy(dtype=object)


def _where(cells: pd.Series, gone: npt.NDArray[Any], name: str) -> str:
    """Return in words where cells are missing most."""
    if types.is_numeric_dtype(cells.dtype) and cells.nunique() > MOST_VALUES:
        values = cells.astype("float64").to_numpy()
        means = np.nanmean(values[gone == 1]), np.nanmean(values[gone == 0])
        return f"there {name} is {means[0]:.3g} on average, elsewhere {means[1]:.3g}"
    rates = pd.Series(gone).groupby(_named(cells)).agg(["mean", "size"])
    most = str(rates[rates["size"] >= FEWEST]["mean"].idxmax())
    here = _named(cells) == most
    return (
        f"{gone[here].mean():.0%} are where {name} is {most!r}, {gone[~here].mean():.0%} elsewhere"
    )
