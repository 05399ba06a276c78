"""Several tables: find keys and joins, look up what was known at the time, count the past only.

Every row of the main table has a cut-off, the moment at which its prediction is due. Nothing that
is recorded later may reach its features: as-of joins take the last row at or before it, and past
aggregates take outcomes that were known by then.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api import types

from ...errors import ToolError
from .base import Floats

MIN_COVERAGE = 0.5
MIN_CODES = 3
MAX_REPEATS = 0.001
ONE_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Join:
    """How rows of the main table find rows of another.

    `times` names the moment in the main table and in the other one where the match is the last
    row at or before it; None where the key alone decides.
    """

    table: str
    left_on: str
    right_on: str
    coverage: float
    times: tuple[str, str] | None = None

    def sentence(self) -> str:
        """Say how the tables are joined."""
        how = f"{self.left_on!r} = {self.table}.{self.right_on}"
        when = f", the last row at or before {self.times[0]!r}" if self.times else ""
        return f"Join {self.table!r} on {how}{when} ({self.coverage:.0%} of rows find a value)."

    def counted(self) -> str:
        """Say whose rows are counted and averaged."""
        when = f" at or before {self.times[0]!r}" if self.times else ""
        return (
            f"Count and average the rows of {self.table!r} with the same {self.left_on!r}{when} "
            f"({self.coverage:.0%} of rows find some)."
        )


def find_joins(
    main: pd.DataFrame, tables: dict[str, pd.DataFrame], time: str | None = None
) -> list[Join]:
    """Return the joins that values support: one row per key, or one per key and moment.

    A column matches a key of the same kind when at least half of its values are in it; names
    that differ are accepted for text only, where a match by chance is unlikely.
    """
    found = []
    for name, right in tables.items():
        moment = moment_of(right) if time else None
        for key in _keys_of(right, moment):
            is_dated = bool(right[key].dropna().duplicated().any())
            times = (time, moment) if is_dated and time and moment else None
            for column in main.columns:
                coverage = key_coverage(main[column], right[key], column == key)
                if coverage >= MIN_COVERAGE and column != time:
                    found.append(Join(name, str(column), key, coverage, times))
    return found


def apply_join(main: pd.DataFrame, right: pd.DataFrame, join: Join) -> pd.DataFrame:
    """Return the main table with the other's columns, named '<table>_<column>' or after the key.

    Rows keep their order and number; where no row matches, values are missing.

    Raises:
        ToolError: the other table has several rows for one key and no moment to choose by.
    """
    prefix = join.table if join.left_on == join.right_on else f"{join.left_on}_{join.table}"
    if join.times:
        return _as_of(main, right, join, prefix)
    known = right[right[join.right_on].notna()]
    if known[join.right_on].duplicated().any():
        raise ToolError(f"{join.table!r} has several rows for one {join.right_on!r}.")
    place = pd.Index(known[join.right_on]).get_indexer(pd.Index(main[join.left_on]))
    return _attach(main, known, place, [join.right_on], prefix)


def past_aggregate(
    frame: pd.DataFrame,
    by: list[str],
    value: Floats,
    *,
    cutoff: str,
    known: str,
    window: pd.Timedelta,
) -> tuple[Floats, Floats]:
    """Return mean and number of a value over earlier rows of the group, past the cut-off none.

    A row counts towards another when its outcome was known at or before the other's cut-off, and
    not longer before than the window.

    Args:
        frame: the rows, those with a missing outcome included.
        by: columns that make the group; empty for all rows.
        value: the outcome of each row, NaN where there is none.
        cutoff: column of the moment at which a row's prediction is due.
        known: column of the moment at which a row's outcome was known.
        window: how far back to look.
    """
    codes = frame.groupby(by, dropna=False).ngroup().to_numpy() if by else np.zeros(len(frame))
    known_at, due = _nanoseconds(frame[known]), _nanoseconds(frame[cutoff])
    usable = ~np.isnan(value) & frame[known].notna().to_numpy()
    mean, count = np.full(len(frame), np.nan), np.zeros(len(frame))
    order = np.argsort(codes, kind="stable")
    bounds = np.flatnonzero(np.diff(codes[order])) + 1
    for rows in np.split(order, bounds):
        sources = rows[usable[rows]]
        sources = sources[np.argsort(known_at[sources], kind="stable")]
        moments = known_at[sources]
        totals = np.concatenate([[0.0], np.cumsum(value[sources])])
        last = np.searchsorted(moments, due[rows], side="right")
        first = np.searchsorted(moments, due[rows] - window.value, side="right")
        count[rows] = last - first
        with np.errstate(invalid="ignore", divide="ignore"):
            mean[rows] = (totals[last] - totals[first]) / (last - first)
    return mean, count


def parse_moments(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with columns of ISO moments read as dates in UTC."""
    found = frame.copy()
    for column in frame.columns:
        if types.is_numeric_dtype(frame[column].dtype):
            continue
        head = frame[column].dropna().head(50).astype(str)
        if len(head) and head.str.match(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d").all():
            found[column] = pd.to_datetime(frame[column], utc=True)
    return found


def _as_of(main: pd.DataFrame, right: pd.DataFrame, join: Join, prefix: str) -> pd.DataFrame:
    assert join.times is not None
    time, moment = join.times
    known = right[right[moment].notna() & right[join.right_on].notna()].sort_values(
        moment, kind="stable"
    )
    left = pd.DataFrame({"key": main[join.left_on], "time": main[time], "row": range(len(main))})
    other = pd.DataFrame(
        {"key": known[join.right_on], "time": known[moment], "place": range(len(known))}
    )
    matched = pd.merge_asof(
        left[left["time"].notna()].sort_values("time", kind="stable"),
        other,
        on="time",
        by="key",
        direction="backward",
        tolerance=ONE_DAY,
    )
    place = np.full(len(main), -1)
    rows = matched["row"].to_numpy()
    place[rows] = matched["place"].fillna(-1).astype(int).to_numpy()
    return _attach(main, known, place, [join.right_on, moment], prefix)


def _attach(
    main: pd.DataFrame,
    right: pd.DataFrame,
    place: np.ndarray[tuple[int], np.dtype[np.intp]],
    without: list[str],
    prefix: str,
) -> pd.DataFrame:
    taken = right.drop(columns=without).reset_index(drop=True)
    taken = taken.reindex(np.where(place < 0, len(taken), place)).set_axis(main.index)
    taken.columns = [f"{prefix}_{column}" for column in taken.columns]
    return pd.concat([main, taken], axis=1)


def _keys_of(right: pd.DataFrame, moment: str | None) -> list[str]:
    """Return columns with one row per value, or with one per value and moment."""
    keys = []
    for column in right.columns:
        values = right[column].dropna()
        if types.is_float_dtype(values.dtype) or types.is_datetime64_any_dtype(values.dtype):
            continue
        if values.nunique() < MIN_CODES:
            continue
        if not values.duplicated().any():
            keys.append(str(column))
        elif moment and not types.is_numeric_dtype(values.dtype):
            # A clock set back gives one hour twice; more repeats than that are no key.
            dated = right.duplicated([column, moment]).mean() < MAX_REPEATS
            keys += [str(column)] if dated else []
    return keys


def moment_of(frame: pd.DataFrame) -> str | None:
    """Return the first column of moments, None where there is none."""
    dated = [c for c in frame.columns if types.is_datetime64_any_dtype(frame[c].dtype)]
    return str(dated[0]) if dated else None


def key_coverage(left: pd.Series, right: pd.Series, same_name: bool) -> float:
    """Return the share of known values that are in another column of the same kind, else 0."""
    number = types.is_numeric_dtype(left.dtype)
    if number != types.is_numeric_dtype(right.dtype) or (number and not same_name):
        return 0.0
    if types.is_datetime64_any_dtype(left.dtype):
        return 0.0
    known = left.dropna()
    if known.nunique() < 2:
        return 0.0
    return float(known.isin(set(right.dropna())).mean())


def _nanoseconds(series: pd.Series) -> Floats:
    """Return moments as nanoseconds; a missing one is never."""
    naive = series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz else series
    found = np.array(naive.to_numpy("datetime64[ns]").astype("float64"))
    found[naive.isna().to_numpy()] = np.nan
    return found
