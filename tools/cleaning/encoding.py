"""Text whose encoding was damaged: read in the wrong code page, or with characters lost."""

import pandas as pd

from ..operations.encoding import DropUnreadable, RepairEncoding, is_damaged, repair_text
from ..proposals import Group
from .base import View, fault


def damaged_text(view: View) -> list[Group]:
    """Find text that was read in the wrong encoding, and text with characters that are lost."""
    groups = []
    for column in view.texts():
        values = pd.Series(view.values(column).index, dtype="str")
        damaged = values[values.map(is_damaged).to_numpy(dtype=bool)]
        if column == view.target or not len(damaged):
            continue
        back = int((damaged.map(repair_text) != damaged).sum())
        groups += fault(
            view,
            [RepairEncoding(column=column)],
            group_id=f"encoding:{column}",
            title=f"Repair the encoding of {column}",
            rule="Text in UTF-8 that was read as Windows-1252 can be turned back without loss.",
            evidence=f"{back} of {len(values):,} different values can be turned back.",
            recommended=False,
        )
        if back == len(damaged):
            continue
        groups += fault(
            view,
            [RepairEncoding(column=column), DropUnreadable(column=column)],
            group_id=f"unreadable:{column}",
            title=f"Take unreadable characters out of {column}",
            rule="Replacement characters and stray marks stand for letters that are lost.",
            evidence=f"{len(damaged) - back} of {len(values):,} different values hold some.",
            recommended=False,
        )
    return groups
