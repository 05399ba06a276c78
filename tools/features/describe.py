"""What a language model may know of a table: meanings, statistics, and rows only if allowed."""

import json

import pandas as pd

from ..encoder import FrameEncoder
from ..profiling.columns import profile_column
from ..profiling.facts import ColumnProfile
from ..prompts import as_data
from ..scoring import target_values
from .base import Training

MOST_COLUMNS = 60
LEAST_ROWS = 10
"""A value is named only if this many rows have it, so that nobody is named by it."""
DEPTH = 3
MOST_RULES = 1500


def describe_columns(frame: pd.DataFrame, target: str, meanings: dict[str, str]) -> str:
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


def tree_rules(training: Training) -> str:
    """Return the rules of a shallow tree fitted on the training rows, as OCTree gives them back.

    Nam et al., "Optimized Feature Generation for Tabular Data via LLMs with Decision Tree
    Reasoning", NeurIPS 2024.
    """
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, export_text

    encoder = FrameEncoder().fit(training.frame.drop(columns=[training.target]))
    kind = DecisionTreeRegressor if training.task == "regression" else DecisionTreeClassifier
    tree = kind(max_depth=DEPTH, min_samples_leaf=LEAST_ROWS, random_state=0)
    tree.fit(
        encoder.transform(training.frame),
        target_values(training.frame[training.target], training.task),
    )
    names = [as_data(name, 60) for name in encoder.kept_] or ["none"]
    text: str = export_text(tree, feature_names=names, decimals=3)
    plain = text.replace("<=", "at most").replace(">", "above").replace("<", "(")
    return plain[:MOST_RULES]


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
