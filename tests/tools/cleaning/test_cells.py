"""Cell repair: what each rule finds, why, and that it stays silent on what is right."""

import numpy as np
import pandas as pd
import pytest
from dataquarry.tools.clean import propose_cleaning
from dataquarry.tools.cleaning import (
    conflicting_sources,
    damaged_text,
    misspelled_values,
    mixed_times,
    mixed_units,
    odd_forms,
    swallowed_values,
)
from dataquarry.tools.proposals import apply_groups, approve, approve_recommended

from .planting import damage, faults, repaired, shops


def test_a_clean_table_has_no_faults() -> None:
    assert faults(shops()) == {}


def test_misspelled_towns_are_set_to_what_zip_and_county_say() -> None:
    clean = shops()
    dirty, rows = damage(clean, "town", lambda text: text[:2] + "x" + text[3:], 12)
    group = faults(dirty, misspelled_values)["misspelled:town"]
    assert group.recommended
    assert group.affected == len(rows)
    assert "zip" in group.evidence
    assert "was misspelled" in group.rule
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


def test_a_right_value_in_the_wrong_row_is_not_called_misspelled() -> None:
    dirty, _ = damage(shops(), "county", lambda text: "Kent" if text != "Kent" else "Devon", 8)
    found = faults(dirty)
    assert "misspelled:county" not in found
    assert not any(group.recommended for group in found.values())


def test_an_exception_that_holds_for_a_whole_key_is_no_mistake() -> None:
    frame = shops()
    moved = frame["zip"].eq("17501") & frame["shop"].str.endswith(("1", "2", "3"))
    frame = frame.assign(
        zip=frame["zip"].mask(moved, "17509").astype("str"),
        branch=np.where(moved, "new", "old"),
    ).astype("str")
    assert "misspelled:zip" not in faults(frame, misspelled_values)


def test_measures_are_never_recommended_to_change() -> None:
    random = np.random.default_rng(0)
    keys = np.repeat(np.arange(60), 10)
    frame = pd.DataFrame({"a": keys, "b": keys * 3}).assign(
        rate=[f"{key / 7:.4f}" for key in keys], more=[f"m{key}" for key in keys]
    )
    frame.loc[random.choice(600, 5, replace=False), "rate"] = "1.2345"
    proposal = propose_cleaning(frame.astype("str"))
    assert not any(g.recommended for g in proposal.groups if g.facts.get("fault"))


def _flights(rows_per_key: int = 8) -> pd.DataFrame:
    random = np.random.default_rng(3)
    tells = []
    for flight in range(40):
        gate, belt = random.integers(1, 90), random.integers(1, 30)
        for source in range(rows_per_key):
            wrong = random.random() < (0.6 if source < 2 else 0.1)
            tells.append(
                {
                    "flight": f"F{flight}",
                    "site": f"site-{source}",
                    "gate": f"G{random.integers(1, 90) if wrong else gate}",
                    "belt": f"B{random.integers(1, 30) if wrong else belt}",
                }
            )
    return pd.DataFrame(tells).astype("str")


def test_sources_that_agree_with_others_are_believed() -> None:
    frame = _flights()
    truth = frame.groupby("flight")["gate"].transform(lambda said: said.mode()[0])
    found = faults(frame, conflicting_sources)
    group = found["sources-differs:gate"]
    assert "trust" in group.evidence
    assert "site" in group.rule
    assert not group.recommended
    mended = repaired(
        frame,
        faults(frame, conflicting_sources)["sources-differs:gate"],
        faults(frame, conflicting_sources)["divided-differs:gate"],
    )
    assert (mended["gate"] == truth).mean() > 0.99


def test_a_panel_over_years_is_no_set_of_sources() -> None:
    frame = _flights().assign(site=lambda f: f["site"].str.replace("site-", "200").astype("str"))
    assert not any(
        name.startswith(("sources", "divided")) for name in faults(frame, conflicting_sources)
    )


