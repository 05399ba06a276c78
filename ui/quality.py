"""The quality of the data as HTML: what the profile measured and warns of, column by column."""

from typing import Any

from .text import count, escape, number

NOTHING = "<p class='dq-quiet'>The data was not profiled yet.</p>"
HEADS = ("column", "kind", "missing", "distinct", "range", "mean", "most frequent", "warnings")


def quality_view(profile: dict[str, Any] | None) -> str:
    """Return the profile of a table: figures, warnings, and a row for each column."""
    if not profile:
        return NOTHING
    columns = profile["columns"]
    warned = sorted(columns, key=lambda column: -len(column["warnings"]))
    rows = "".join(_row(column, profile["rows"]) for column in warned)
    heads = "".join(f"<th scope='col'>{head}</th>" for head in HEADS)
    table = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return (
        f"{_figures(profile)}{_warnings(profile['warnings'])}"
        "<p class='dq-quiet'>The table as it was when it was profiled; most warnings first.</p>"
        f"<div class='dq-scroll dq-tall' tabindex='0'><table class='dq-grid'>{table}</table></div>"
    )


def _figures(profile: dict[str, Any]) -> str:
    cells = profile["rows"] * max(1, len(profile["columns"]))
    filled = 1 - profile["missing_cells"] / cells if cells else 0.0
    figures = (
        (number(profile["rows"]), "rows"),
        (number(len(profile["columns"])), "columns"),
        (f"{filled:.1%}", "of the cells are filled"),
        (number(profile["duplicate_rows"]), "duplicate rows"),
        (number(sum(bool(c["warnings"]) for c in profile["columns"])), "columns with warnings"),
    )
    boxes = "".join(f"<div><b>{value}</b><span>{words}</span></div>" for value, words in figures)
    return f"<div class='dq-figures'>{boxes}</div>"


def _warnings(warnings: list[str]) -> str:
    if not warnings:
        return ""
    items = "".join(f"<li>{escape(warning, 300)}</li>" for warning in warnings)
    return f"<div class='dq-card'><h4>{count(len(warnings), 'warning')}</h4><ul>{items}</ul></div>"


def _row(column: dict[str, Any], rows: int) -> str:
    share = column["missing_share"]
    low, high = column["minimum"], column["maximum"]
    between = f"{escape(low, 24)} to {escape(high, 24)}" if low is not None else ""
    mean = number(column["mean"]) if column["mean"] is not None else ""
    warnings = "".join(f"<li>{escape(warning, 200)}</li>" for warning in column["warnings"])
    return (
        f"<tr><th scope='row'>{escape(column['name'], 60)}</th><td>{escape(column['kind'])}</td>"
        f"<td>{_meter(share)}{share:.1%}</td><td class='dq-number'>{column['distinct']:,}</td>"
        f"<td>{between}</td><td class='dq-number'>{mean}</td><td>{_top(column, rows)}</td>"
        f"<td class='dq-wrap'>{f'<ul>{warnings}</ul>' if warnings else ''}</td></tr>"
    )


def _meter(share: float) -> str:
    return (
        "<span class='dq-meter' aria-hidden='true'>"
        f"<span style='width:{min(1.0, share) * 100:.0f}%'></span></span>"
    )


def _top(column: dict[str, Any], rows: int) -> str:
    shown = [
        f"{escape(top['value'], 20)} {top['rows'] / max(1, rows):.0%}" for top in column["top"][:3]
    ]
    return ", ".join(shown)
