"""What is read as a license, and what it allows."""

import pytest
from dataquarry.retrieval.licenses import find_license, read_license, unmet_license


@pytest.mark.parametrize(
    ("words", "spdx"),
    [
        ("CC0: Public Domain", "CC0-1.0"),
        ("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),
        ("CC BY-NC-SA 3.0", "CC-BY-NC-SA-3.0"),
        ("Creative Commons Attribution-NonCommercial-ShareAlike 4.0", "CC-BY-NC-SA-4.0"),
        ("CC BY 3.0 IGO", "CC-BY-3.0"),
        ("MIT license", "MIT"),
        ("BSD-3-Clause.", "BSD-3-Clause"),
        ("World Bank terms of use", None),
    ],
)
def test_a_license_field_is_recognized(words, spdx):
    found = read_license(words)
    assert (found.spdx, found.basis, found.raw) == (spdx, "stated", words)


@pytest.mark.parametrize("words", ["", "???", "TODO", "unknown", "not stated", None])
def test_an_empty_field_states_nothing(words):
    assert read_license(words).basis == "unknown"


@pytest.mark.parametrize(
    "prose",
    [
        "It is a driver's license test.",
        "The data are not in the public domain.",
        "Number of commercial licenses issued by the state.",
        "The MIT building energy study.",
    ],
)
def test_prose_that_grants_nothing_states_no_license(prose):
    assert find_license(prose).basis == "unknown"


def test_a_sentence_that_releases_the_data_states_a_license():
    found = find_license("Weather by day. This data is released under CC BY 4.0. More words.")
    assert found.spdx == "CC-BY-4.0"
    assert found.raw == "This data is released under CC BY 4.0."


@pytest.mark.parametrize(
    ("words", "need", "reason"),
    [
        ("", "any", None),
        ("", "stated", "license not stated"),
        ("house rules", "stated", None),
        ("house rules", "commercial", "not recognized"),
        ("CC BY-NC 4.0", "commercial", "forbids commercial use"),
        ("CC BY-ND 4.0", "commercial", None),
        ("CC BY-ND 4.0", "open", "forbids changed copies"),
        ("public domain", "open", None),
    ],
)
def test_needs(words, need, reason):
    found = unmet_license(read_license(words), need)
    assert found is None if reason is None else reason in (found or "")
