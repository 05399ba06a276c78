"""What the rules read out of a demand."""

import pytest
from dataquarry import Demand, ToolError
from dataquarry.retrieval.understand import understand
from hypothesis import given
from hypothesis import strategies as st


def test_the_first_demand_is_read_whole():
    demand = understand(
        "Predict whether a passenger survived a shipwreck from class, sex and age; "
        "a table with at least 500 rows"
    )
    assert demand.task == "classification"
    assert demand.target == "passenger survived a shipwreck"
    assert demand.inputs == ["class", "sex", "age"]
    assert (demand.min_rows, demand.max_rows) == (500, None)
    assert demand.modality == "tabular"
    assert "rows" not in demand.topic
    assert "shipwreck" in demand.topic


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("sales, 5k rows", 5000, None),
        ("sales with at least 1,500 observations", 1500, None),
        ("sales, 2.5k+ rows", 2500, None),
        ("sales, more than two hundred rows", 200, None),
        ("a few hundred patients", 200, None),
        ("1 million records of trips", 1_000_000, None),
        ("sales, no more than 300 rows", None, 300),
        ("fewer than 200 samples of soil", None, 200),
        ("between 100 and 5,000 rows of sales", 100, 5000),
        ("200-400 rows", 200, 400),
        ("around 1000 rows", 500, 2000),
        ("sales of the 500 largest firms since 1990", None, None),
        ("people over 65 years old", None, None),
        ("temperatures below 20 degrees", None, None),
    ],
)
def test_rows(text, least, most):
    demand = understand(text)
    assert (demand.min_rows, demand.max_rows) == (least, most)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("flights since 2010", 2010, None),
        ("flights published after 2010", 2011, None),
        ("flights, 2010 rows", None, None),
        ("flights from 2010 onwards", 2010, None),
        ("flights, newer than 2015 and older than 2020", 2016, 2019),
        ("flights released before 2000", None, 1999),
        ("flights before 2000", None, None),
        ("flights collected in 2013", 2013, 2013),
        ("flights in 2013", None, None),
        ("flights after 2000 steps of training", None, None),
    ],
)
def test_years(text, first, last):
    demand = understand(text)
    assert (demand.min_year, demand.max_year) == (first, last)
    assert "flights" in demand.topic
    if first or last:
        assert "20" not in demand.topic


def test_a_unit_that_names_the_subject_stays_in_the_topic():
    assert "patients" in understand("at least 300 patients with diabetes").topic


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("wine data, commercial use allowed", "commercial"),
        ("wine data with a permissive license", "commercial"),
        ("wine data under an open licence", "open"),
        ("wine data, public domain", "open"),
        ("wine data, must be freely licensed", "open"),
        ("openly licensed wine data", "open"),
        ("wine data with a clearly stated license", "stated"),
        ("wine data, for non-commercial research", "any"),
        ("who passed the driving license test", "any"),
    ],
)
def test_license(text, need):
    assert understand(text).license == need


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("predict whether a loan defaults", "classification"),
        ("classify flowers by species", "classification"),
        ("predict house prices from area", "regression"),
        ("how much do people earn", "regression"),
        ("forecast monthly sales", "forecasting"),
        ("survival analysis of cancer patients", "survival"),
        ("cluster customers", "clustering"),
        ("the height of trees", None),
    ],
)
def test_task(text, task):
    assert understand(text).task == task


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("reviews with stars in German", ["de"]),
        ("French tweets", ["fr"]),
        ("German credit applicants", []),
        ("unemployment in Germany", []),
    ],
)
def test_languages(text, codes):
    assert understand(text).languages == codes


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I need a dataset about penguins", "penguins"),
        ("We want to build a system that detects spam", "detects spam"),
        ("Hello, could you find me data on coffee prices, please", "coffee prices"),
        ("penguins", "penguins"),
        ("I need data", "I need data"),
    ],
)
def test_the_topic_is_what_is_asked(text, topic):
    assert understand(text).topic == topic


def test_the_form_asked_for():
    assert understand("coffee prices as CSV file").output_form == "csv"


@pytest.mark.parametrize("text", ["", "  \n ", "?!", "."])
def test_an_empty_demand_says_what_to_do(text):
    with pytest.raises(ToolError, match="say what"):
        understand(text)


@given(st.text(min_size=0, max_size=200))
def test_any_text_gives_a_demand_or_says_that_it_is_empty(text):
    try:
        demand = understand(text)
    except ToolError:
        return
    assert isinstance(demand, Demand)
    assert demand.text == text
    assert demand.topic.strip()


@given(st.integers(1, 10**9), st.sampled_from(["rows", "records", "observations"]))
def test_any_number_of_rows_is_read(count, unit):
    demand = understand(f"coffee prices, at least {count:,} {unit}")
    assert (demand.min_rows, demand.max_rows) == (count, None)
    assert demand.topic == "coffee prices"
