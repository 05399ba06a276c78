"""Filters over candidates, and datasets like one."""

import pytest
from dataquarry import Settings
from dataquarry.retrieval.index import write_index
from dataquarry.retrieval.records import Hit, License, Record, Size
from dataquarry.ui.candidates import Wanted, kept, left_out, like_view


def hit(name: str, **fields: object) -> Hit:
    made = {"id": f"s:{name}", "source": "s", "native": name, "title": name, **fields}
    return Hit(record=Record.model_validate(made), score=1.0)


SMALL = hit("small", size=Size(rows=20), modalities=["tabular"], tasks=["regression"])
LARGE = hit("large", size=Size(rows=2000), license=License(spdx="MIT", raw="MIT", basis="stated"))
IMAGES = hit("images", modalities=["image"])


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["small", "large", "images"]),
        (Wanted(rows=100), ["large", "images"]),
        (Wanted(license="open"), ["large"]),
        (Wanted(modality="image"), ["large", "images"]),
        (Wanted(task="classification"), ["large", "images"]),
        (Wanted(rows=100, modality="tabular"), ["large"]),
    ],
)
def test_a_filter_hides_what_is_known_not_to_fit(wanted, names):
    assert [each.record.title for each in kept([SMALL, LARGE, IMAGES], wanted)] == names


def test_hidden_candidates_are_counted():
    assert left_out(3, 3) == ""
    assert "hide 2 of 3" in left_out(1, 3)


def test_like_one_is_asked_of_the_index(settings: Settings):
    assert like_view("", settings) == ""
    assert "no index yet" in like_view("any s:small", settings)
    titles = {"a": "Coffee prices by month", "b": "Prices of coffee by month and town", "c": "Bees"}
    write_index(
        settings,
        [Record(id=f"s:{n}", source="s", native=n, title=t) for n, t in titles.items()],
    )
    shown = like_view("any s:a", settings)
    assert "Prices of coffee by month and town" in shown
    assert "Bees" not in shown
    assert "No dataset is near it" in like_view("open s:a", settings)
    assert "with an open license" in like_view("open s:a", settings)
