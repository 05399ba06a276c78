"""The audit proposes in groups, recommends nothing, and what it proposes replays anywhere."""

import numpy as np
import pandas as pd
import pytest
from dataquarry import Settings, ToolError
from dataquarry.tools.audit import propose_audit
from dataquarry.tools.auditing.outliers import robust_scores
from dataquarry.tools.operations.listed import DropListed, Relabel, Relabeled, keys_of
from dataquarry.tools.proposals import apply_groups, approve


def measured(rows: int = 200) -> pd.DataFrame:
    random = np.random.default_rng(0)
    size = random.normal(10, 1, rows)
    frame = pd.DataFrame(
        {
            "size": size,
            "weight": size * 3 + random.normal(0, 1, rows),
            "kind": np.where(size > 10, "large", "small"),
        }
    )
    frame.loc[7, "size"] = 900.0
    return frame


def test_an_extreme_number_is_found_and_dropped_anywhere(settings: Settings) -> None:
    frame = measured()
    proposal = propose_audit(frame, "kind", what=["outliers"], settings=settings)
    group = proposal.group("outliers:size")
    assert (group.affected, group.unit, group.recommended) == (1, "rows", False)
    assert group.examples[0].before == "900.0"
    after = apply_groups(frame, proposal, approve([group], "test"))
    assert len(after) == 199
    assert 900.0 not in set(after["size"])
    part = frame.iloc[:20].reset_index(drop=True)
    assert len(group.operations[0].apply(part)) == 19


def test_ordinary_numbers_are_no_outliers(settings: Settings) -> None:
    frame = measured().assign(size=lambda f: f["size"].clip(5, 15))
    random = np.random.default_rng(1)
    frame["tail"] = random.lognormal(3, 1, len(frame))
    frame["mostly"] = np.where(np.arange(len(frame)) % 5 == 0, 4.0, 0.0)
    assert propose_audit(frame, "kind", what=["outliers"], settings=settings).groups == []


def test_a_long_tail_is_judged_by_its_logarithms() -> None:
    values = np.random.default_rng(0).lognormal(3, 1, 5_000)
    assert (robust_scores(values) > 10).sum() == 0
    assert robust_scores(np.r_[values, np.nan])[-1] == 0


def test_copied_texts_show_what_they_copy(settings: Settings) -> None:
    words = ["lamp", "chair", "river", "stone", "cloud", "paper", "glass", "wood", "iron"]
    random = np.random.default_rng(0)
    texts = [" ".join(random.choice(words, 9)) + f" number {k * 7919}" for k in range(60)]
    frame = pd.DataFrame({"text": [*texts, texts[3].upper() + "!"], "label": "a"})
    proposal = propose_audit(frame, what=["copies"], settings=settings)
    group = proposal.group("copies:text")
    assert group.affected == 1
    assert group.examples[0].row == 60
    assert str(group.examples[0].after).startswith("as row 3: ")


def test_copied_rows_are_linked_and_the_later_ones_go(settings: Settings) -> None:
    random = np.random.default_rng(0)
    letters = list("abcdefghijklmnoprstu")
    names = [f"{''.join(random.choice(letters, 8))} {k * 7919}" for k in range(80)]
    cities = random.choice(["Bonn", "Ulm", "Jena"], 80)
    frame = pd.DataFrame({"name": names, "city": cities, "year": random.integers(1900, 2000, 80)})
    again = frame.iloc[:20].assign(name=lambda f: f["name"].str.upper() + " jr")
    both = pd.concat([frame, again], ignore_index=True)
    group = propose_audit(both, what=["copies"], settings=settings).group("copies:rows")
    after = group.operations[0].apply(both)
    assert set(names[:20]) <= set(after["name"])
    assert not set(again["name"]) & set(after["name"])
    assert len(after) >= 72


def test_wrong_labels_get_the_suggested_one(settings: Settings) -> None:
    frame = measured(300).drop(index=7).reset_index(drop=True)
    wrong = frame.index[(frame["size"] - 10).abs() > 1.2][:8]
    other = frame["kind"].map({"large": "small", "small": "large"})
    given = frame.assign(kind=frame["kind"].where(~frame.index.isin(wrong), other))
    proposal = propose_audit(given, "kind", what=["labels"], settings=settings)
    group = proposal.group("labels:kind")
    after = apply_groups(given, proposal, approve([group], "test"))
    assert (after["kind"] == frame["kind"])[wrong].mean() >= 0.8
    assert (after["kind"] != frame["kind"]).sum() < 6


def test_an_unknown_target_is_told(settings: Settings) -> None:
    with pytest.raises(ToolError, match="no column 'nothing'"):
        propose_audit(measured(), "nothing", settings=settings)


def test_a_label_is_changed_only_where_it_still_is_what_it_was() -> None:
    frame = pd.DataFrame({"a": [1, 2, 3], "y": [0, 1, 1]})
    key = int(keys_of(frame, ["a"]).iloc[1])
    change = Relabel(
        column="y", columns=["a"], labels=[Relabeled(key=key, given="1", suggested="0")]
    )
    assert change.apply(frame)["y"].tolist() == [0, 0, 1]
    assert change.apply(frame)["y"].dtype == frame["y"].dtype
    assert change.apply(frame.assign(y=[0, 2, 1]))["y"].tolist() == [0, 2, 1]
    with pytest.raises(ToolError, match="no column 'a'"):
        change.apply(frame[["y"]])


def test_listed_rows_go_by_their_content() -> None:
    frame = pd.DataFrame({"a": ["x", "y", None], "b": [1.0, 2.0, np.nan]})
    keys = [int(keys_of(frame, ["a", "b"]).iloc[2])]
    drop = DropListed(columns=["a", "b"], keys=keys, reason="empty")
    assert drop.apply(frame.iloc[::-1])["a"].tolist() == ["y", "x"]
    assert "1 listed rows: empty" in drop.sentence()
