"""Scores of columns and the ranking of findings."""

import pandas as pd
from dataquarry.tools.profile import profile_frame
from dataquarry.tools.proposals import Group
from dataquarry.tools.quality import by_harm, column_scores


def group(name: str, affected: int, *, fault: bool = True, unit: str = "cells") -> Group:
    rule, column = name.split(":")
    operation = {"op": "trim_text", "column": column}
    return Group.model_validate(
        {
            "id": name,
            "title": rule,
            "rule": rule,
            "evidence": rule,
            "facts": {"fault": fault},
            "affected": affected,
            "unit": unit,
            "operations": [operation],
        }
    )


def test_wrong_cells_do_more_harm_than_gaps_and_gaps_than_types() -> None:
    groups = [
        group("type:a", 100, fault=False),
        group("missing:a", 100, fault=False),
        group("misspelled:a", 60),
    ]
    ranked = [(found.id, harm) for found, harm in by_harm(groups, 100)]
    assert ranked == [("misspelled:a", 0.6), ("missing:a", 0.5), ("type:a", 0.1)]


def test_a_score_counts_missing_and_doubted_cells_once() -> None:
    frame = pd.DataFrame({"a": ["x", None, "y", "z"] * 5, "b": range(20)})
    groups = [group("case:a", 5), group("spaces:a", 2), group("missing:a", 5, fault=False)]
    assert column_scores(profile_frame(frame), groups) == {"a": 0.5, "b": 1.0}
