"""Features from several tables for one target, with the leaks refused and the reasons kept."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.api import types

from ...errors import NotApplicable, ToolError
from ..scoring import Task, task_of
from .base import training_rows
from .children import aggregate_children, find_children
from .judge import Report
from .leaks import Leak, find_leaks, looks_ahead
from .relations import Join, apply_join, find_joins, parse_moments, past_aggregate

WINDOWS = ("3h", "1D", "30D")
MAX_GROUPS = 20_000


@dataclass
class Joined:
    """The main table with what was looked up and counted, and what was kept out.

    `frame` has the rows of the main table in their order, without refused columns and, where
    there is a cut-off, without moments, which then only order rows.
    """

    frame: pd.DataFrame
    joins: list[Join] = field(default_factory=list)
    children: list[Join] = field(default_factory=list)
    """Relations with several rows to one, which are counted and averaged."""
    aggregates: list[str] = field(default_factory=list)
    refused: list[Leak] = field(default_factory=list)
    flagged: list[Leak] = field(default_factory=list)


def join_tables(
    main: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    target: str,
    *,
    cutoff: str | None = None,
    known: str | None = None,
    report: Report | None = None,
    task: Task | None = None,
) -> Joined:
    """Join other tables and count the past, each row seeing only what was known by its cut-off.

    Args:
        main: one row per thing to predict, those without a target included.
        tables: the other tables by name.
        target: column to predict.
        cutoff: column of the moment at which a row's prediction is due. Without it time plays no
            part: rows of other tables count whenever they were recorded.
        known: column of the moment at which a row's target was known; it becomes no feature.
            Without it, or without a cut-off, earlier targets are not counted.
        report: told how far it is.
        task: what the target is; found from its values by default.

    Raises:
        ToolError: a column is missing, or `cutoff` or `known` does not hold moments.
        NotApplicable: fewer than two values of the target are known.
    """
    main, tables = parse_moments(main), {n: parse_moments(t) for n, t in tables.items()}
    report = report or (lambda message, share=None: None)
    given = [column for column in (cutoff, known) if column is not None]
    _check(main, target, given)
    task = task or task_of(main[target])
    report("Looking for leaks")
    after = [known] if known else []
    leaks = find_leaks(main.drop(columns=after), target, task)
    refused = [leak for leak in leaks if leak.verdict == "refuse"]
    frame = main.drop(columns=[leak.column for leak in refused])
    out = Joined(frame, refused=refused, flagged=[x for x in leaks if x.verdict == "flag"])
    usable = frame.drop(columns=[target, *after])
    out.joins = find_joins(usable, tables, cutoff)
    for join in out.joins:
        report(f"Joining {join.table}")
        out.frame = apply_join(out.frame, tables[join.table], join)
        out.flagged += _same_day(main, tables[join.table], join)
    looked_up = {join.table for join in out.joins}
    rest = {name: table for name, table in tables.items() if name not in looked_up}
    out.children = find_children(usable, rest, cutoff)
    for join in out.children:
        report(f"Counting the rows of {join.table}")
        made = aggregate_children(main, tables[join.table], join)
        out.frame = pd.concat([out.frame, made], axis=1)
        out.aggregates += list(made.columns)
        if cutoff and not join.times:
            reason = f"{join.table!r} holds no moments, so its rows may be later than the cut-off"
            out.flagged.append(Leak(f"rows of {join.table}", "flag", reason))
    if cutoff and known:
        _count_past(out, main, target, task, cutoff, known, report)
    out.frame = out.frame.drop(columns=_without(out.frame, cutoff, known))
    return out


def _without(frame: pd.DataFrame, cutoff: str | None, known: str | None) -> list[str]:
    moments = [str(c) for c in frame if types.is_datetime64_any_dtype(frame[c].dtype)]
    return moments if cutoff else [c for c in moments if c == known]


def _count_past(
    out: Joined,
    main: pd.DataFrame,
    target: str,
    task: Task,
    cutoff: str,
    known: str,
    report: Report,
) -> None:
    """Add the mean target of the past, over all rows and over each group of a text column."""
    values = np.full(len(main), np.nan)
    there = main[target].notna().to_numpy()
    values[there] = training_rows(main[there], target, task).values
    texts = [
        str(c)
        for c in main.columns
        if c in out.frame.columns and c != target and _is_group(main[c])
    ]
    made = {}
    for by in [[], *([column] for column in texts)]:
        report(f"Counting the past of {' '.join(by) or 'all rows'}")
        for window in WINDOWS:
            name = f"past_{target}_{'_'.join([*by, window])}"
            made[name], made[f"{name}_rows"] = past_aggregate(
                main, by, values, cutoff=cutoff, known=known, window=pd.Timedelta(window)
            )
    out.aggregates += list(made)
    out.frame = pd.concat([out.frame, pd.DataFrame(made, index=out.frame.index)], axis=1)


def _same_day(main: pd.DataFrame, right: pd.DataFrame, join: Join) -> list[Leak]:
    """Audit the daily mean of a dated table, which a join by calendar day would make."""
    if join.times is None:
        return []
    time, moment = join.times
    day = right[moment].dt.floor("D")
    latest = right.groupby([right[join.right_on], day])[moment].max()
    place = pd.MultiIndex.from_arrays([main[join.left_on], main[time].dt.floor("D")])
    leak = looks_ahead(
        f"same-day mean of {join.table}",
        main[time].reset_index(drop=True),
        latest.reindex(place).reset_index(drop=True),
    )
    return [leak] if leak else []


def _is_group(series: pd.Series) -> bool:
    if types.is_numeric_dtype(series.dtype) or types.is_datetime64_any_dtype(series.dtype):
        return False
    return 2 <= series.nunique() <= min(MAX_GROUPS, len(series) // 10)


def _check(main: pd.DataFrame, target: str, moments: list[str]) -> None:
    for column in (target, *moments):
        if column not in main.columns:
            raise ToolError(f"The main table has no column {column!r}.")
    for column in moments:
        if not types.is_datetime64_any_dtype(main[column].dtype):
            raise ToolError(f"The column {column!r} does not hold dates with a time of day.")
    if main[target].nunique() < 2:
        raise NotApplicable(f"the target {target!r} has fewer than two values")
