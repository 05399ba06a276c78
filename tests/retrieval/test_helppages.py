"""Column dictionaries in each layout of R help pages."""

import pytest
from dataquarry.retrieval.sources.helppages import read_help_page
from dataquarry.retrieval.sources.restructured import definitions, read_restructured

_LAYOUTS = {
    "terms": "`age`\n\n    \n\nin years\n\n`sex`\n\n    \n\nfemale or male\n",
    "table": "`[,1]` | `age` | numeric | in years\n---|---|---\n`[,2]` | `sex` | factor | f or m\n",
    "plain table": "age | in years\n---|---\nsex | female or male\n",
    "list": "  * `age`: in years\n\n  * `sex`: female or male\n",
    "dashes": "age - in years\n\nsex - female or male\n",
}


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_columns_are_found_in_the_layout(layout):
    page = (
        f"x| R Documentation\n\n## A Title\n\n### Format\n\n{_LAYOUTS[layout]}\n### Source\n\nX.\n"
    )
    found = read_help_page(page)
    assert found.title == "A Title"
    assert found.source == "X."
    assert "years" in found.definitions["age"]
    assert "sex" in found.definitions


def test_what_is_not_there_is_empty():
    page = read_help_page("")
    assert (page.title, page.description, page.definitions) == ("", "", {})


def test_examples_define_no_columns():
    page = "## T\n\n### Examples\n\n    age = 3\n"
    assert "age" not in read_help_page(page).definitions


def test_restructured_pages_give_title_and_terms():
    page = read_restructured(".. _x:\n\nA title\n-------\n\nSome *words*.\n")
    assert page.title == "A title"
    assert page.description == "Some words ."
    assert definitions("    popul - people in thousands\n    age : in years\n") == {
        "popul": "people in thousands",
        "age": "in years",
    }
