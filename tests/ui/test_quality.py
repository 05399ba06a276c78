import pandas as pd
from dataquarry.agent.gates import Gate
from dataquarry.tools.clean import propose_cleaning
from dataquarry.tools.profile import profile_frame
from dataquarry.tools.proposals import approve
from dataquarry.ui.quality import quality_view


def test_columns_with_warnings_come_first_and_figures_are_measured() -> None:
    frame = pd.DataFrame(
        {
            "fine": [1.5, 2.25, 3.75, 4.0] * 10,
            "<b>gaps</b>": ["a", None, None, None] * 10,
        }
    )
    page = quality_view(profile_frame(frame).model_dump(mode="json"))
    assert page.index("gaps") < page.index(">fine<")
    assert "<b>gaps" not in page
    assert "62.5%" in page
    assert "75.0%" in page
    assert "1.5 to 4" in page


def test_before_a_profile_there_is_a_hint() -> None:
    assert "not profiled" in quality_view(None)


def _shops() -> pd.DataFrame:
    towns = ["Ulm", "Bonn"] * 50
    towns[:20] = [f" {town}" for town in towns[:20]]
    return pd.DataFrame({"town": towns, "size": ["3", "?"] + ["4"] * 98})


def _gate(frame: pd.DataFrame, approved: list[str] | None) -> Gate:
    proposal = propose_cleaning(frame)
    gate = Gate(id="g", run="r", kind="step", tool="clean", proposal=proposal)
    if approved is None:
        return gate
    answer = approve([proposal.group(name) for name in approved], by="ada")
    return gate.model_copy(update={"answer": answer.model_dump(mode="json")})


def test_findings_are_ranked_by_harm_and_shown_before_and_after() -> None:
    frame = _shops()
    page = quality_view(profile_frame(frame).model_dump(mode="json"), [_gate(frame, None)])
    assert page.index("Trim spaces in town") < page.index("placeholders in size")
    assert "harm 20.0%, high" in page
    assert "harm 1.0%, medium" in page
    assert "<del>" in page
    assert "to decide" in page


def test_a_column_scores_better_once_its_finding_is_approved() -> None:
    frame = _shops()
    profile = profile_frame(frame).model_dump(mode="json")
    before = quality_view(profile, [_gate(frame, None)]).split("Columns, the worst first")[1]
    after = quality_view(profile, [_gate(frame, ["spaces:town"])]).split("Columns, the worst")[1]
    assert "class='dq-number'>80</td>" in before
    assert before.index(">town<") < before.index(">size<")
    assert "class='dq-number'>80</td>" not in after
    assert after.index(">size<") < after.index(">town<")


def test_the_effect_on_a_model_is_told_once_it_is_measured() -> None:
    frame = _shops()
    profile = profile_frame(frame).model_dump(mode="json")
    gate = _gate(frame, ["spaces:town"])
    assert "is measured in the step" in quality_view(profile, [gate])
    measured = {
        "verdict": "better",
        "metric": "r2",
        "difference": 0.1,
        "error": 0.02,
        "rows": 25,
        "raw": 0.5,
        "prepared": 0.6,
    }
    page = quality_view(profile, [gate], measured)
    assert "Effect on a model" in page
    assert "+0.100 ± 0.02" in page


def test_what_columns_mean_is_told_with_who_says_it() -> None:
    frame = _shops()
    profile = profile_frame(frame).model_dump(mode="json")
    profile["columns"][0]["meaning"] = "shops.txt says: where the shop is"
    guessed = {"town": "a name", "size": "<i>rooms</i>"}
    page = quality_view(profile, guessed=guessed)
    assert "shops.txt says: where the shop is" in page
    assert "a name" not in page
    assert "the language model says: &lt;i&gt;rooms" in page
