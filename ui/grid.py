"""Tables on the page: a preview, and what the last change did, cell by cell."""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from ..tools.proposals import changed_cells
from ..tools.tables import Table, TableStore
from .text import count, escape

MAX_ROWS = 50
MAX_COLUMNS = 40
MAX_CELL = 80


def preview(frame: pd.DataFrame, target: str | None = None) -> str:
    """Return the first rows of a frame as an HTML table, the target's column marked."""
    shown = frame.iloc[:MAX_ROWS, :MAX_COLUMNS]
    heads = "".join(_head(frame, column, target) for column in shown.columns)
    rows = "".join(
        f"<tr><th scope='row'>{position:,}</th>{''.join(_cell(value) for value in row)}</tr>"
        for position, row in enumerate(shown.itertuples(index=False, name=None))
    )
    about = f"{count(len(frame), 'row')}, {count(frame.shape[1], 'column')}"
    return f"<p class='dq-quiet'>{about}{_cut(frame)}</p>{_table(heads, rows)}"


def _head(frame: pd.DataFrame, column: object, target: str | None) -> str:
    name = escape(column, 60)
    mark = " <span class='dq-tag'>target</span>" if str(column) == target else ""
    return f"<th scope='col'>{name}{mark}<small>{escape(frame[column].dtype)}</small></th>"


def _cut(frame: pd.DataFrame) -> str:
    cuts = []
    if len(frame) > MAX_ROWS:
        cuts.append(f"the first {MAX_ROWS} rows")
    if frame.shape[1] > MAX_COLUMNS:
        cuts.append(f"the first {MAX_COLUMNS} columns")
    return f"; shown here: {' and '.join(cuts)}." if cuts else "."


def _cell(value: object, kind: str = "") -> str:
    marked = f" class='{kind}'" if kind else ""
    if _missing(value):
        return f"<td{marked}><i class='dq-missing'>missing</i></td>"
    number = " dq-number" if isinstance(value, int | float) else ""
    return f"<td class='{kind}{number}'>{escape(value, MAX_CELL)}</td>"


def _missing(value: object) -> bool:
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, float) and value != value