def test_a_unit_in_several_writings_is_taken_out_and_one_writing_is_left() -> None:
    clean = shops()
    assert "units:weight" not in faults(clean, mixed_units)
    dirty, _ = damage(clean, "weight", lambda text: text.replace(" kg", " kilograms"), 120)
    group = faults(dirty, mixed_units)["units:weight"]
    assert "kilograms" in group.evidence
    mended = repaired(dirty, group)
    expected = clean["weight"].str.replace(" kg", "").astype("float64")
    assert (mended["weight"] == expected).all()


def test_numbers_with_and_without_a_unit_of_another_size_are_left_alone() -> None:
    dirty, _ = damage(shops(), "weight", lambda text: f"{float(text[:-3]) * 1000:.0f}", 150)
    assert "units:weight" not in faults(dirty, mixed_units)


def test_text_read_in_the_wrong_encoding_is_turned_back() -> None:
    clean = shops().assign(owner="José Müller").astype("str")
    dirty, rows = damage(clean, "owner", lambda text: text.encode().decode("cp1252"), 9)
    group = faults(dirty, damaged_text)["encoding:owner"]
    assert group.affected == len(rows)
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)
    assert not [
        name for name in faults(clean, damaged_text) if name.startswith(("encoding", "unreadable"))
    ]


def test_times_of_day_are_written_as_most_are() -> None:
    hours = [f"{1 + n % 11}:{n % 60:02d} {'ap'[n % 2]}.m." for n in range(300)]
    clean = shops(300).assign(closes=hours).astype("str")
    dirty, _ = damage(clean, "closes", lambda text: text.replace("a.m.", "AM, Fri"), 40)
    assert "times:closes" not in faults(clean, mixed_times)
    pd.testing.assert_frame_equal(
        repaired(dirty, faults(dirty, mixed_times)["times:closes"]), clean
    )


def test_values_in_an_odd_form_are_taken_as_missing() -> None:
    dirty, rows = damage(shops(), "phone", lambda _: "#9/x", 3)
    group = faults(dirty, odd_forms)["form:phone"]
    assert group.affected == 3
    assert (
        repaired(dirty, faults(dirty, odd_forms)["form:phone"])["phone"]
        .isna()
        .to_numpy()
        .nonzero()[0]
        .tolist()
        == rows
    )


def test_a_swallowed_neighbor_is_moved_back() -> None:
    clean = shops()
    dirty, rows = damage(clean, "county", lambda _: None, 30)
    towns = dirty["town"].mask(dirty["county"].isna(), clean["town"] + " " + clean["county"])
    dirty = dirty.assign(town=towns.astype("str"))
    assert len(rows) == 30
    pd.testing.assert_frame_equal(
        repaired(dirty, faults(dirty, swallowed_values)["swallowed:town"]), clean
    )


def test_recommended_groups_can_be_applied_one_without_the_other() -> None:
    dirty, _ = damage(shops(), "town", lambda text: text[:-1] + "x", 10)
    dirty, _ = damage(dirty, "county", lambda text: text[:-1] + "x", 10, seed=2)
    proposal = propose_cleaning(dirty)
    before = dirty.copy(deep=True)
    for group in proposal.groups:
        once = apply_groups(dirty, proposal, approve([group], "test"))
        again = apply_groups(dirty, proposal, approve([group], "test"))
        pd.testing.assert_frame_equal(once, again)
    pd.testing.assert_frame_equal(dirty, before)
    assert propose_cleaning(dirty) == proposal
    recommended = approve_recommended(proposal, "test")
    assert len(apply_groups(dirty, proposal, recommended)) == len(dirty)


def test_one_column_alone_is_not_enough_to_recommend_a_spelling() -> None:
    clean = shops().drop(columns="dial")
    dirty, rows = damage(clean, "town", lambda text: text[:2] + "x" + text[3:], 12)
    group = faults(dirty, misspelled_values)["variant:town"]
    assert (group.affected, group.recommended) == (len(rows), False)


def test_a_long_table_is_glanced_at_and_repaired_as_a_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dataquarry.tools.clean.LONG", 1000)
    monkeypatch.setattr("dataquarry.tools.clean.GLANCE", 500)
    frame = shops(3000)
    dirty, rows = damage(frame, "town", lambda text: text[:2] + "x" + text[3:], 90)
    assert faults(dirty)["misspelled:town"].affected == len(rows)
