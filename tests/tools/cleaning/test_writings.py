"""Values written in several ways: what each rule takes for the same, and what it leaves alone."""

import numpy as np
import pandas as pd
import pytest
from dataquarry.tools.cleaning import (
    known_elsewhere,
    misspelled_words,
    mixed_codes,
    mixed_dates,
    mixed_durations,
    mixed_numbers,
    mixed_truth_values,
)
from dataquarry.tools.cleaning.base import Cleaner
from hypothesis import given, settings
from hypothesis import strategies as st

from .planting import damage, faults, repaired, shops

CLEANERS = (
    known_elsewhere,
    misspelled_words,
    mixed_codes,
    mixed_dates,
    mixed_durations,
    mixed_numbers,
    mixed_truth_values,
)


@pytest.mark.parametrize("cleaner", CLEANERS, ids=lambda cleaner: cleaner.__name__)
def test_nothing_is_found_in_a_clean_table(cleaner: Cleaner) -> None:
    frame = shops().assign(
        open=np.resize(["yes", "no"], 400),
        price=[f"${n * 7:,}.50" for n in range(400)],
        lasts=[f"{n % 90 + 1} min" for n in range(400)],
        grade=np.resize(["A+", "A", "A-", "B+", "B", "C#", "C++"], 400),
        model=np.resize(["X1", "X2", "X3", "A100", "A200"], 400),
    )
    assert faults(frame.astype("str"), cleaner) == {}


def test_slips_in_words_are_corrected_and_all_else_stays() -> None:
    clean = shops()[["town", "phone"]]
    dirty, rows = damage(clean, "town", lambda text: text[:3] + text[4:], 9)
    group = faults(dirty, misspelled_words)["spelling:town"]
    assert group.affected == len(rows)
    assert not group.recommended
    assert "one slip away" in group.rule
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(0, 5))
def test_what_is_corrected_is_always_a_slip(seed: int, count: int, place: int) -> None:
    clean = shops(300)[["town"]]
    dirty, rows = damage(clean, "town", lambda text: text[:place] + text[place + 1 :], count, seed)
    groups = faults(dirty, misspelled_words).values()
    mended = repaired(dirty, *groups)["town"]
    assert (mended.drop(rows) == clean["town"].drop(rows)).all()
    assert ((mended == clean["town"]) | (mended == dirty["town"])).all()


def test_rare_words_that_resemble_nothing_frequent_make_the_column_no_case() -> None:
    frame = shops(300)[["town"]]
    names = [f"{a}{b}ville" for a in "BCDFGHKLM" for b in ("oro", "ulu", "eke")]
    for row, name in enumerate(names):
        frame.loc[row, "town"] = name
    frame.loc[40, "town"] = "Ashfort"
    assert faults(frame, misspelled_words) == {}


def test_words_with_other_signs_between_them_are_written_as_most_are() -> None:
    clean = shops().assign(kind=np.resize(["self-employed", "by the hour"], 400)).astype("str")
    dirty, rows = damage(clean, "kind", lambda text: text.replace("-", " ").title() + ".", 50)
    group = faults(dirty, misspelled_words)["writing:kind"]
    assert group.affected == len(rows)
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.replace("-", "/", 1),
        lambda text: f"({text[:3]}) {text[4:]}",
        lambda text: text.replace("-", ""),
    ],
)
def test_phone_numbers_are_written_as_most_are(write: object) -> None:
    clean = shops()
    dirty, rows = damage(clean, "phone", write, 40)  # type: ignore[arg-type]
    group = faults(dirty, mixed_codes)["code:phone"]
    assert group.affected == len(rows)
    assert "999-999-9999" in group.evidence
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


def test_an_extension_is_no_other_writing_of_a_phone_number() -> None:
    dirty, _ = damage(shops(), "phone", lambda text: f"{text} 12", 40)
    assert faults(dirty, mixed_codes) == {}


def test_dates_are_written_as_most_are_if_their_order_is_sure() -> None:
    clean = shops()
    dirty, rows = damage(clean, "opened", lambda t: pd.Timestamp(t).strftime("%d %B %Y"), 60)
    group = faults(dirty, mixed_dates)["dates:opened"]
    assert group.affected == len(rows)
    assert "%d %B %Y" in group.evidence
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


