"""One dataset in several places becomes one record."""

from dataquarry.retrieval.live.make import record
from dataquarry.retrieval.live.merge import merge
from dataquarry.retrieval.records import DataFile, License, Record, Size


def made(source: str, native: str, title: str, **more) -> Record:
    return record(source=source, native=native, title=title, **more)


def test_a_shared_doi_makes_one_record_and_keeps_the_names():
    one = made("uci", "7", "Harbor Air", same_as=["https://doi.org/10.24432/c5h"], loadable=True)
    two = made("datacite", "10.24432/C5H", "Harbor air quality", url="https://doi.org/10.24432/C5H")
    (both,) = merge([], [one, two]).live
    assert both.id == "uci:7"
    assert both.aliases == ["Harbor air quality"]
    assert "datacite:10.24432/C5H" in both.same_as


def test_a_shared_page_makes_one_record_but_a_shared_site_does_not():
    page = "https://data.example.org/sets/harbor"
    same = [
        made("a", "1", "A", url=page + "/"),
        made("b", "2", "B", url=page.replace("data.", "www.data.")),
    ]
    assert len(merge([], same).live) == 1
    site = [
        made("a", "1", "A", url="https://x.org/ml"),
        made("b", "2", "B", url="https://x.org/ml"),
    ]
    assert len(merge([], site).live) == 2


def test_the_same_name_with_as_many_rows_is_the_same_dataset():
    size = Size(rows=5500)
    names = [made("a", "1", "Harbor-Air", size=size), made("b", "2", "harbor air", size=size)]
    assert len(merge([], names).live) == 1
    other = [names[0], made("b", "2", "harbor air", size=Size(rows=5501))]
    assert len(merge([], other).live) == 2
    unknown = [names[0], made("b", "2", "harbor air")]
    assert len(merge([], unknown).live) == 2


def test_a_page_of_two_tables_stays_two_records():
    page = "https://doi.org/10.24432/c5wine"
    red = made("a", "1", "Red", url=page, size=Size(rows=1599))
    white = made("b", "2", "White", url=page, size=Size(rows=4898))
    assert len(merge([], [red, white]).live) == 2


def test_a_record_of_the_index_that_loads_stays_and_learns():
    mine = Record(
        id="pkg:air", source="pkg", native="air", title="Air", loadable=True, size=Size(rows=9)
    )
    stated = License(spdx="CC-BY-4.0", basis="stated")
    theirs = made("uci", "7", "AIR", size=Size(rows=9), license=stated, popularity=2.0)
    merged = merge([mine], [theirs])
    assert not merged.live
    assert not merged.replaced
    assert merged.indexed["pkg:air"].license == stated
    assert "uci:7" in merged.indexed["pkg:air"].same_as
    assert mine.license.basis == "unknown", "the record of the index itself stays as it is"


def test_a_record_of_the_index_that_does_not_load_gives_way():
    page = "https://huggingface.co/datasets/lab/air"
    mine = Record(id="mteb:air", source="mteb", native="air", title="AirRetrieval", url=page)
    file = DataFile(url="https://x.org/a.csv", name="a.csv", form="csv")
    theirs = made("huggingface", "lab/air", "air", url=page, loadable=True, distribution=[file])
    merged = merge([mine], [theirs])
    assert merged.replaced == {"mteb:air"}
    (one,) = merged.live
    assert one.id == "huggingface:lab/air"
    assert one.aliases == ["AirRetrieval"]
    assert "mteb:air" in one.same_as


def test_licenses_that_differ_are_told():
    doi = ["https://doi.org/10.24432/c5h"]
    one = made("uci", "7", "A", same_as=doi, license=License(spdx="CC-BY-4.0", basis="stated"))
    two = made(
        "zenodo", "8", "B", same_as=doi, license=License(spdx="CC-BY-NC-4.0", basis="stated")
    )
    (both,) = merge([], [one, two]).live
    assert both.provenance["licenses"] == "uci: CC-BY-4.0; zenodo: CC-BY-NC-4.0"
