"""Several sources tell of the same things: where they differ, which of them to believe.

A table of this kind has a key (the thing), a source (who tells of it) and columns that should be
the same for all rows of one key. Sources are believed by how often they agree with what is
believed, over all columns at once, in turns until it settles: the scheme of TruthFinder (Yin, Han
and Yu, 2008) with squared trust as weight. One column alone can settle on the wrong side where
many sources copy one another; the columns together seldom do.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..operations.repairs import SetByKey
from ..operations.times import read_time
from ..proposals import Group
from .base import View, fault
from .clock import time_style
from .dependencies import Coded

UNIQUE = 0.98
ROWS_PER_KEY = 4
LIFT = 0.3
DISAGREE = 0.1
SOURCES = 3
TURNS = 20
SURE = 0.75

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sources:
    """Which column names the thing, which the source, and which hold what sources tell."""

    key: str
    source: str
    columns: list[str]


def find_sources(view: View) -> Sources | None:
    """Return the key and source of a table in which several sources tell of the same things."""
    coded = view.coded
    best: tuple[float, Sources] | None = None
    mined = [d for d in view.mined if d.lift >= LIFT]
    for key in coded.possible_keys():
        source = _source(coded, key)
        told = [d for d in mined if d.key == key and d.column != source]
        # Where rows of one key hardly ever differ, there is nothing to settle between sources.
        differ = np.mean([1 - d.agreement for d in told]) if told else 0.0
        if source is None or len(told) < 2 or differ < DISAGREE:
            continue
        score = sum(d.lift for d in told)
        if best is None or score > best[0]:
            best = score, Sources(key, source, [d.column for d in told])
    return best[1] if best else None


def _source(coded: Coded, key: str) -> str | None:
    """Return a column of few values of which each comes at most once with each key."""
    codes = coded.codes[key]
    known = codes >= 0
    if np.count_nonzero(known) < ROWS_PER_KEY * len(coded.values[key]):
        return None
    for name in coded.possible_keys():
        other = coded.codes[name]
        both = known & (other >= 0)
        few = SOURCES <= len(coded.values[name]) <= len(codes) / ROWS_PER_KEY
        if name == key or not few or both.mean() < UNIQUE or _counts_time(coded.values[name]):
            continue
        pairs = codes[both] * len(coded.values[name]) + other[both]
        if len(np.unique(pairs)) >= UNIQUE * len(pairs):
            return name
    return None


def _counts_time(values: list[str]) -> bool:
    """Tell whether a column's values are numbers or dates: rows of a panel, which may differ."""
    return all(re.fullmatch(r"[\d.,:/\- ]+", value) for value in values)


@dataclass(frozen=True)
class Belief:
    """What is believed of one column: per key the value and its share of the trust."""

    values: pd.Series
    share: pd.Series


def believe(frame: pd.DataFrame, sources: Sources, told: dict[str, pd.Series]) -> dict[str, Belief]:
    """Return what to believe of each column, by key.

    Args:
        frame: the table, for its key and source.
        sources: the names of the columns.
        told: what each row says in each column, written in one way.
    """
    trust = pd.Series(1.0, index=frame[sources.source].dropna().unique())
    for _ in range(TURNS):
        weight = frame[sources.source].map(trust).astype("float64")
        beliefs = {name: _belief(frame[sources.key], told[name], weight) for name in told}
        new = _trust(frame, sources, told, beliefs)
        settled = bool(np.allclose(new.to_numpy(), trust.reindex(new.index).to_numpy(), atol=1e-4))
        trust = new
        if settled:
            break
    return beliefs


def _belief(key: pd.Series, said: pd.Series, weight: pd.Series) -> Belief:
    votes = pd.DataFrame({"key": key, "value": said, "weight": weight}).dropna()
    totals = votes.groupby(["key", "value"], sort=True)["weight"].sum().reset_index()
    totals = totals.sort_values(["key", "weight", "value"], ascending=[True, False, True])
    top = totals.drop_duplicates("key").set_index("key")
    return Belief(top["value"], top["weight"] / totals.groupby("key")["weight"].sum())


def _trust(
    frame: pd.DataFrame, sources: Sources, told: dict[str, pd.Series], beliefs: dict[str, Belief]
) -> pd.Series:
    """Return the square of how often each source says what is believed (with one of each kind)."""
    right = pd.Series(0.0, index=frame.index)
    said = pd.Series(0.0, index=frame.index)
    for name, column in told.items():
        right += (column == frame[sources.key].map(beliefs[name].values)).astype(float)
        said += column.notna().astype(float)
    sums = pd.DataFrame({"source": frame[sources.source], "right": right, "said": said})
    by = sums.groupby("source")[["right", "said"]].sum()
    return ((by["right"] + 1) / (by["said"] + 2)) ** 2


def conflicting_sources(view: View) -> list[Group]:
    """Find cells in which a source differs from, or lacks, what the sources together say."""
    sources = find_sources(view)
    if sources is None:
        return []
    told = {name: _one_way(view, name) for name in sources.columns}
    beliefs = believe(view.frame, sources, told)
    return [g for name in sources.columns for g in _groups(view, sources, name, beliefs[name])]


def _one_way(view: View, column: str) -> pd.Series:
    """Return a column with its times of day written in one way, other columns as they are."""
    style = time_style(view.values(column))
    cells = view.frame[column]
    if style is None:
        return cells
    return cells.map(lambda text: read_time(text, style), na_action="ignore").astype(cells.dtype)


def _groups(view: View, sources: Sources, column: str, belief: Belief) -> list[Group]:
    groups = []
    sure = belief.share >= SURE
    for kind, keys, words in (
        ("sources", sure, f"at least {SURE:.0%}"),
        ("divided", ~sure, f"less than {SURE:.0%}"),
    ):
        values = {str(key): str(value) for key, value in belief.values[keys].items()}
        for where, title in (
            ("missing", f"Fill missing {column} with what other sources say"),
            ("differs", f"Replace {column} where a source differs from the others"),
        ):
            groups += fault(
                view,
                [SetByKey(key=sources.key, column=column, values=values, where=where)],
                group_id=f"{kind}-{where}:{column}",
                title=title if kind == "sources" else f"{title} (divided)",
                rule=(
                    f"Rows of one {sources.key} tell of one thing. The value is taken that the "
                    f"sources ({sources.source}) say which most often agree with the others."
                ),
                evidence=(
                    f"For {int(keys.sum()):,} of {len(keys):,} values of {sources.key}, {words} "
                    "of the trust is behind the value."
                ),
                recommended=False,
            )
    return groups
