"""What a language model may know of a table: meanings, statistics, and rows only if allowed."""

import difflib
import json
import re

import pandas as pd

from ..errors import ToolError
from .notes import plain_name
from .profiling.columns import profile_column
from .profiling.facts import ColumnProfile
from .prompts import as_data

MOST_COLUMNS = 60
LEAST_ROWS = 10
"""A value is named only if this many rows have it, so that nobody is named by it."""
FREQUENT_FORMS, RARE_FORMS = 6, 4


def describe_columns(
    frame: pd.DataFrame, meanings: dict[str, str], target: str | None = None
) -> str:
    """Return one line for each column: name, kind, statistics, and what it means."""
    lines = []
    for name in list(frame.columns)[:MOST_COLUMNS]:
        facts = "; ".join(_statistics(profile_column(frame[name])))
        meaning = f": {meanings[name]}" if meanings.get(name) else ""
        mark = " (the target)" if name == target else ""
        lines.append(f"- <data>{as_data(f'{name}{meaning}', 300)}</data>{mark}: {facts}")
    return "\n".join(lines)


def show_rows(frame: pd.DataFrame, rows: int) -> str:
    """Return the first rows as JSON, one a line, nothing where none may be shown."""
    if rows == 0:
        return ""
    cells = frame.head(rows).to_dict(orient="records")
    lines = "\n".join(as_data(json.dumps(row, default=str), 400) for row in cells)
    return f"Some rows:\n<data>{lines}</data>"


def describe_column(column: pd.Series, meanings: dict[str, str], values: int = 0) -> str:
    """Return what is said of a column, and of a text column the forms of its cells.

    Args:
        column: the column.
        meanings: what columns mean, by name.
        values: how many distinct values of a text column are shown, the most frequent first.
    """
    lines = [describe_columns(column.to_frame(), meanings)]
    if pd.api.types.is_string_dtype(column.dtype) and column.notna().any():
        lines.append(f"  forms: <data>{describe_forms(column)}</data>")
        shown = [as_data(str(value), 60) for value in column.value_counts().head(values).index]
        lines += [f"  values: <data>{', '.join(shown)}</data>"] if shown else []
    return "\n".join(lines)


def describe_forms(texts: pd.Series) -> str:
    """Return the forms of a text column's cells with their counts: the most frequent, the rarest.

    In a form A and a stand for letters and 9 for a digit, each with + for several in a row, so
    that it tells how cells are written and not what stands in them.
    """
    forms = texts.dropna().map(_form).value_counts()
    shown = forms if len(forms) <= FREQUENT_FORMS + RARE_FORMS else None
    if shown is None:
        shown = pd.concat([forms.head(FREQUENT_FORMS), forms.tail(RARE_FORMS)])
    named = [f"{as_data(str(form), 60)} ({rows})" for form, rows in shown.items()]
    more = f", and {len(forms) - len(shown)} others" if len(forms) > len(shown) else ""
    return ", ".join(named) + more


def _form(text: str) -> str:
    letters = re.sub(r"[^\W\d_]", lambda m: "A" if m[0].isupper() else "a", str(text)[:60])
    return re.sub(r"([Aa9])\1+", r"\1+", re.sub(r"\d", "9", letters))


def named_column(name: str, known: list[str]) -> str:
    """Return the one column that a model named, whatever its capitals, spaces and underscores.

    Raises:
        ToolError: there is none, or more than one.
    """
    if name in known:
        return name
    same = [column for column in known if plain_name(column) == plain_name(name)]
    if len(same) == 1:
        return same[0]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ToolError(f"The table has no column {name!r}.{hint}")


def _statistics(facts: ColumnProfile) -> list[str]:
    found = [facts.kind, f"{facts.distinct} distinct"]
    if facts.missing:
        found.append(f"{facts.missing_share:.0%} missing")
    if facts.quantiles:
        found.append("quantiles " + ", ".join(f"{q}: {v:.4g}" for q, v in facts.quantiles.items()))
    elif facts.median is not None:
        found.append(f"median {facts.median:.4g}")
    named = [f"{as_data(t.value, 40)} ({t.rows})" for t in facts.top if t.rows >= LEAST_ROWS]
    if named:
        found.append(f"often <data>{', '.join(named)}</data>")
    return found
