"""The `profile` tool: facts measured on a table; nothing is changed."""

from collections.abc import Callable

import pandas as pd
from pandas.api import types
from pydantic import BaseModel, ConfigDict

from ..retrieval.demand import Demand
from ..retrieval.known_issues import remember_issues
from .base import Effect, Result, Work, tool
from .meanings import column_meanings
from .operations.base import with_columns
from .profiling.columns import profile_column
from .profiling.facts import ColumnProfile, Profile, TargetCandidate
from .profiling.warnings import table_warnings

__all__ = ["ColumnProfile", "Profile", "profile", "profile_frame"]

MOST_CANDIDATES = 3


class ProfileArgs(BaseModel):
    """`profile` takes no arguments."""

    model_config = ConfigDict(extra="forbid")


@tool(Effect.READ, version=3)
def profile(work: Work, _: ProfileArgs) -> Result:
    """Measure types, missing values, duplicates and distributions, and warn of what looks wrong."""
    found = _with_meanings(profile_frame(work.frame, work.target, work.report), work)
    _remember(found, work)
    known = sum(column.meaning is not None for column in found.columns)
    wrong = sum(bool(column.warnings) for column in found.columns)
    return Result(
        summary=f"{found.rows:,} rows, {len(found.columns)} columns, "
        f"{found.missing_cells:,} missing cells, "
        f"{found.duplicate_rows:,} duplicate rows; {wrong} columns with warnings"
        + (f"; the meaning of {known} is known." if known else "."),
        data=found.model_dump(mode="json"),
    )


def _remember(found: Profile, work: Work) -> None:
    """Keep what looks wrong in a dataset as it was loaded, for later searches."""
    origin = work.need_table().origin
    if origin and origin.kind == "record":
        remember_issues(work.settings, origin.name, found.warnings)


def _with_meanings(found: Profile, work: Work) -> Profile:
    """Return the profile with what notes and the source say about each column."""
    meanings = column_meanings(work)
    columns = [
        c.model_copy(update={"meaning": meanings[c.name].cited}) if c.name in meanings else c
        for c in found.columns
    ]
    return found.model_copy(update={"columns": columns})


def profile_frame(
    frame: pd.DataFrame, target: str | None = None, report: Callable[..., None] | None = None
) -> Profile:
    """Measure a frame.

    Args:
        frame: any frame with unique column names.
        target: column to be predicted, for warnings about balance and leakage.
        report: told how far the work is, with the share from 0 to 1.
    """
    columns = []
    for place, name in enumerate(frame.columns):
        if report:
            report(f"Profiling {name}", place / frame.shape[1])
        columns.append(profile_column(frame[name]))
    duplicates = int(_hashable(frame).duplicated().sum()) if frame.shape[1] else 0
    found = Profile(
        rows=len(frame),
        columns=columns,
        duplicate_rows=duplicates,
        missing_cells=sum(column.missing for column in columns),
        bytes=int(frame.memory_usage(deep=False).sum()),
        warnings=table_warnings(frame, duplicates, target),
    )
    return found.model_copy(update={"candidates": _candidates(found)})


def _candidates(found: Profile) -> list[TargetCandidate]:
    """Return the columns that are named or placed as targets are."""
    from .targets import rank_targets

    ranked = rank_targets(found, Demand(text=""), {})
    return [
        TargetCandidate(name=c.name, score=round(c.score, 3), reasons=c.reasons)
        for c in ranked[:MOST_CANDIDATES]
        if c.score > 0
    ]


def _hashable(frame: pd.DataFrame) -> pd.DataFrame:
    odd = [c for c in frame.columns if types.is_object_dtype(frame[c].dtype)]
    return with_columns(frame, {str(c): frame[c].map(repr) for c in odd}) if odd else frame
