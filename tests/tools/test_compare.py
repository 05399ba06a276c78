"""Comparing datasets, more like one, files of a folder as records, and issues seen before."""

import numpy as np
import pandas as pd
import pytest
from dataquarry import Demand, Settings, ToolError, compare, similar
from dataquarry.retrieval.index import DatasetIndex, write_index
from dataquarry.retrieval.known_issues import known_issues, remember_issues
from dataquarry.retrieval.search import search_datasets
from dataquarry.tools.base import Work
from dataquarry.tools.folder_records import folder_records
from dataquarry.tools.load import load, record_frame
from dataquarry.tools.row_pairs import near_rows, same_rows, shared_columns


def silent(message: str, share: float | None = None) -> None: ...


@pytest.fixture(scope="module")
def added(tmp_path_factory) -> Settings:
    """A workspace with an index of a folder of files: cafes twice, and cars."""
    root = tmp_path_factory.mktemp("compare")
    files = root / "files"
    (files / "cafes").mkdir(parents=True)
    (files / "cars").mkdir()
    rng = np.random.default_rng(0)
    streets = ["Mill Lane", "High Street", "Dock Road", "Park View"]
    cafes = pd.DataFrame(
        {
            "name": [f"Cafe {n}" for n in range(60)],
            "street": rng.choice(streets, 60),
            "price of coffee": rng.uniform(2, 4, 60).round(2),
            "seats": rng.integers(5, 60, 60),
        }
    )
    more = pd.concat([cafes.iloc[:20], cafes.iloc[20:30].assign(seats=99)])
    cars = pd.DataFrame({"model": ["A", "B"] * 20, "horsepower": rng.integers(50, 200, 40)})
    cafes.to_csv(files / "cafes" / "town_cafes.csv", index=False)
    more.rename(columns={"price of coffee": "Price_of_Coffee"}).to_csv(
        files / "cafes" / "more_cafes.csv", index=False
    )
    cars.to_csv(files / "cars" / "fast_cars.csv", index=False)
    (files / "cafes" / "README.md").write_text("Cafes of a town with the price of a coffee.")
    (files / "cafes" / "LICENSE").write_text("CC BY 4.0\n")
    settings = Settings(home=root / "home")
    write_index(settings, folder_records(files, silent))
    return settings


def ids(settings: Settings) -> dict[str, str]:
    return {r.aliases[0]: r.id for r in DatasetIndex.open(settings).records()}


def test_files_of_a_folder_are_described_and_load(added):
    record = DatasetIndex.open(added).record(ids(added)["town_cafes.csv"])
    assert record.title == "town cafes"
    assert record.description == "Cafes of a town with the price of a coffee."
    assert record.license.spdx == "CC-BY-4.0"
    assert (record.size.rows, record.size.columns) == (60, 4)
    meanings = {column.name: column.description for column in record.columns}
    assert meanings["street"] == "one of Dock Road, High Street, Mill Lane, Park View"
    assert meanings["name"].startswith("such as Cafe 0, Cafe 1")
    frame = record_frame(Work(added, Demand(text="")), record)
    assert frame.shape == (60, 4)
    hit = search_datasets("prices of coffee in cafes", added).hits[0]
    assert hit.record.source == "folder"


def test_a_file_of_a_folder_becomes_the_table_of_a_run(added):
    work = Work(added, Demand(text="coffee"))
    proposal = load.propose(work, {"dataset": ids(added)["fast_cars.csv"]})
    assert proposal.groups[0].facts["rows"] == 40


def test_a_folder_without_data_files_is_a_clear_error(tmp_path):
    with pytest.raises(ToolError, match="no data files"):
        folder_records(tmp_path, silent)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(ToolError, match=r"bad\.parquet"):
        folder_records(tmp_path, silent)


def test_compare_finds_what_two_datasets_share(added):
    names = ids(added)
    found = compare(*(names[n] for n in ("town_cafes.csv", "more_cafes.csv", "fast_cars.csv")),
                    settings=added)  # fmt: skip
    cafes, away, _ = found.pairs
    assert cafes.shared_columns == ["name", "street", "price of coffee", "seats"]
    assert cafes.same_rows == 20
    assert cafes.near_rows == 10
    assert cafes.examples[0][0].startswith("name: Cafe 2")
    assert cafes.second_in_first > 0.6  # two thirds are equal; 99 seats are unlike any
    assert away.first_in_second == away.second_in_first == 0
    assert away.shared_columns == []
    assert away.same_rows == away.near_rows == 0
    assert [side.rows for side in found.datasets] == [60, 30, 40]
    assert "rows of the first within the second" in cafes.facts()


def test_one_dataset_alone_is_not_compared(added):
    name = ids(added)["fast_cars.csv"]
    with pytest.raises(ToolError, match="some of these are the same"):
        compare(name, name, settings=added)
    with pytest.raises(ToolError, match="no dataset 'own:none'"):
        compare(name, "own:none", settings=added)


def test_more_like_one_and_under_another_license(added):
    names = ids(added)
    first = similar(names["town_cafes.csv"], settings=added)[0]
    assert first.record.id == names["more_cafes.csv"]
    assert {"dense", "columns"} <= {reason.part for reason in first.reasons}
    assert all(
        hit.record.license.spdx == "CC-BY-4.0"
        for hit in similar(names["fast_cars.csv"], 5, "open", settings=added)
    )


def test_what_was_wrong_with_a_dataset_is_told_with_its_hit(added):
    name = ids(added)["town_cafes.csv"]
    remember_issues(added, name, ["3 rows repeat an earlier row in every column"])
    assert known_issues(added, [name, "own:none"]) == {
        name: ["3 rows repeat an earlier row in every column"]
    }
    hits = search_datasets("prices of coffee in cafes", added).hits
    flags = next(hit.flags for hit in hits if hit.record.id == name)
    assert "seen when profiled: 3 rows repeat an earlier row in every column" in flags
    remember_issues(added, name, [])
    assert known_issues(added, [name]) == {}


def test_columns_are_shared_without_case_and_punctuation():
    assert shared_columns(["A b", "c", "c."], ["a_B", "d", "C"]) == [("A b", "a_B"), ("c", "C")]


def test_one_shared_column_makes_no_equal_rows():
    frame = pd.DataFrame({"a": [1, 2]})
    assert not same_rows(frame, frame, [("a", "a")]).any()


def test_texts_that_differ_in_a_word_are_nearly_equal():
    said = "the quick brown fox jumps over the lazy dog near the old river bank today"
    one = pd.DataFrame({"text": [said, "something else that is long enough to be split in words"]})
    two = pd.DataFrame({"text": [said.replace("lazy", "sleepy")]})
    assert near_rows(one, two, [("text", "text")], np.zeros(2, dtype=bool)) == [(0, 0)]
