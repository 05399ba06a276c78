"""Rows that stand for the same thing are found without labels, and only those."""

import numpy as np
import pandas as pd
import pytest
from dataquarry import NotApplicable
from dataquarry.tools.linkage import link_records
from dataquarry.tools.linkage.blocking import codes
from dataquarry.tools.linkage.decide import best_other, decoy_threshold, gap_threshold, one_to_one
from dataquarry.tools.linkage.evidence import matching_columns
from hypothesis import given
from hypothesis import strategies as st

SYLLABLES = ["ba", "ko", "li", "mu", "ne", "ro", "sa", "ti", "vo", "zu"]
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES[::2] for c in SYLLABLES[1::2]]


def products(number: int, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = [
        {
            "number": place,
            "title": f"{' '.join(random.choice(WORDS, 3))} "
            f"{random.choice(list('abcdefgh'))}{random.integers(100, 999)}-{place}",
            "price": round(float(random.uniform(5, 500)), 2),
        }
        for place in range(number)
    ]
    return pd.DataFrame(rows)


def elsewhere(frame: pd.DataFrame) -> pd.DataFrame:
    """The same things as another shop writes them."""
    words = frame["title"].str.upper().str.replace("-", "")
    turned = words.map(lambda text: " ".join(reversed(text.split())) + " NEW")
    return pd.DataFrame({"serial": frame["number"] + 900, "name": turned, "cost": frame["price"]})


def pairs(links: object) -> set[tuple[int, int]]:
    return set(zip(links.left.tolist(), links.right.tolist(), strict=True))  # type: ignore[attr-defined]


def test_links_two_tables_of_other_columns_and_leaves_strangers_alone() -> None:
    left = products(120)
    right = elsewhere(pd.concat([left.iloc[::-1].head(60), products(60, 1)], ignore_index=True))
    found = pairs(link_records(left, right))
    truth = {(119 - j, j) for j in range(60)}
    assert len(found & truth) >= 55
    assert len(found - truth) <= 6


def test_links_every_copy_where_one_side_has_several() -> None:
    left = products(80)
    copies = elsewhere(left)
    copies = pd.concat([copies, copies.assign(name=copies["name"] + " USED")], ignore_index=True)
    links = link_records(left, copies)
    assert links.relation == "several"
    assert len(pairs(links) & {(j % 80, j) for j in range(160)}) >= 150


def test_finds_duplicates_within_a_table_the_earlier_row_first() -> None:
    frame = products(150)
    again = frame.iloc[:30].assign(title=lambda f: f["title"].str.upper() + " sale")
    both = pd.concat([frame, again], ignore_index=True).assign(number=range(180))
    links = link_records(both)
    truth = {(i, 150 + i) for i in range(30)}
    assert len(pairs(links) & truth) >= 28
    assert len(pairs(links) - truth) <= 2
    assert (links.left < links.right).all()
    assert (np.diff(links.scores) <= 0).all()


def test_the_same_tables_give_the_same_links() -> None:
    left, right = products(60), elsewhere(products(60))
    first, second = link_records(left, right), link_records(left, right)
    assert pairs(first) == pairs(second)
    assert first.threshold == second.threshold


def test_rows_without_words_cannot_be_linked() -> None:
    with pytest.raises(NotApplicable, match="no words"):
        link_records(pd.DataFrame({"a": ["", "-", "?"]}))


def test_codes_are_alike_however_they_are_hyphenated() -> None:
    assert "avr1709" in codes("avr-1709 receiver")
    assert "avr1709" in codes("avr1709")
    assert codes("no digits") == []


def test_columns_are_paired_by_name_then_by_content() -> None:
    left = pd.DataFrame({"City": ["bonn", "jena"], "who": ["ann lee", "bo ray"]})
    right = pd.DataFrame({"person": ["ann lee", "cy fox"], "city": ["bonn", "ulm"]})
    assert matching_columns(left, right) == [("City", "city"), ("who", "person")]


def test_decoys_set_the_threshold_between_the_found_and_the_strange() -> None:
    random = np.random.default_rng(0)
    decoys = random.normal(0, 1, 500)
    found = np.r_[random.normal(6, 1, 400), random.normal(0, 1, 100)]
    assert 2 < decoy_threshold(found, decoys) < 4.5
    assert decoy_threshold(random.normal(6, 1, 400), decoys) < 4.5


def test_the_gap_is_cut_where_partners_and_strangers_part() -> None:
    rows = np.repeat(np.arange(20), 3)
    scores = np.tile([0.9, 0.2, 0.1], 20)
    assert 0.2 < gap_threshold(scores, rows) <= 0.9


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(6, 11), st.floats(0, 1)), min_size=1))
def test_no_row_is_taken_twice(drawn: list[tuple[int, int, float]]) -> None:
    left, right, scores = (np.array(column) for column in zip(*drawn, strict=True))
    chosen = one_to_one(scores, left, right, within=False)
    assert chosen.any()
    for rows in (left[chosen], right[chosen]):
        assert len(set(rows.tolist())) == len(rows)


def test_the_best_other_pair_of_a_row() -> None:
    found = best_other(np.array([0.5, 0.9, 0.1, 0.3]), np.array([1, 1, 1, 2]))
    assert found.tolist() == [0.9, 0.5, 0.9, 0.1]
