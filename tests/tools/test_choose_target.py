from typing import Any

import numpy as np
import pandas as pd
import pytest
from dataquarry import NotApplicable, Settings, ToolError
from dataquarry.retrieval.demand import Demand
from dataquarry.retrieval.understand import understand
from dataquarry.tools.base import Work
from dataquarry.tools.choose_target import choose_target
from dataquarry.tools.load import keep_frame
from dataquarry.tools.profile import profile_frame
from dataquarry.tools.proposals import Decision, approve, approve_recommended
from dataquarry.tools.targets import alike, initials, rank_targets


def passengers(rows: int = 120) -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "ticket": np.arange(rows),
            "cabinClass": random.choice(["1st", "2nd", "3rd"], rows),
            "sex": random.choice(["female", "male"], rows),
            "age": random.integers(1, 80, rows),
            "survived": random.choice(["no", "yes"], rows),
            "fare": random.lognormal(3, 1, rows),
        }
    )


def work_on(settings: Settings, frame: pd.DataFrame, demand: str | Demand, **facts: Any) -> Work:
    wanted = understand(demand) if isinstance(demand, str) else demand
    work = Work(settings=settings, demand=wanted, facts=facts)
    work.table = keep_frame(work.store, frame, "frame")
    return work


def recommended(work: Work) -> list[str | None]:
    groups = choose_target.propose(work, {}).groups
    return [group.payload["target"] for group in groups if group.recommended]


@pytest.mark.parametrize(
    ("demand", "target"),
    [
        ("Predict whether a passenger survived a shipwreck from class, sex and age", "survived"),
        ("predict the fare of a passenger by class and sex", "fare"),
        ("how old are passengers? estimate the age from the class and the fare", "age"),
    ],
)
def test_the_words_of_the_demand_decide(settings: Settings, demand: str, target: str) -> None:
    assert recommended(work_on(settings, passengers(), demand)) == [target]


def test_evidence_says_why(settings: Settings) -> None:
    work = work_on(settings, passengers(), "Predict whether a passenger survived from sex")
    first = choose_target.propose(work, {}).groups[0]
    assert first.title == "survived"
    assert "its name is in what the demand asks for" in first.evidence.lower()


def test_inputs_are_no_targets() -> None:
    ranked = rank_targets(
        profile_frame(passengers()), understand("Predict survival from sex and age"), {}
    )
    score = {candidate.name: candidate for candidate in ranked}
    assert "among what to predict from" in " ".join(score["sex"].reasons)
    assert score["survived"].score > score["sex"].score


def test_descriptions_of_the_record_count(settings: Settings) -> None:
    frame = passengers().rename(columns={"survived": "v5", "fare": "v6"})
    columns = [{"name": "v5", "description": "whether the person lived", "role": None}]
    facts = {"load": {"record": {"columns": columns}}}
    work = work_on(settings, frame, "Predict whether a person lived, from sex and age", **facts)
    assert recommended(work) == ["v5"]


def test_a_role_stated_by_the_source_counts(settings: Settings) -> None:
    columns = [{"name": "sex", "description": None, "role": "target"}]
    facts = {"load": {"record": {"columns": columns}}}
    work = work_on(settings, passengers(), "passengers of a ship", **facts)
    assert recommended(work) == ["sex"]


def test_doubt_is_told(settings: Settings) -> None:
    work = work_on(settings, passengers()[["cabinClass", "sex", "fare"]], "classify something odd")
    first = choose_target.propose(work, {}).groups[0]
    assert first.recommended
    assert "check it" in first.evidence


def test_none_is_a_choice_and_recommended_for_clusters(settings: Settings) -> None:
    work = work_on(settings, passengers(), "find groups of similar passengers, clustering")
    proposal = choose_target.propose(work, {})
    assert [g.id for g in proposal.groups if g.recommended] == ["none"]
    tool_apply = choose_target.apply
    assert tool_apply is not None
    with pytest.raises(NotApplicable, match="No column"):
        tool_apply(work, proposal, approve_recommended(proposal, "test"))


def test_apply_settles_the_target(settings: Settings) -> None:
    work = work_on(settings, passengers(), "Predict whether a passenger survived")
    proposal = choose_target.propose(work, {})
    tool_apply = choose_target.apply
    assert tool_apply is not None
    result = tool_apply(work, proposal, approve([proposal.group("target:survived")], "test"))
    assert (result.target, result.table) == ("survived", None)
    with pytest.raises(NotApplicable):
        tool_apply(work, proposal, Decision(by="test"))


def test_a_given_column(settings: Settings) -> None:
    work = work_on(settings, passengers(), "anything")
    groups = choose_target.propose(work, {"target": "SURVIVED"}).groups
    assert [(g.payload["target"], g.recommended) for g in groups] == [("survived", True)]
    with pytest.raises(ToolError, match="cabinClass, sex, age"):
        choose_target.propose(work, {"target": "nothing"})


def test_nothing_to_predict(settings: Settings) -> None:
    frame = pd.DataFrame({"id": [f"a{i}" for i in range(50)], "one": "x"})
    with pytest.raises(NotApplicable):
        choose_target.propose(work_on(settings, frame, "predict one"), {})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mag", "magnitud", True),
        ("surviv", "survival", True),
        ("sex", "sex", True),
        ("day", "daily", False),
        ("1", "12", False),
    ],
)
def test_alike(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same


def test_initials() -> None:
    assert initials("mpg", "miles per gallon of cars")
    assert not initials("mpg", "gallons per mile")
    assert not initials("a", "any thing")
