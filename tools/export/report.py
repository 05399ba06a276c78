"""report.html: what was done and what it did, on one page that loads nothing from elsewhere."""

from typing import Any

from .account import Account
from .charts import MAX_ROWS, charts
from .render import render
from .text import web_address


def report(account: Account, files: list[tuple[str, str]]) -> str:
    """Return the page. Every value is escaped; the page's own policy forbids loading anything."""
    drawn, left_out = charts(account.before, account.after, account.target, account.touched)
    return render(
        "report.html.j2",
        account=account,
        figures=_figures(account),
        missing=_missing(account),
        measured=_measured(account.facts.get("measure")),
        charts=drawn,
        left_out=left_out,
        sampled=max(len(account.before), len(account.after)) > MAX_ROWS,
        max_rows=MAX_ROWS,
        url=web_address(account.record.url) if account.record else None,
        files=files,
        preview=_preview(account),
    )


def _figures(account: Account) -> list[tuple[str, str, str]]:
    """Return the tiles at the head of the page: name, value, and what it was in the source."""
    before, after = account.before, account.after
    missing = [int(frame.isna().sum().sum()) for frame in (before, after)]
    return [
        ("Rows", f"{len(after):,}", f"{len(before):,} in the source"),
        ("Columns", f"{after.shape[1]:,}", f"{before.shape[1]:,} in the source"),
        ("Missing cells", f"{missing[1]:,}", f"{missing[0]:,} in the source"),
        ("Changes approved", f"{len(account.changes):,}", f"{len(account.rejected):,} rejected"),
        ("Synthetic rows", f"{account.synthetic_rows:,}", "made by a generator"),
        ("License", account.license.label, "of the source"),
    ]


def _missing(account: Account) -> list[tuple[str, float | None, float | None]]:
    """Return (column, missing share before, after) where a column ever misses values."""
    was, now = (frame.isna().mean().to_dict() for frame in (account.before, account.after))
    names = list(dict.fromkeys([*account.before.columns, *account.after.columns]))
    rows = [(str(name), was.get(name), now.get(name)) for name in names]
    found = [row for row in rows if row[1] or row[2]]
    return sorted(found, key=lambda row: -(row[1] or row[2] or 0.0))[:40]


def _measured(fact: Any) -> dict[str, Any] | None:
    """Return the held-out scores with the words of the verdict, None where nothing was scored."""
    if not isinstance(fact, dict) or "raw" not in fact or "prepared" not in fact:
        return None
    names = {"roc_auc": "Area under the ROC curve", "r2": "R²"}
    words = {
        "better": "The preparation helps.",
        "worse": "The preparation makes it worse.",
        "equal": "No difference beyond chance.",
    }
    metric = str(fact.get("metric", "score"))
    return {
        "metric": names.get(metric, metric),
        "raw": float(fact["raw"]),
        "prepared": float(fact["prepared"]),
        "error": fact.get("error"),
        "rows": fact.get("rows"),
        "verdict": fact.get("verdict", "equal"),
        "words": words.get(str(fact.get("verdict")), ""),
    }


def _preview(account: Account) -> list[list[str]]:
    """Return the first rows as text, the header first."""
    head = account.after.iloc[:6, :30]
    rows = [["" if text == "nan" else text for text in map(str, row)] for row in head.to_numpy()]
    return [[str(name) for name in head.columns], *rows]
