"""README.md: the dataset card, a YAML head and the sections of a datasheet.

Sections after Gebru et al., Datasheets for Datasets, Communications of the ACM 64 (12), 2021.
What nobody stated or measured is "unknown".
"""

import json
from typing import Any

import pandas as pd

from .account import Account
from .render import render
from .text import markdown, plain, web_address

_TASKS = {
    "classification": "tabular-classification",
    "regression": "tabular-regression",
    "forecasting": "time-series-forecasting",
}
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


def dataset_card(account: Account, files: list[tuple[str, str]]) -> str:
    """Return the card as Markdown; every text from the dataset is escaped."""
    frame = account.after
    return render(
        "README.md.j2",
        head=_yaml(_head(account)),
        account=account,
        files=files,
        columns=[_column(account, frame, str(name)) for name in frame.columns],
        missing_before=int(account.before.isna().sum().sum()),
        missing_after=int(frame.isna().sum().sum()),
        url=web_address(account.record.url) if account.record else None,
        md=markdown,
    )


def _head(account: Account) -> dict[str, Any]:
    record = account.record
    head: dict[str, Any] = {"pretty_name": plain(account.title, 200)}
    if account.license.basis == "stated":
        spdx = account.license.spdx
        head["license"] = spdx.lower() if spdx else "other"
        if not spdx:
            head["license_name"] = plain(account.license.label, 200)
    else:
        head["license"] = "unknown"
    if record and record.languages:
        head["language"] = record.languages
    task = _TASKS.get(account.demand.task or "")
    if task:
        head["task_categories"] = [task]
    head["size_categories"] = [_size(account.table.rows)]
    head["tags"] = ["tabular", "dataquarry", *(["synthetic"] if account.synthetic_rows else [])]
    head["configs"] = [{"config_name": "default", "data_files": "data.parquet"}]
    return head


def _yaml(head: dict[str, Any]) -> str:
    """Write a mapping as YAML: JSON values are YAML, and cannot be misread as other types."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    return "\n".join(lines)


def _size(rows: int) -> str:
    return next((name for limit, name in _SIZES if rows < limit), "n>10M")


def _column(account: Account, frame: pd.DataFrame, name: str) -> dict[str, Any]:
    column = frame[name]
    return {
        "name": name,
        "type": str(column.dtype),
        "missing": int(column.isna().sum()),
        "description": account.description_of(name) or "unknown",
    }
