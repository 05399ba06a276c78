import numpy as np
import pandas as pd
import pytest
from dataquarry import (
    Settings,
    ToolError,
    apply,
    profile,
    propose_cleaning,
    propose_features,
    propose_synthesis,
    search,
)
from dataquarry.tools.proposals import Decision


def people(rows: int = 150) -> pd.DataFrame:
    random = np.random.default_rng(0)
    age, visits = random.integers(18, 80, rows), random.integers(1, 9, rows)
    frame = pd.DataFrame(
        {
            "age": age,
            "visits": visits,
            "city": random.choice(["Bonn", "Bonn ", "Ulm"], rows),
            "pays": np.where(age / visits + random.normal(0, 1, rows) > 10, "yes", "no"),
        }
    )
    return pd.concat([frame, frame.head(5)], ignore_index=True)


def test_search(indexed: Settings) -> None:
    found = search("flowers of three species by size of petal and sepal", k=3, settings=indexed)
    assert len(found.hits) == 3


def test_profile_tells_facts_and_changes_nothing() -> None:
    frame = people()
    before = frame.copy()
    facts = profile(frame, "pays")
    assert (facts.rows, facts.duplicate_rows) == (155, int(before.duplicated().sum()))
    assert facts.column("city").distinct == 3
    pd.testing.assert_frame_equal(frame, before)


def test_cleaning_applies_what_is_approved() -> None:
    frame = people()
    proposal = propose_cleaning(frame, "pays")
    clean = apply(frame, proposal)
    assert set(clean["city"]) == {"Bonn", "Ulm"}
    pd.testing.assert_frame_equal(apply(frame, proposal), clean)
    assert apply(frame, proposal, []).equals(frame)
    one = [proposal.groups[0].id]
    assert not apply(frame, proposal, one).equals(frame)
    pd.testing.assert_frame_equal(apply(frame, proposal, Decision(by="me")), frame)


def test_wrong_decisions_are_told() -> None:
    proposal = propose_cleaning(people())
    with pytest.raises(ToolError, match="list of group ids"):
        apply(people(), proposal, "some")
    with pytest.raises(ToolError, match="no group 'some'"):
        apply(people(), proposal, ["some"])


def test_features_and_synthesis() -> None:
    frame = people()
    features = propose_features(frame, "pays")
    wider = apply(frame, features, [group.id for group in features.groups])
    assert wider.shape[1] == frame.shape[1] + len(
        [o for group in features.groups for o in group.operations]
    )
    rows = propose_synthesis(frame, 200)
    assert len(apply(frame, rows, [rows.groups[0].id])) == 200
