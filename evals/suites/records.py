"""Suite `records`: are rows that stand for the same thing found, with no labels to learn from?"""

import time
from pathlib import Path
from typing import Any

import pandas as pd

from ...errors import ToolError
from ...settings import Settings
from ...tools.linkage import Links, link_records
from ..linked import Linked, read_linked
from ..suite import Outcome, Report, Suite

MOST_CASES = 50


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Link the rows of every subfolder and compare with the known pairs."""
    folders = sorted({path.parent for path in data.glob("*/*.csv")})[:limit]
    if not folders:
        raise ToolError(f"{data} holds no folder with tables and pairs of ids.")
    summary, cases = {}, []
    for number, folder in enumerate(folders):
        report(folder.name, number / len(folders))
        known = read_linked(folder)
        began = time.perf_counter()
        links = link_records(known.left, known.right)
        found = set(zip(links.left.tolist(), links.right.tolist(), strict=True))
        summary[folder.name] = {
            **_figures(found, known.truth),
            "relation": links.relation,
            "seconds": round(time.perf_counter() - began, 2),
        }
        cases += _mistakes(known, links, found)
    return Outcome(summary=summary, cases=cases)


def _figures(found: set[tuple[int, int]], truth: set[tuple[int, int]]) -> dict[str, Any]:
    right = len(found & truth)
    return {
        "precision": round(right / len(found), 4) if found else None,
        "recall": round(right / len(truth), 4) if truth else None,
        "f1": round(2 * right / (len(found) + len(truth)), 4) if found or truth else None,
        "pairs": len(truth),
        "found": len(found),
    }


def _mistakes(known: Linked, links: Links, found: set[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return the first wrong and missed pairs with their rows."""
    right = known.left if known.right is None else known.right
    wrong = [
        pair
        for pair in zip(links.left.tolist(), links.right.tolist(), strict=True)
        if pair not in known.truth
    ]
    missed = sorted(known.truth - found)
    return [
        {
            "id": f"{known.name}/{kind}/{i}-{j}",
            "kind": kind,
            "left": _row(known.left, i),
            "right": _row(right, j),
        }
        for kind, pairs in (("wrong", wrong), ("missed", missed))
        for i, j in pairs[:MOST_CASES]
    ]


def _row(table: pd.DataFrame, place: int) -> str:
    return " | ".join(table.iloc[place].dropna())


SUITE = Suite(
    name="records",
    about="Are rows that stand for the same thing found, with no labels to learn from?",
    needs_data=True,
    run=run,
)
"""The suite."""
