"""Held-out rows of a table's origin, raw and after its recipe: what scores and features share.

The split is made once, on the rows of the first table in the lineage whose target is known, so
that every later step means the same rows by "training" and "held-out". The recipe is replayed on
each part alone: all of it on the training rows; on the held-out rows only what keeps the number of
rows, so that nothing is ever scored on fewer, more or other rows than were held out.
"""

from dataclasses import dataclass

import pandas as pd

from ..errors import ToolError
from .operations.base import Operation, with_columns
from .recipe import recipe_of
from .scoring import SYNTHETIC, Task, check_target, split_rows, task_of
from .tables import Table, TableStore


@dataclass(frozen=True)
class HeldOut:
    """Training and test rows, before and after the recipe; all hold the target, none missing.

    The test frames have the same rows in the same order. The raw frames hold the raw columns and
    the target as it was cleaned.
    """

    task: Task
    raw_train: pd.DataFrame
    raw_test: pd.DataFrame
    train: pd.DataFrame
    test: pd.DataFrame


def hold_out(store: TableStore, table: Table, target: str, seed: int) -> HeldOut:
    """Split the origin of a table and replay its recipe on both parts.

    Raises:
        ToolError: the table has no such column.
        NotApplicable: the target cannot be scored.
    """
    operations = recipe_of(store, table).operations
    return split_origin(store.frame(store.lineage(table)[0]), operations, target, seed)


def split_origin(raw: pd.DataFrame, operations: list[Operation], target: str, seed: int) -> HeldOut:
    """Split a raw frame and replay operations on both parts; see `hold_out`."""
    kept, first_name = _replay_keeping(raw, operations, target)
    if target not in kept.columns:
        raise ToolError(f"The table has no column {target!r}.")
    task = task_of(kept[target])
    check_target(kept[target], task)
    known = kept[target].notna().to_numpy()
    raw, values = raw[known].reset_index(drop=True), kept.loc[known, target].reset_index(drop=True)
    train, test = split_rows(len(raw), seed, values if task == "classification" else None)
    prepared_train = _replay(raw.iloc[train].reset_index(drop=True), operations)
    prepared_test, _ = _replay_keeping(raw.iloc[test].reset_index(drop=True), operations, target)
    clean_raw = with_columns(raw.drop(columns=[first_name], errors="ignore"), {target: values})
    return HeldOut(
        task=task,
        raw_train=clean_raw.iloc[train].reset_index(drop=True),
        raw_test=clean_raw.iloc[test].reset_index(drop=True),
        train=prepared_train[prepared_train[target].notna()].reset_index(drop=True),
        test=with_columns(prepared_test, {target: values.iloc[test].to_numpy()}),
    )


def observed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that were observed, without the column that marks made ones."""
    if SYNTHETIC not in frame.columns:
        return frame
    real = ~frame[SYNTHETIC].fillna(False).astype(bool)
    return frame[real].drop(columns=[SYNTHETIC]).reset_index(drop=True)


def _replay(frame: pd.DataFrame, operations: list[Operation]) -> pd.DataFrame:
    for operation in operations:
        frame = operation.apply(frame)
    return frame


def _replay_keeping(
    frame: pd.DataFrame, operations: list[Operation], target: str
) -> tuple[pd.DataFrame, str]:
    """Replay what keeps rows; also return the name that the target had at first.

    A name that appears where exactly one other goes is a renamed column.
    """
    renamed: dict[str, str] = {}
    for operation in operations:
        if operation.rows != "keeps":
            continue
        after = operation.apply(frame)
        gone = [c for c in frame.columns if c not in after.columns]
        new = [c for c in after.columns if c not in frame.columns]
        if len(gone) == len(new) == 1:
            renamed[new[0]] = gone[0]
        frame = after
    name = target
    while name in renamed:
        name = renamed.pop(name)
    return frame, name
