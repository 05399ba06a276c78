"""Tables with several rows for one row of the main table: count and average those known by then."""

import numpy as np
import pandas as pd
from pandas.api import types

from ..operations.feature_base import numbers
from .relations import MIN_COVERAGE, Join, key_coverage, moment_of

MAX_NUMBERS = 10


def find_children(
    main: pd.DataFrame, tables: dict[str, pd.DataFrame], time: str | None = None
) -> list[Join]:
    """Return the relations in which a value of the main table has several rows in another.

    The columns must have the same name, and half of the main table's values be in the other. Of
    several such columns of a table the one with the most values is taken.
    """
    found = []
    for name, right in tables.items():
        moment = moment_of(right) if time else None
        shared = [
            Join(name, str(c), str(c), key_coverage(main[c], right[c], True), _times(time, moment))
            for c in right.columns
            if c in main.columns and not types.is_float_dtype(right[c].dtype) and c != time
        ]
        usable = [join for join in shared if join.coverage >= MIN_COVERAGE]
        if usable:
            found.append(max(usable, key=lambda join: int(right[join.right_on].nunique())))
    return found


def aggregate_children(main: pd.DataFrame, right: pd.DataFrame, join: Join) -> pd.DataFrame:
    """Return for each row of the main table how many rows the other has, and their means.

    Where both tables have moments, only rows at or before the row's cut-off count. The columns
    are '<table>_rows' and '<table>_mean_<column>'.
    """
    right = right[right[join.right_on].notna()]
    if join.times:
        right = right[right[join.times[1]].notna()].sort_values(join.times[1], kind="stable")
    keys = right[join.right_on].to_numpy()
    names = [
        str(c)
        for c in right.columns
        if c != join.right_on and types.is_numeric_dtype(right[c].dtype)
    ][:MAX_NUMBERS]
    running = pd.DataFrame({"rows": np.ones(len(right))})
    for name in names:
        values = numbers(right, name)
        running[f"sum {name}"] = np.nan_to_num(values)
        running[f"known {name}"] = (~np.isnan(values)).astype("float64")
    running = running.groupby(keys).cumsum()
    at = running.reindex(_last_known(main, right, join)).reset_index(drop=True)
    return _means(at, join.table, names).set_axis(main.index)


def _last_known(
    main: pd.DataFrame, right: pd.DataFrame, join: Join
) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """Return the place of the last row of each key that is known by the cut-off; none: the end."""
    left = pd.DataFrame({"key": main[join.left_on], "row": range(len(main))})
    other = pd.DataFrame({"key": right[join.right_on].to_numpy(), "place": range(len(right))})
    place = np.full(len(main), len(right))
    if join.times is None:
        last = other.groupby("key")["place"].max()
        found = left["key"].map(last)
        place[found.notna().to_numpy()] = found.dropna().astype(int)
        return place
    left["time"], other["time"] = main[join.times[0]], right[join.times[1]].to_numpy()
    left = left[left["time"].notna() & left["key"].notna()].sort_values("time", kind="stable")
    other["time"] = other["time"].astype(left["time"].dtype)
    matched = pd.merge_asof(left, other, on="time", by="key").dropna(subset="place")
    place[matched["row"].to_numpy()] = matched["place"].astype(int).to_numpy()
    return place


def _means(at: pd.DataFrame, table: str, names: list[str]) -> pd.DataFrame:
    made = {f"{table}_rows": at["rows"].fillna(0.0)}
    for name in names:
        made[f"{table}_mean_{name}"] = at[f"sum {name}"] / at[f"known {name}"].replace(0.0, np.nan)
    return pd.DataFrame(made)


def _times(time: str | None, moment: str | None) -> tuple[str, str] | None:
    return (time, moment) if time and moment else None
