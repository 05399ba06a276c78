"""Cells that changed places or break a law of the table; codes and words in another writing."""

import numpy as np
import pandas as pd
from dataquarry.tools.clean import propose_cleaning
from dataquarry.tools.cleaning import (
    abbreviated_values,
    case_variants,
    disguised_missing_values,
    known_elsewhere,
    letter_codes,
    lost_zeros,
    misspelled_values,
    misspelled_words,
    mixed_numbers,
    swapped_values,
)
from dataquarry.tools.operations import parse_operation
from hypothesis import given
from hypothesis import strategies as st

from .planting import damage, faults, repaired, shops


def test_cells_of_two_columns_that_changed_places_are_swapped_back() -> None:
    clean = shops()
    dirty = clean.copy()
    places = [5, 90, 200, 333]
    dirty.loc[places, ["town", "county"]] = clean.loc[places, ["county", "town"]].to_numpy()

    found = faults(dirty, swapped_values)

    assert list(found) == ["swapped:town/county"]
    assert not found["swapped:town/county"].recommended
    pd.testing.assert_frame_equal(repaired(dirty, *found.values()), clean)


def test_columns_of_the_same_kind_of_values_are_not_swapped() -> None:
    random = np.random.default_rng(0)
    teams = random.choice(["Ulm", "Bonn", "Trier", "Jena"], (400, 2), p=[0.6, 0.2, 0.1, 0.1])
    assert faults(pd.DataFrame(teams, columns=["home", "away"]), swapped_values) == {}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1))
