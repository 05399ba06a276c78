"""The numbers behind the report's charts: distributions of a column before and after.

The charts are drawn as inline SVG by the template, so names in any script are shown in the
reader's own fonts and nothing is loaded from elsewhere.
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel

MAX_COLUMNS = 48
MAX_ROWS = 100_000
BINS = 24
CATEGORIES = 8

Numbers = npt.NDArray[np.float64]


class Bar(BaseModel):
    """One place of a chart: its label and the share of rows before and after, None if absent."""

    label: str
    before: float | None
    after: float | None


class Chart(BaseModel):
    """Distribution of one column, in shares of the rows that have a value."""

    column: str
    kind: Literal["number", "date", "category"]
    status: Literal["kept", "changed", "added", "dropped"]
    dtype: str
    distinct: int
    bars: list[Bar]
    low: str = ""
    high: str = ""
    clipped: bool = False
    is_target: bool = False

    @property
    def highest(self) -> float:
        """The largest share of any bar, above zero."""
        shares = [s for bar in self.bars for s in (bar.before, bar.after) if s]
        return max(shares, default=1.0)


def charts(
    before: pd.DataFrame, after: pd.DataFrame, target: str | None, touched: set[str]
) -> tuple[list[Chart], list[str]]:
    """Return the charts, the target's first, and the names of the columns left out.

    Distributions of long tables are taken from `MAX_ROWS` rows drawn at random; missing shares
    and numbers of distinct values come from all rows of these.
    """
    names = [str(name) for name in after.columns]
    names += [str(name) for name in before.columns if name not in after.columns]
    if target in names:
        names.remove(target)
        names.insert(0, target)
    first, last = sampled(before), sampled(after)
    drawn = [
        _chart(name, first.get(name), last.get(name), name == target, name in touched)
        for name in names[:MAX_COLUMNS]
    ]
    return drawn, names[MAX_COLUMNS:]


def sampled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame short enough to draw."""
    return frame if len(frame) <= MAX_ROWS else frame.sample(MAX_ROWS, random_state=0)


def _chart(
    name: str, before: pd.Series | None, after: pd.Series | None, is_target: bool, touched: bool
) -> Chart:
    column = after if after is not None else before
    assert column is not None
    status = _status(before, after, touched)
    if before is not None and after is not None and _kind(before) != _kind(after):
        before = None  # words and the dates read from them have no common scale
    values: dict[str, Any] = {
        "column": name,
        "dtype": str(column.dtype),
        "distinct": _distinct(column),
        "status": status,
        "is_target": is_target,
    }
    kind = _kind(column)
    if kind == "category" or values["distinct"] <= CATEGORIES:
        rare = values["distinct"] > max(CATEGORIES, column.notna().sum() / 2)
        bars = [] if rare else _categories(before, after)
        return Chart(kind="category", **values, bars=bars)
    read, label = (_numbers, _number_label) if kind == "number" else (_instants, _date_label)
    return Chart(kind=kind, **values, **_histogram(before, after, read, label))


def _kind(column: pd.Series) -> Literal["number", "date", "category"]:
    kinds, dtype = pd.api.types, column.dtype
    if kinds.is_datetime64_any_dtype(dtype):
        return "date"
    plain_number = kinds.is_numeric_dtype(dtype) and not kinds.is_bool_dtype(dtype)
    return "number" if plain_number and not kinds.is_complex_dtype(dtype) else "category"


def _status(before: pd.Series | None, after: pd.Series | None, touched: bool) -> str:
    if before is None:
        return "added"
    if after is None:
        return "dropped"
    return "changed" if touched or before.dtype != after.dtype else "kept"


def _distinct(column: pd.Series) -> int:
    return int(_hashable(column).nunique())


def _hashable(column: pd.Series) -> pd.Series:
    """Return the column with lists and mappings as text, so that they can be counted."""
    if column.dtype == object:
        return column.map(str, na_action="ignore")
    return column


def _numbers(column: pd.Series) -> Numbers:
    numbers: Numbers = column.dropna().to_numpy(dtype="float64")
    return numbers[np.isfinite(numbers)]


def _instants(column: pd.Series) -> Numbers:
    instants = pd.to_datetime(column.dropna(), utc=True).dt.as_unit("s")
    seconds: Numbers = instants.to_numpy(dtype="datetime64[s]").astype("int64").astype("float64")
    return seconds


def _number_label(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1e5 else f"{value:.3g}"


def _date_label(value: float) -> str:
    return str(np.datetime64(int(value), "s").astype("datetime64[D]"))


def _histogram(
    before: pd.Series | None, after: pd.Series | None, read: Any, label: Any
) -> dict[str, Any]:
    """Count both columns in the same bins; far outliers go to the bins at the edges."""
    parts = [None if column is None else read(column) for column in (before, after)]
    pooled = np.concatenate([part for part in parts if part is not None])
    if pooled.size == 0:
        return {"bars": []}
    low, high, clipped = _range(pooled)
    edges = np.linspace(low, high, BINS + 1)
    shares = [None if p is None else _shares(np.clip(p, low, high), edges) for p in parts]
    bars = [
        Bar(
            label=f"{label(edges[i])} to {label(edges[i + 1])}",
            before=None if shares[0] is None else shares[0][i],
            after=None if shares[1] is None else shares[1][i],
        )
        for i in range(BINS)
    ]
    return {"bars": bars, "low": label(low), "high": label(high), "clipped": clipped}


def _range(pooled: Numbers) -> tuple[float, float, bool]:
    low, high = float(pooled.min()), float(pooled.max())
    near_low, near_high = (float(q) for q in np.quantile(pooled, (0.01, 0.99)))
    if near_high > near_low and (high - low) > 3 * (near_high - near_low):
        return near_low, near_high, True
    return (low, high, False) if high > low else (low - 0.5, high + 0.5, False)


def _shares(values: Numbers, edges: Numbers) -> list[float]:
    counts = np.histogram(values, edges)[0]
    return [float(share) for share in counts / max(1, values.size)]


def _categories(before: pd.Series | None, after: pd.Series | None) -> list[Bar]:
    """Return the most frequent values of both columns and one bar for all others."""
    shares = [None if c is None else _value_shares(c) for c in (before, after)]
    pooled = _pool([s for s in shares if s is not None])
    top = [str(label) for label in pooled.index[:CATEGORIES]]
    bars = [
        Bar(label=label, before=_share(shares[0], label), after=_share(shares[1], label))
        for label in top
    ]
    if len(pooled) > len(top):
        rest = [None if s is None else float(s.drop(top, errors="ignore").sum()) for s in shares]
        bars.append(Bar(label=f"{len(pooled) - len(top):,} others", before=rest[0], after=rest[1]))
    return bars


def _pool(shares: list[pd.Series]) -> pd.Series:
    pooled = shares[0]
    for other in shares[1:]:
        pooled = pooled.add(other, fill_value=0.0)
    return pooled.sort_values(ascending=False, kind="stable")


def _value_shares(column: pd.Series) -> pd.Series:
    text = _hashable(column).dropna().astype(str)
    return text.value_counts(normalize=True)


def _share(shares: pd.Series | None, label: str) -> float | None:
    return None if shares is None else float(shares.get(label, 0.0))
