"""Facets of a demand: each that a record answers is a part of the score, with its words."""

import pytest
from dataquarry import Demand
from dataquarry.retrieval.domains import DOMAINS, domain_of, domains_of
from dataquarry.retrieval.matches import matches, wants_table
from dataquarry.retrieval.records import Deprecation, License, Record, Size
from dataquarry.retrieval.understand import understand


def record(**fields: object) -> Record:
    known = {"id": "s:a", "source": "s", "native": "a", "title": "A", "loadable": True}
    return Record.model_validate({**known, **fields})


def said(demand: Demand, **fields: object) -> dict[str, str]:
    made = record(**fields)
    return {part: words for part, (_, words) in matches(made, domains_of(made), demand).items()}


def test_every_facet_that_is_asked_and_answered_is_told_in_words():
    demand = Demand(
        text="x", task="regression", modality="text", domain="medicine", languages=["de"],
        license="commercial", min_year=2010,
    )  # fmt: skip
    found = said(
        demand,
        tasks=["regression"],
        modalities=["text"],
        domains=["medical"],
        languages=["de", "en"],
        license=License(spdx="MIT", raw="mit", basis="stated"),
        date="2015-03",
        size=Size(rows=1200),
    )
    assert found == {
        "task": "it is made for regression",
        "size": "it has 1,200 rows to learn from",
        "modality": "it is text, as asked",
        "domain": "it is from medicine, as asked",
        "language": "its language is de, as asked",
        "license": "its license (MIT) allows commercial use",
        "year": "it is from 2015",
    }


def test_what_is_not_asked_says_nothing():
    found = said(
        Demand(text="x"), languages=["de"], modalities=["text"], date="2015", domains=["law"]
    )
    assert not found


def test_what_the_record_does_not_state_says_nothing():
    asked = Demand(text="x", languages=["de"], domain="law", license="open", min_year=2010)
    assert not said(asked)


def test_a_part_of_the_languages_is_a_part_of_the_facet():
    asked = Demand(text="x", languages=["de", "fr"])
    share, words = matches(record(languages=["fr"]), set(), asked)["language"]
    assert (share, words) == (0.5, "its language is fr, as asked")


def test_what_cannot_be_loaded_counts_against_a_record_more_where_a_table_is_asked_for():
    away = record(loadable=False)
    plain, words = matches(away, set(), Demand(text="x"))["access"]
    table, why = matches(away, set(), Demand(text="x", modality="tabular"))["access"]
    assert table > plain > 0
    assert words == "it cannot be loaded from here"
    assert why == "a table is asked for, and it cannot be loaded from here"


def test_a_warning_does_not_count_against_a_record():
    for status, counts in (("deprecated", True), ("withdrawn", True), ("warning", False)):
        notice = Deprecation(status=status, reason="old")
        assert ("deprecated" in said(Demand(text="x"), deprecation=notice)) is counts


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("predict the price of a flat from its size", True),
        ("a table of river flows", True),
        ("photos of ships", False),
        ("German news articles, at least 2000 documents", False),
        ("ships", False),
    ],
)
def test_a_table_is_wanted_where_rows_or_columns_are_asked_for(text, wanted):
    assert wants_table(understand(text)) is wanted


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("survival of patients after heart surgery", "medicine"),
        ("daily rainfall and temperature", "climate"),
        ("which customers return a purchase", "retail"),
        ("something about nothing", None),
        ("accidents of patients", None),
    ],
)
def test_the_domain_is_the_one_that_most_words_speak_of(text, domain):
    assert domain_of(text) == domain
    assert understand(text).domain == domain


def test_domains_of_a_record_are_stated_or_spoken_of_twice():
    assert domains_of(record(domains=["medical", "Written"])) == {"medicine", "medical", "written"}
    assert domains_of(record(description="Loans that a bank gave")) == {"finance"}
    assert domains_of(record(description="A loan")) == set()
    assert "medicine" in DOMAINS
