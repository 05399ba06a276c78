"""Rows that repeat an earlier row in every column."""

import numpy as np
import pandas as pd

from ..operations.rows import DropDuplicateRows
from ..proposals import Group, propose_group
from .base import View

BY_CHANCE = 0.1


def duplicate_rows(view: View) -> list[Group]:
    """Find exact copies; recommended only where so many could not come about by chance.

    Tables of a few categories repeat rows because people are alike, not because of a fault.
    """
    found = int(view.frame.duplicated().sum())
    if found == 0:
        return []
    chance = _expected(view.frame)
    evidence = (
        f"{found:,} of {len(view.frame):,} rows repeat an earlier one; about {chance:.0f} would by "
        "chance if the columns had nothing to do with each other."
    )
    group = propose_group(
        view.frame,
        [DropDuplicateRows()],
        group_id="duplicates:rows",
        title="Drop rows that repeat an earlier one",
        rule="A row that repeats another in every column was entered twice.",
        evidence=evidence,
        facts={"duplicates": found, "by_chance": chance},
        recommended=chance < BY_CHANCE * found,
    )
    return [group] if group else []


def _expected(frame: pd.DataFrame) -> float:
    """Return how many pairs of equal rows independent columns would give."""
    rows = len(frame)
    alike = 1.0
    for column in frame.columns:
        shares = frame[column].value_counts(dropna=False, normalize=True).to_numpy()
        alike *= float(np.square(shares).sum())
    return rows * (rows - 1) / 2 * alike
