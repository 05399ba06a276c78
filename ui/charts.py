"""Charts of one column as HTML bars: how its values spread, and how the target goes with them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas.api import types

from .text import escape, number

MAX_BARS = 12
MAX_CLASSES = 6
SHADES = ("#0f766e", "#b45309", "#475569", "#7c3aed", "#be123c", "#0369a1")


@dataclass(frozen=True)
class Groups:
    """The bars of a chart: their names, and the bar of each row that has a value."""

    names: list[str]
    place: pd.Series
    missing: int


def column_chart(frame: pd.DataFrame, column: str, target: str | None = None) -> str:
    """Return the distribution of a column; each bar is split by the classes of a target."""
    groups = _groups(frame[column])
    classes = _classes(frame, column, target)
    split = frame[target].astype("string").fillna("missing") if classes and target else None
    sizes = groups.place.value_counts()
    most = int(sizes.max()) if len(sizes) else 1
    bars = "".join(
        _bar(name, int(sizes.get(n, 0)), most, _shares(groups.place == n, split, classes))
        for n, name in enumerate(groups.names)
    )
    gaps = f"<p class='dq-quiet'>{groups.missing:,} cells are missing.</p>"
    return (
        f"<div class='dq-chart'><h4>{escape(column, 80)}</h4>{_legend(target, classes)}{bars}"
        f"{gaps if groups.missing else ''}</div>"
    )


def _legend(target: str | None, classes: list[str]) -> str:
    keys = "".join(
        f"<span class='dq-key' style='--shade:{SHADES[place]}'>{escape(name, 30)}</span>"
        for place, name in enumerate(classes)
    )
    return f"<p class='dq-quiet'>Colored by {escape(target or '')}: {keys}</p>" if keys else ""


def _groups(column: pd.Series) -> Groups:
    """Return the bars of a column: ranges of many numbers, else values, the frequent ones first."""
    present = column.dropna()
    missing = len(column) - len(present)
    numeric = types.is_numeric_dtype(present.dtype) and not types.is_bool_dtype(present.dtype)
    if numeric and present.nunique() > MAX_BARS:
        return _binned(present.astype("float64"), missing)
    words = present.astype("string")
    top = list(words.value_counts().index[:MAX_BARS])
    if numeric:
        top.sort(key=float)
    place = words.map({name: n for n, name in enumerate(top)}).fillna(len(top)).astype("int64")
    names = [*top, "all others"] if bool((place == len(top)).any()) else top
    return Groups(names, place, missing)


def _binned(values: pd.Series, missing: int) -> Groups:
    finite = values[np.isfinite(values)]
    edges = np.histogram_bin_edges(finite, bins=MAX_BARS)
    names = [f"{number(float(low))} to {number(float(high))}" for low, high in pairwise(edges)]
    place = np.clip(np.searchsorted(edges, finite, side="right") - 1, 0, len(names) - 1)
    return Groups(names, pd.Series(place, index=finite.index), missing)


def _classes(frame: pd.DataFrame, column: str, target: str | None) -> list[str]:
    if target is None or target == column or target not in frame.columns:
        return []
    values = frame[target].astype("string").fillna("missing")
    return list(values.value_counts().index) if values.nunique() <= MAX_CLASSES else []


def _shares(chosen: pd.Series, split: pd.Series | None, classes: list[str]) -> list[float]:
    if split is None:
        return [1.0]
    inside = split.loc[chosen.index[chosen]]
    return [float((inside == name).mean()) if len(inside) else 0.0 for name in classes]


def _bar(name: str, rows: int, most: int, shares: list[float]) -> str:
    parts = "".join(
        f"<span style='width:{share * rows / most * 100:.2f}%;background:{SHADES[place]}'></span>"
        for place, share in enumerate(shares)
    )
    return (
        f"<div class='dq-bar-row'><span class='dq-name'>{escape(name, 40)}</span>"
        f"<span class='dq-track dq-stack'>{parts}</span>"
        f"<span class='dq-number'>{rows:,}</span></div>"
    )