def _table(heads: str, rows: str) -> str:
    return (
        "<div class='dq-scroll' tabindex='0'><table class='dq-grid'><thead><tr>"
        f"<th scope='col' class='dq-corner'>row</th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def compare(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Return what changed between two versions of a table as HTML, changed cells marked.

    Cells are compared where both have the same rows; else the rows that went or came are shown.
    """
    new = [c for c in after.columns if c not in before.columns]
    gone = [c for c in before.columns if c not in after.columns]
    parts = [_columns_changed(after, new, gone)]
    if len(before) == len(after):
        parts.append(_cells_changed(before, after, new))
    else:
        parts.append(_rows_changed(before, after))
    return "".join(part for part in parts if part) or "<p>The content is the same.</p>"


def _columns_changed(after: pd.DataFrame, new: list[str], gone: list[str]) -> str:
    lines = []
    if gone:
        names = ", ".join(f"<del>{escape(c, 60)}</del>" for c in gone[:MAX_COLUMNS])
        lines.append(f"<p>{count(len(gone), 'column')} dropped: {names}</p>")
    if new:
        names = ", ".join(f"<ins>{escape(c, 60)}</ins>" for c in new[:MAX_COLUMNS])
        lines.append(f"<p>{count(len(new), 'column')} added: {names}</p>")
    return "".join(lines)


def _cells_changed(before: pd.DataFrame, after: pd.DataFrame, new: list[str]) -> str:
    """Show rows with changed cells, before over after; new columns beside them."""
    before, after = before.reset_index(drop=True), after.reset_index(drop=True)
    both = [c for c in before.columns if c in after.columns]
    masks = {c: changed_cells(before[c], after[c]) for c in both}
    changed = [c for c in both if masks[c].any()]
    if not changed and not new:
        return ""
    rows = pd.Series(False, index=after.index)
    for column in changed:
        rows |= masks[column]
    total = sum(int(masks[c].sum()) for c in changed)
    at = rows[rows].index if changed else after.index
    columns = [*changed, *[c for c in both if c not in changed][:4], *new][:MAX_COLUMNS]
    body = [
        f"<tr><th scope='row'>{row:,}</th>"
        + "".join(_change(before, after, masks, c, row) for c in columns)
        + "</tr>"
        for row in at[:MAX_ROWS].tolist()
    ]
    heads = "".join(f"<th scope='col'>{escape(c, 60)}</th>" for c in columns)
    about = f"{count(total, 'cell')} changed in {count(int(rows.sum()), 'row')}." if changed else ""
    return f"<p class='dq-quiet'>{about}</p>{_table(heads, ''.join(body))}"


def _change(
    before: pd.DataFrame, after: pd.DataFrame, masks: dict[str, pd.Series], column: str, row: int
) -> str:
    value = after[column].iloc[row]
    if column not in masks:
        return _cell(value, "dq-new")
    if not masks[column].iloc[row]:
        return _cell(value)
    old = before[column].iloc[row]
    was = "missing" if _missing(old) else escape(old, MAX_CELL)
    now = "missing" if _missing(value) else escape(value, MAX_CELL)
    kind = ""
    if was == now:
        kind = f"<small>{escape(before[column].dtype)} to {escape(after[column].dtype)}</small>"
    return f"<td class='dq-changed'><del>{was}</del> <ins>{now}</ins>{kind}</td>"


def _rows_changed(before: pd.DataFrame, after: pd.DataFrame) -> str:
    both = [c for c in before.columns if c in after.columns]
    gone, new = _surplus(before, after, both), _surplus(after, before, both)
    parts = []
    for rows, frame, what, kind in (
        (gone, before, "gone", "dq-gone"),
        (new, after, "new", "dq-new"),
    ):
        if len(rows):
            parts.append(f"<p>{count(len(rows), 'row')} {what}:</p>{_rows(frame, rows, kind)}")
    return "".join(parts)


def _surplus(one: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> list[int]:
    """Return the positions of rows of one frame beyond those the other has, by content."""
    mine = _hashes(one[columns])
    theirs = _hashes(other[columns]).value_counts()
    number = mine.groupby(mine).cumcount()
    return list((number >= mine.map(theirs).fillna(0)).to_numpy().nonzero()[0])


def _hashes(frame: pd.DataFrame) -> pd.Series:
    text = frame.astype("string").fillna("\0").reset_index(drop=True)
    return pd.util.hash_pandas_object(text, index=False)


def _rows(frame: pd.DataFrame, rows: list[int], kind: str) -> str:
    shown = frame.iloc[rows[:MAX_ROWS], :MAX_COLUMNS]
    heads = "".join(f"<th scope='col'>{escape(c, 60)}</th>" for c in shown.columns)
    body = "".join(
        f"<tr><th scope='row'>{row:,}</th>{''.join(_cell(v, kind) for v in values)}</tr>"
        for row, values in zip(rows, shown.itertuples(index=False, name=None), strict=False)
    )
    return _table(heads, body)


def table_views(tables: TableStore, table: Table, target: str | None) -> tuple[str, str]:
    """Return the preview of a table and the account of its last change, both as HTML."""
    return _table_views(tables.folder.as_posix(), table.id, target)


@lru_cache(maxsize=32)
def _table_views(folder: str, table_id: str, target: str | None) -> tuple[str, str]:
    tables = TableStore(Path(folder))
    table = tables.get(table_id)
    frame = tables.frame(table)
    if table.parent is None:
        return preview(frame, target), "<p class='dq-quiet'>Nothing was changed so far.</p>"
    done = "".join(f"<li>{escape(change.title, 200)}</li>" for change in table.changes)
    before = tables.frame(tables.get(table.parent))
    return preview(frame, target), f"<ul>{done}</ul>{compare(before, frame)}"
