"""Several tables in an eval folder: relations.json beside one Parquet file per table."""

import json
import time
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ToolError
from ..tools.features.relational import Joined, join_tables
from ..tools.scoring import MAX_TRAIN_ROWS, score
from .suite import Report

TRAIN_ROWS = 3 * MAX_TRAIN_ROWS


class RelationsMeta(BaseModel):
    """What `relations.json` says: which table is the main one, what to predict, and when."""

    model_config = ConfigDict(extra="forbid")

    main: str
    target: str
    cutoff: str
    known: str
    test_from: str
    tables: list[str]


def find_relations(folder: Path) -> list[Path]:
    """Return the subfolders that hold several tables."""
    return sorted(path.parent for path in folder.glob("*/relations.json"))


def measure_relations(folder: Path, seed: int, report: Report) -> dict[str, Any]:
    """Score the main table alone and with joins and past aggregates on rows of a later time.

    Raises:
        ToolError: relations.json does not fit, or a table is missing.
    """
    meta = _read_meta(folder / "relations.json")
    main = _read(folder, meta.main)
    start = time.monotonic()
    tables = {name: _read(folder, name) for name in meta.tables}
    joined = join_tables(
        main, tables, meta.target, cutoff=meta.cutoff, known=meta.known, report=report
    )
    seconds = time.monotonic() - start
    refused = [leak.column for leak in joined.refused]
    raw = main.drop(columns=[*refused, meta.known, meta.cutoff])
    added = [column for column in joined.frame.columns if column not in raw.columns]
    later = pd.to_datetime(main[meta.cutoff], utc=True) >= pd.Timestamp(meta.test_from, tz="UTC")
    without, with_tables = (_auc(f, later, meta.target, seed, report) for f in (raw, joined.frame))
    return {
        "auc_raw": without,
        "auc": with_tables,
        "seconds": round(seconds, 2),
        "refused": refused,
        "flagged": [leak.column for leak in joined.flagged],
        "joins": [join.sentence() for join in joined.joins],
        "reasons": _reasons(joined),
        "proposed": len(added) + len(refused) + len(joined.flagged),
        "kept": len(added),
    }


def _auc(frame: pd.DataFrame, later: pd.Series, target: str, seed: int, report: Report) -> float:
    report("Scoring on later rows")
    known = frame[target].notna()
    train, test = frame[known & ~later], frame[known & later]
    train = train.sample(min(len(train), TRAIN_ROWS), random_state=seed)
    return round(score(train, test, target, seed=seed).value, 5)


def _reasons(joined: Joined) -> dict[str, str]:
    return {leak.column: leak.reason for leak in [*joined.refused, *joined.flagged]}


def _read(folder: Path, name: str) -> pd.DataFrame:
    file = folder / f"{name}.parquet"
    if not file.is_file():
        raise ToolError(f"No {file}, which relations.json names.")
    return pd.read_parquet(file)


def _read_meta(file: Path) -> RelationsMeta:
    try:
        return RelationsMeta.model_validate(json.loads(file.read_text("utf-8")))
    except (json.JSONDecodeError, ValidationError) as error:
        raise ToolError(f"{file} does not fit: {str(error).splitlines()[0]}.") from error
