"""Overlap of parts, rare groups and gaps between groups are told; ordinary tables stay silent."""

import numpy as np
import pandas as pd
from dataquarry import profile
from dataquarry.tools.profiling.groups import group_warnings, overlap_warnings


def people(gap: float, rows: int = 400) -> pd.DataFrame:
    random = np.random.default_rng(0)
    side = np.where(np.arange(rows) % 2 == 0, "left", "right")
    paid = random.random(rows) < np.where(side == "left", 0.2, 0.2 + gap)
    age = random.normal(40, 9, rows)
    return pd.DataFrame({"side": side, "age": age, "paid": np.where(paid, "yes", "no")})


def test_rows_of_both_parts_are_counted() -> None:
    frame = people(0).assign(split=["train"] * 300 + ["test"] * 100)
    assert overlap_warnings(frame) == []
    both = pd.concat([frame, frame.head(7).assign(split="test")], ignore_index=True)
    assert overlap_warnings(both) == ["7 distinct rows stand in more than one part of split"]
    assert any("more than one part" in told for told in profile(both).warnings)


def test_a_column_of_other_words_is_no_split() -> None:
    frame = pd.DataFrame({"kind": ["train", "bus"] * 20, "size": [1, 1] * 20})
    assert overlap_warnings(frame) == []


def test_a_gap_between_groups_is_told_with_both_rates() -> None:
    told = group_warnings(people(0.5), "paid")
    assert len(told) == 1
    assert "where side is right" in told[0]
    assert group_warnings(people(0.02), "paid") == []


def test_a_gap_of_few_rows_may_be_chance() -> None:
    assert group_warnings(people(0.3, rows=50), "paid") == []


def test_a_rare_group_is_told() -> None:
    frame = people(0)
    frame.loc[:5, "side"] = "above"
    assert group_warnings(frame, "paid") == ["group above of side has 1.5% of the rows"]