def test_swapping_twice_changes_nothing(rows: list[tuple[str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["one", "two"]).astype("str")
    swap = {"op": "swap_values", "column": "one", "other": "two", "pairs": [("a", "x")]}
    back = {**swap, "pairs": [("x", "a")]}
    again = parse_operation(back).apply(parse_operation(swap).apply(frame))
    pd.testing.assert_frame_equal(again, frame)


def test_a_breach_of_a_law_is_proposed_and_never_recommended() -> None:
    clean = shops()[["town", "county", "area"]]
    other = {"Kent": "Devon", "Devon": "Essex", "Essex": "Surrey", "Surrey": "Kent"}
    dirty, rows = damage(clean, "county", lambda text: other[text], 8)

    group = faults(dirty, misspelled_values)["against-key:county"]

    assert group.affected == len(rows)
    assert not group.recommended
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


def test_a_rule_with_exceptions_is_no_law() -> None:
    """A name may be that of a man or a woman: what divides a key is no mistake."""
    random = np.random.default_rng(0)
    names = random.choice(["Kim", "Max", "Eva", "Tom", "Ada"], 600)
    share = pd.Series(names).map({"Kim": 0.5, "Max": 0.1, "Eva": 1, "Tom": 0, "Ada": 1}).to_numpy()
    frame = pd.DataFrame({"name": names, "sex": np.where(random.random(600) < share, "f", "m")})
    assert faults(frame.astype("str"), misspelled_values) == {}


def test_a_key_that_contradicts_several_columns_is_itself_wrong() -> None:
    clean = shops()[["town", "county", "dial", "area"]]
    other = {"Ashford": "Glenwood", "Glenwood": "Ashford"}
    dirty, _ = damage(clean, "town", lambda text: other.get(text, "Dunmore"), 8)
    found = faults(dirty, misspelled_values)
    assert "against-key:county" not in found
    assert "against-key:dial" not in found


def test_zeros_that_codes_lost_are_written_again() -> None:
    clean = shops()
    dirty, rows = damage(clean, "dial", lambda text: text.lstrip("0"), 20)
    group = faults(dirty, lost_zeros)["zeros:dial"]
    assert group.affected == len(rows)
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


def test_numbers_of_various_length_have_lost_no_zeros() -> None:
    assert faults(shops(), lost_zeros) == {}
    counts = pd.DataFrame({"n": [str(n) for n in range(900, 2000)]})
    assert faults(counts, lost_zeros) == {}


def test_codes_are_written_in_upper_case_where_nearly_all_are() -> None:
    clean = pd.DataFrame({"code": ["TX", "NY", "CA", "OH"] * 50}).astype("str")
    dirty, rows = damage(clean, "code", str.lower, 6)
    group = faults(dirty, letter_codes)["upper:code"]
    assert group.affected == len(rows)
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)
    words = pd.DataFrame({"code": ["TX"] * 190 + ["Texas"] * 10}).astype("str")
    assert repaired(words, *faults(words, letter_codes).values()).equals(words)


def test_words_that_stand_for_letters_are_shortened_and_the_other_way_round() -> None:
    short = pd.DataFrame({"sex": ["f", "m"] * 90 + ["female", "male"] * 5}).astype("str")
    long = pd.DataFrame({"sex": ["female", "male"] * 90 + ["f", "M"] * 5}).astype("str")
    for frame in (short, long):
        group = faults(frame, abbreviated_values)["abbreviated:sex"]
        assert repaired(frame, group)["sex"].nunique() == 2
    blood = pd.DataFrame({"type": ["A", "B", "O"] * 90 + ["AB"] * 10}).astype("str")
    assert faults(blood, abbreviated_values) == {}


def test_gaps_of_a_kind_of_row_that_has_no_value_are_meant() -> None:
    wind = np.repeat(["40", "70", "90"], 60)
    level = pd.Series(wind).map({"40": "low", "70": "mid", "90": "high"})
    kind = np.where(np.arange(180) % 10 == 0, "over land", "over sea")
    frame = pd.DataFrame({"wind": wind, "level": level.mask(kind == "over land"), "kind": kind})
    assert faults(frame.astype("str"), known_elsewhere) == {}
    lost = frame.assign(level=level.mask(np.arange(180) % 37 == 0)).astype("str")
    assert "known:level" in faults(lost, known_elsewhere)


def test_shouted_names_are_variants_even_where_names_hardly_repeat() -> None:
    names = [f"Town {chr(65 + n // 26)}{chr(97 + n % 26)}" for n in range(200)]
    frame = pd.DataFrame({"name": [*names, *(names[n].upper() for n in (3, 9, 50)), "USA"]})
    group = faults(frame.astype("str"), case_variants)["case:name"]
    assert group.affected == 3


def test_a_lone_negative_code_stands_for_missing() -> None:
    random = np.random.default_rng(0)
    people = random.integers(1_000, 10_000_000, 200)
    people[:5] = -1
    group = faults(pd.DataFrame({"people": people}), disguised_missing_values)["disguised:people"]
    assert group.affected == 5
    assert not group.recommended
    change = pd.DataFrame({"change": random.integers(-5, 60, 200)})
    assert faults(change, disguised_missing_values) == {}


def test_spelling_is_judged_without_what_differs_in_case_only() -> None:
    names = ["Caroline", "Gladys", "Hallie", "Doris"] * 60
    names += [name.upper() for name in names[:30]] + ["Carolie", "Gladls", "Hallje", "Dorjs"]
    found = faults(pd.DataFrame({"name": names}).astype("str"), misspelled_words)
    assert found["spelling:name"].affected == 4


def test_separators_are_written_in_one_way_beside_signs_that_are_open() -> None:
    cells = [str(n * 1000) for n in range(15, 180)] + ["85,000", "91,000", "85K"]
    frame = pd.DataFrame({"salary": cells}).astype("str")
    group = faults(frame, mixed_numbers)["numbers:salary"]
    assert repaired(frame, group)["salary"].tolist()[-3:] == ["85000", "91000", "85K"]


def test_a_column_may_be_called_self() -> None:
    frame = pd.DataFrame({"self": [" Ulm", "Ulm", "Bonn", "?"] * 30}).astype("str")
    found = faults(frame)
    assert repaired(frame, *found.values())["self"].dropna().unique().tolist() == ["Ulm", "Bonn"]


def test_nobody_is_asked_the_same_of_the_same_cells_twice() -> None:
    dirty, _ = damage(shops(), "phone", lambda text: text.replace("-", ""), 20)
    found = faults(dirty)
    assert [name for name in found if name.endswith(":phone")] == ["code:phone"]
    again = propose_cleaning(dirty).groups
    assert [g.id for g in again if g.facts.get("fault")] == list(found)