def test_dates_of_mixed_order_are_told_by_days_beyond_twelve() -> None:
    clean = shops()
    dirty, rows = damage(clean, "opened", lambda t: pd.Timestamp(t).strftime("%d/%m/%Y"), 60)
    assert any(int(dirty["opened"][row][:2]) > 12 for row in rows)
    pd.testing.assert_frame_equal(
        repaired(dirty, faults(dirty, mixed_dates)["dates:opened"]), clean
    )


def test_dates_whose_day_and_month_could_be_swapped_are_left_alone() -> None:
    low = shops()
    low["opened"] = [f"20{n % 20 + 10}-{n % 12 + 1:02d}-{n % 12 + 1:02d}" for n in range(400)]
    dirty, _ = damage(low, "opened", lambda t: pd.Timestamp(t).strftime("%d/%m/%Y"), 30)
    assert faults(dirty, mixed_dates) == {}


@pytest.mark.parametrize(
    ("usual", "other", "reason"),
    [
        (lambda n: f"{n * 1000 + 7}", lambda text: f"{int(text):,}", "thousands"),
        (lambda n: f"{n % 40}", lambda text: text + ".0", "zeros after the point"),
        (lambda n: f"${n}.95", lambda text: text[1:] + " USD", "signs around"),
        (lambda n: f"{n % 9}.{n % 10}", lambda text: text + "/10", "signs around"),
        (lambda n: f"{n}.125", lambda text: text.replace(".", ","), "decimal point"),
    ],
)
def test_numbers_are_written_as_most_are(usual: object, other: object, reason: str) -> None:
    clean = shops().assign(value=[usual(n) for n in range(1, 401)]).astype("str")  # type: ignore[operator]
    dirty, rows = damage(clean, "value", other, 30)  # type: ignore[arg-type]
    group = faults(dirty, mixed_numbers)["numbers:value"]
    assert group.affected == len(rows)
    assert reason in group.evidence
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


def test_a_sign_that_means_another_size_is_not_taken_out() -> None:
    clean = shops().assign(value=[f"{n * 1000}" for n in range(1, 401)]).astype("str")
    dirty, _ = damage(clean, "value", lambda text: f"{int(text) // 1000}K", 30)
    assert faults(dirty, mixed_numbers) == {}


def test_durations_in_hours_are_written_in_minutes() -> None:
    clean = shops().assign(lasts=[f"{n % 90 + 61} min" for n in range(400)]).astype("str")

    def hours(text: str) -> str:
        return "{} hr. {} min.".format(*divmod(int(text[:-4]), 60))

    dirty, rows = damage(clean, "lasts", hours, 50)
    group = faults(dirty, mixed_durations)["durations:lasts"]
    assert group.affected == len(rows)
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


def test_words_for_true_and_false_become_two() -> None:
    clean = shops().assign(open=np.resize(["yes", "no"], 400)).astype("str")
    dirty, rows = damage(clean, "open", lambda text: text[0].upper(), 40)
    group = faults(dirty, mixed_truth_values)["truth:open"]
    assert group.affected == len(rows)
    pd.testing.assert_frame_equal(repaired(dirty, group), clean)


def test_missing_cells_are_filled_where_another_column_tells_them() -> None:
    clean = shops()
    dirty, rows = damage(clean, "town", lambda _: None, 25)
    dirty, _ = damage(dirty, "area", lambda _: None, 25)
    found = faults(dirty, known_elsewhere)
    assert list(found) == ["known:town"]
    assert found["known:town"].affected == len(rows)
    assert "zip" in found["known:town"].title
    assert (repaired(dirty, found["known:town"])["town"] == clean["town"]).all()


@given(st.text(max_size=12))
def test_writing_by_a_mask_keeps_letters_and_digits(text: str) -> None:
    from dataquarry.tools.operations.writing import WriteByMask

    written = WriteByMask(column="c", mask="(999) Aa-99").rewrite(text)
    if written is not None:
        bare = [sign.casefold() for sign in text if sign.isalnum()]
        assert [sign.casefold() for sign in written if sign.isalnum()] == bare
