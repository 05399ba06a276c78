from itertools import pairwise

import pandas as pd
import pytest
from dataquarry.tools.cleaning.base import View
from dataquarry.tools.cleaning.personal import personal_data
from dataquarry.tools.operations import parse_operation
from dataquarry.tools.operations.privacy import (
    GeneralizePersonal,
    HashValues,
    MaskPersonal,
    generalized,
)
from dataquarry.tools.pii import find_pii, iban_length, is_card
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("write to ann.b+c@mail.example.org.", "email", "ann.b+c@mail.example.org"),
        ("see https://example.org/a?b=c, and go", "url", "https://example.org/a?b=c"),
        ("on www.example.org!", "url", "www.example.org"),
        ("pay to DE89 3704 0044 0532 0130 00 now", "iban", "DE89 3704 0044 0532 0130 00"),
        ("pay gb29nwbk60161331926819", "iban", "gb29nwbk60161331926819"),
        ("from 192.168.0.17.", "ip", "192.168.0.17"),
        ("from 2001:db8::ff00:42:8329 it", "ip", "2001:db8::ff00:42:8329"),
        ("SSN 536-90-4399", "ssn", "536-90-4399"),
        ("card 4111 1111 1111 1111, ok", "card", "4111 1111 1111 1111"),
        ("call +49 (0)228 123456 today", "phone", "+49 (0)228 123456"),
        ("ring me at 555 0134", "phone", "555 0134"),
        ("(555) 010-4477 x12", "phone", "(555) 010-4477 x12"),
    ],
)
def test_finds_each_kind(text: str, kind: str, place: str) -> None:
    assert [(s.kind, text[s.start : s.end]) for s in find_pii(text)] == [(kind, place)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing here",
        "version 1.2.3.400 and 999.1.1.1",
        "4111 1111 1111 1112",
        "on 2024-05-06 or 06.05.2024",
        "from 12:30 to 13:45",
        "it costs $1,234,567.89",
        "000-12-3456",
        "license number is 6940579",
        "order 4455667",
        "1700000000000",
        "a@b",
        "3.14159265",
    ],
)
def test_passes_over_what_only_looks_like_it(text: str) -> None:
    assert find_pii(text) == []


def test_checksums() -> None:
    assert iban_length("GB29NWBK60161331926819 and") == 22
    assert iban_length("GB29NWBK60161331926818") == 0
    assert is_card("5555-5555-5555-4444")
    assert not is_card("1111 1111 1111 1117")


@given(st.text(alphabet="0123456789 -+().@:/abAB\n", max_size=60))
def test_places_are_ordered_and_apart(text: str) -> None:
    spans = find_pii(text)
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
    assert all(one.end <= two.start for one, two in pairwise(spans))


def people() -> pd.DataFrame:
    rows = range(30)
    return pd.DataFrame(
        {
            "mail": [f"user{i}@example.org" for i in rows],
            "phoneNumber": [f"2055{i:06d}" for i in rows],
            "note": ["all fine"] * 28 + ["mail me: a@example.org", "ask b@example.com today"],
            "code": [f"{i:07d}" for i in rows],
            "city": ["Bonn", "Ulm", "Köln"] * 10,
        }
    )


def test_columns_and_cells_are_proposed_and_never_recommended() -> None:
    groups = personal_data(View(people()))
    assert [group.id for group in groups] == [
        f"personal-{how}:{column}"
        for column, ways in {
            "mail": ["mask", "generalize", "hash", "drop"],
            "phoneNumber": ["mask", "generalize", "hash", "drop"],
            "note": ["mask", "generalize"],
        }.items()
        for how in ways
    ]
    assert not any(group.recommended for group in groups)
    assert "2 hold it in other text" in groups[-1].evidence
    assert groups[-1].affected == 2


def test_mask_keeps_the_rest_of_the_cell() -> None:
    frame = people()
    masked = MaskPersonal(column="note", kinds=["email"]).apply(frame)
    assert masked["note"].tolist()[-2:] == ["mail me: [EMAIL]", "ask [EMAIL] today"]
    assert frame["note"].tolist()[-1] == "ask b@example.com today"
    assert find_pii(" ".join(masked["note"])) == []


def test_what_is_general_stays() -> None:
    cells = ["ask b@example.com today", "from 192.168.7.9", "+49 30 1234567", "no data"]
    frame = pd.DataFrame({"note": cells})
    operation = GeneralizePersonal(column="note", kinds=["email", "ip", "phone"])
    assert operation.apply(frame)["note"].tolist() == [
        "ask [EMAIL]@example.com today",
        "from 192.168.7.0/24",
        "+49[PHONE]",
        "no data",
    ]
    assert generalized("DE89 3704 0044 0532 0130 00", "iban") == "DE[IBAN]"
    assert generalized("https://example.org/a/b", "url") == "example.org"
    assert generalized("4111 1111 1111 1111", "card") == "[CARD]"
    assert parse_operation(operation.model_dump(mode="json")) == operation


def test_hashes_keep_equality_and_gaps() -> None:
    frame = pd.DataFrame({"m": ["a@b.org", "c@d.org", None, "a@b.org"]})
    operation = HashValues(column="m", salt="s")
    hashed = operation.apply(frame)["m"]
    assert hashed[0] == hashed[3] != hashed[1]
    assert pd.isna(hashed[2])
    assert HashValues(column="m", salt="other").apply(frame)["m"][0] != hashed[0]
    assert parse_operation(operation.model_dump(mode="json")) == operation


def test_a_clean_table_stays_silent() -> None:
    frame = pd.DataFrame({"when": ["2024-01-02", "2024-02-03"], "name": ["x 1", "y 2"]})
    assert personal_data(View(frame)) == []
