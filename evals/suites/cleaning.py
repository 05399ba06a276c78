"""Suite `cleaning`: dirty tables beside clean ones, with a reviewer who knows the truth.

The reviewer sees what a person would: at most 30 groups of a table, those that rewrite most cells
first, with five examples each, and approves a group when at least four of its examples are right.
Groups that prepare right cells for use (types, filled gaps, dropped columns) claim no fault, so
the truth does not judge them; they are left out.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...errors import ToolError
from ...settings import Settings
from ...tools.clean import propose_cleaning
from ...tools.cleaning.base import rewritten
from ...tools.proposals import Group, apply_groups, approve
from ..suite import Outcome, Report, Suite

MOST_GROUPS = 30
RIGHT = 0.8

Cells = npt.NDArray[np.bool_]


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Clean every table of the folder, and the clean one beside it."""
    folders = sorted(path.parent for path in data.glob("*/dirty.csv"))[:limit]
    if not folders:
        raise ToolError(f"{data} holds no folder with dirty.csv and clean.csv.")
    summary, cases = {}, []
    for number, folder in enumerate(folders):
        report(folder.name, number / len(folders))
        dirty, clean = _read(folder)
        summary[folder.name], groups = _measure(dirty, clean)
        cases += [{"id": f"{folder.name}/{case['group']}", **case} for case in groups]
    return Outcome(summary=summary, cases=cases)


def _read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read both tables as text, an empty cell as missing; they are compared by position.

    Raises:
        ToolError: there is no clean table, or it has another size.
    """
    path = folder / "clean.csv"
    if not path.is_file():
        raise ToolError(f"{folder} holds no clean.csv.")
    dirty, clean = (
        pd.read_csv(folder / name, dtype="str", keep_default_na=False).replace("", None)
        for name in ("dirty.csv", "clean.csv")
    )
    if dirty.shape != clean.shape:
        raise ToolError(f"{folder}: dirty.csv has shape {dirty.shape}, clean.csv {clean.shape}.")
    clean.columns = dirty.columns
    return dirty.astype("str"), clean.astype("str")


def _measure(
    dirty: pd.DataFrame, clean: pd.DataFrame
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    began = time.perf_counter()
    proposal = propose_cleaning(dirty)
    seconds = time.perf_counter() - began
    faults = [group for group in proposal.groups if group.facts.get("fault")]
    seen = sorted(faults, key=lambda group: -group.affected)[:MOST_GROUPS]
    seen = [group for group in faults if group in seen]
    only = proposal.model_copy(update={"groups": seen})
    truth = _differ(dirty, clean)
    flagged = np.zeros(truth.shape, dtype=bool)
    cases = []
    for group in seen:
        after = apply_groups(dirty, only, approve([group], "reviewer"))
        cells = _differ(dirty, after)
        flagged |= cells
        cases.append(_case(group, clean, cells, truth, after))
    approved = [group for group, case in zip(seen, cases, strict=True) if case["approved"]]
    repaired = apply_groups(dirty, only, approve(approved, "reviewer"))
    auto = [group for group in seen if group.recommended]
    written, right = _writes(dirty, clean, apply_groups(dirty, only, approve(auto, "policy:auto")))
    summary = {
        "detection": _scores(int((flagged & truth).sum()), int(flagged.sum()), int(truth.sum())),
        "correction": _correction(dirty, clean, repaired, int(truth.sum())),
        "auto_precision": right / written if written else None,
        "auto_written": written,
        "overwritten_on_clean": _overwritten(clean),
        "decisions": len(seen),
        "seconds": round(seconds, 3),
    }
    return summary, cases


def _case(
    group: Group, clean: pd.DataFrame, cells: Cells, truth: Cells, after: pd.DataFrame
) -> dict[str, Any]:
    """Return what the reviewer says of one group, and how right it is as a whole."""
    examples = [e for e in group.examples if e.row is not None and e.column in after.columns]
    good = sum(_is_right(after, clean, int(e.row or 0), str(e.column)) for e in examples)
    right = cells & ~_differ(after, clean)
    return {
        "group": group.id,
        "cells": int(cells.sum()),
        "wrong_before": int((cells & truth).sum()),
        "right_after": int(right.sum()),
        "recommended": group.recommended,
        "approved": bool(examples) and good >= RIGHT * len(examples),
    }


def _is_right(after: pd.DataFrame, clean: pd.DataFrame, row: int, column: str) -> bool:
    place = clean.index[[row]]
    return not bool(_differ(after.loc[place, [column]], clean.loc[place, [column]]).any())


def _differ(one: pd.DataFrame, other: pd.DataFrame) -> Cells:
    """Return which cells hold different values; a number equals its text in any writing."""
    columns = []
    for name in one.columns:
        first, second = one[name], other[name]
        if pd.api.types.is_numeric_dtype(first.dtype):
            first, second = second, first
        columns.append(rewritten(first, second))
    return np.column_stack(columns)


def _writes(before: pd.DataFrame, clean: pd.DataFrame, after: pd.DataFrame) -> tuple[int, int]:
    cells = _differ(before, after)
    return int(cells.sum()), int((cells & ~_differ(after, clean)).sum())


def _correction(
    dirty: pd.DataFrame, clean: pd.DataFrame, repaired: pd.DataFrame, wrong: int
) -> dict[str, float | None]:
    written, right = _writes(dirty, clean, repaired)
    return _scores(right, written, wrong)


def _scores(hits: int, found: int, wrong: int) -> dict[str, float | None]:
    precision = hits / found if found else None
    recall = hits / wrong if wrong else None
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * hits / (found + wrong) if found + wrong else None,
    }


def _overwritten(clean: pd.DataFrame) -> float:
    """Return the share of cells of a clean table that are written without being asked."""
    proposal = propose_cleaning(clean)
    faults = [g for g in proposal.groups if g.recommended and g.facts.get("fault")]
    after = apply_groups(clean, proposal, approve(faults, "policy:auto"))
    return float(_differ(clean, after).mean())


SUITE = Suite(
    name="cleaning",
    about="Are wrong cells found and put right, and right ones left alone?",
    needs_data=True,
    run=run,
)
