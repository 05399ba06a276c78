"""A clean table, and ways to damage it where the damage is known."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from dataquarry.tools.clean import propose_cleaning
from dataquarry.tools.cleaning.base import Cleaner, View
from dataquarry.tools.proposals import Group

TOWNS = {
    "Ashford": ("17501", "Kent", "01233"),
    "Brookfield": ("28302", "Essex", "01376"),
    "Carrington": ("39103", "Kent", "01267"),
    "Dunmore": ("40204", "Surrey", "01243"),
    "Eastleigh": ("51405", "Devon", "02380"),
    "Fairhaven": ("62606", "Essex", "01528"),
    "Glenwood": ("73707", "Devon", "01639"),
    "Harrowgate": ("84808", "Surrey", "01423"),
}


def shops(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    """Return shops in towns: a town has one zip, county and dialing code."""
    random = np.random.default_rng(seed)
    towns = random.choice(list(TOWNS), rows)
    frame = {
        "shop": [f"S{number:05d}" for number in random.permutation(rows) + 10_000],
        "town": towns,
        "zip": [TOWNS[town][0] for town in towns],
        "county": [TOWNS[town][1] for town in towns],
        "dial": [TOWNS[town][2] for town in towns],
        "phone": [
            f"{a}-{b}-{c}"
            for a, b, c in zip(
                random.integers(200, 999, rows),
                random.integers(200, 999, rows),
                random.integers(1000, 9999, rows),
                strict=True,
            )
        ],
        "opened": pd.Series(pd.Timestamp("2001-01-01"), range(rows))
        .add(pd.to_timedelta(random.integers(0, 8000, rows), unit="D"))
        .dt.strftime("%Y-%m-%d"),
        "area": random.integers(20, 900, rows).astype(str),
        "weight": [f"{value:.1f} kg" for value in random.uniform(2, 40, rows)],
    }
    return pd.DataFrame(frame).astype("str")


def damage(
    frame: pd.DataFrame, column: str, change: Callable[[str], str | None], count: int, seed: int = 1
) -> tuple[pd.DataFrame, list[int]]:
    """Return the frame with some cells of a column changed, and in which rows."""
    random = np.random.default_rng(seed)
    rows = sorted(int(row) for row in random.choice(len(frame), count, replace=False))
    cells = frame[column].astype(object).copy()
    for row in rows:
        cells.iloc[row] = change(str(cells.iloc[row]))
    return frame.assign(**{column: cells.astype("str")}), rows


def faults(frame: pd.DataFrame, cleaner: Cleaner | None = None) -> dict[str, Group]:
    """Return the groups that call cells wrong, by id: those of one cleaner, or of all in turn."""
    groups = cleaner(View(frame)) if cleaner else propose_cleaning(frame).groups
    return {group.id: group for group in groups if group.facts.get("fault")}


def repaired(frame: pd.DataFrame, *groups: Group) -> pd.DataFrame:
    """Return the frame after what some groups do."""
    for group in groups:
        for operation in group.operations:
            frame = operation.apply(frame)
    return frame
