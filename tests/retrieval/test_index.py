"""Building, opening and asking an index."""

import numpy as np
import pytest
from dataquarry import Demand, Settings, ToolError
from dataquarry.retrieval.deprecations import find_deprecation
from dataquarry.retrieval.index import DatasetIndex, _best, write_index
from dataquarry.retrieval.ranking import Weights
from dataquarry.retrieval.records import Column, License, Record, Size
from hypothesis import given
from hypothesis import strategies as st

_SHIPWRECK = (
    "Predict whether a passenger survived a shipwreck from class, sex and age; "
    "a table with at least 500 rows"
)


def make(native: str, title: str, rows: int, **fields: object) -> Record:
    return Record.model_validate(
        {
            "id": f"own:{native}",
            "source": "own",
            "native": native,
            "title": title,
            "modalities": ["tabular"],
            "loadable": True,
            "size": Size(rows=rows, columns=2),
            **fields,
        }
    )


@pytest.fixture
def small(settings) -> DatasetIndex:
    write_index(
        settings,
        [
            make("coffee", "Coffee prices by month", 300, columns=[Column(name="price")]),
            make("tea", "Tea harvests in Assam", 90, license=License(raw="CC0", basis="stated")),
            make("bees", "Weights of honey bees", 2000),
        ],
    )
    return DatasetIndex.open(settings)


@pytest.fixture(scope="module")
def whole(built_index) -> DatasetIndex:
    return DatasetIndex.open(Settings(home=built_index))


def test_without_an_index_the_error_says_how_to_build_one(settings):
    with pytest.raises(ToolError, match="dataquarry index build"):
        DatasetIndex.open(settings)


def test_an_index_of_another_encoder_is_refused(small, settings):
    with pytest.raises(ToolError, match="dataquarry index build"):
        DatasetIndex.open(Settings(home=settings.home, encoder="other/model"))


def test_an_index_of_another_version_is_refused(small, settings):
    info = next(settings.index_dir.glob("*/info.json"))
    info.write_text(small.info().model_copy(update={"format": 0}).model_dump_json())
    with pytest.raises(ToolError, match="dataquarry index build"):
        DatasetIndex.open(settings)


def test_the_best_hit_explains_its_score(small):
    hit = small.search("monthly coffee prices").hits[0]
    assert hit.record.id == "own:coffee"
    assert hit.score == pytest.approx(sum(reason.value for reason in hit.reasons))
    words = {reason.part: reason.words for reason in hit.reasons}
    assert "monthly" not in words["lexical"]
    assert "coffee, prices" in words["lexical"]
    assert "license not stated" in hit.flags


@given(st.lists(st.integers(0, 40) | st.just(-np.inf), max_size=700), st.integers(1, 9))
def test_the_best_are_those_that_sorting_puts_first(scores, count):
    given_ = np.array(scores, dtype=np.float32)
    order = [place for place in np.argsort(-given_, kind="stable") if given_[place] > -np.inf]
    assert _best(given_, count) == order[:count]


def test_what_cannot_be_loaded_has_to_be_closer_to_be_a_hit(settings):
    def found(text: str) -> list[str]:
        return [hit.record.native for hit in DatasetIndex.open(settings).search(text).hits]

    away = {"id": "own:1", "source": "own", "native": "away", "title": "Coffee prices by month"}
    write_index(settings, [Record.model_validate(away)])
    assert found("monthly coffee prices") == ["away"]
    assert found("prices in the supermarket") == []
    write_index(settings, [Record.model_validate(away | {"loadable": True})])
    assert found("prices in the supermarket") == ["away"]


def test_the_year_is_a_constraint_where_it_is_known(settings):
    old, new, none = (
        make(name, f"Coffee prices, {name}", 300, date=date)
        for name, date in (("old", "1990"), ("new", "2018-02-01"), ("undated", None))
    )
    write_index(settings, [old, new, none])
    found = DatasetIndex.open(settings).search("coffee prices since 2010")
    assert [hit.record.native for hit in found.hits] == ["new", "undated"]
    assert "it is from 2018" in [reason.words for reason in found.hits[0].reasons]
    assert "year not stated" in found.hits[1].flags
    assert found.near_misses[0].unmet == ["from 1990, 2010 or later asked for"]


def test_a_hit_that_breaks_a_constraint_is_a_near_miss_that_says_which(small):
    found = small.search("tea harvests, at least 100 rows")
    assert not found.hits
    assert found.near_misses[0].unmet == ["90 rows, at least 100 asked for"]
    assert "90 rows" in found.note


def test_a_license_that_is_not_stated_serves_no_need_for_one(small):
    found = small.search(Demand(text="coffee prices", license="stated"))
    assert found.near_misses[0].unmet == ["license not stated"]
    assert small.search(Demand(text="tea harvests", license="open")).hits[0].record.native == "tea"


def test_when_nothing_serves_there_are_no_hits_and_a_note(small):
    found = small.search("chest x-ray photographs of lungs")
    assert not found.hits
    assert "Nothing" in found.note


def test_the_same_records_give_the_same_hash_in_another_workspace(small, tmp_path):
    records = list(small.records())
    again = write_index(Settings(home=tmp_path / "other"), records)
    assert again.hash == small.info().hash
    for name in ("records.jsonl", "vectors.npy", "facets.npz", "signals.npz", "places.json"):
        one, two = (
            next(Settings(home=home).index_dir.glob(f"*/{name}")).read_bytes()
            for home in (small._settings.home, tmp_path / "other")
        )
        assert one == two, name
    assert write_index(Settings(home=tmp_path / "other"), records[:2]).hash != again.hash


def test_added_records_are_found_and_replace_those_of_the_same_id(small, settings):
    small.add([make("rye", "Rye bread sales", 10), make("tea", "Tea of Darjeeling", 70)])
    opened = DatasetIndex.open(settings)
    for index in (small, opened):
        assert index.info().records == 4
        assert index.search("bread sales").hits[0].record.id == "own:rye"
        assert index.record("own:tea").title == "Tea of Darjeeling"


def test_only_the_index_in_use_stays_on_disk(small, settings):
    small.add([make("rye", "Rye bread sales", 10)])
    assert len([path for path in settings.index_dir.iterdir() if path.is_dir()]) == 1


def test_an_open_index_still_answers_while_another_is_written(small, settings):
    write_index(settings, [make("rye", "Rye bread sales", 10)])
    assert small.search("coffee prices").hits[0].record.id == "own:coffee"
    assert DatasetIndex.open(settings).info().records == 1


def test_an_unknown_id_is_a_clear_error(small):
    with pytest.raises(ToolError, match="search"):
        small.record("own:none")


def test_the_shipwreck_demand_finds_a_table_of_single_passengers(whole):
    best = whole.search(_SHIPWRECK).hits[0]
    assert "titanic" in best.record.title.lower()
    assert best.record.size.rows >= 500
    assert {"columns", "dense", "lexical"} <= {reason.part for reason in best.reasons}


def test_constraints_hold_for_every_hit(whole):
    for hit in whole.search("prices of cars, at most 200 rows, license stated", k=50).hits:
        assert hit.record.size.rows <= 200
        assert hit.record.license.basis == "stated"
        assert not hit.unmet


def test_a_deprecated_dataset_is_flagged(settings):
    homes = make("MASS/Boston", "Housing Values in Suburbs of Boston", 506)
    homes.deprecation = find_deprecation(homes)
    write_index(settings, [homes, make("ames", "Housing values in Ames", 2930)])
    flags = {
        hit.record.id: hit.flags
        for hit in DatasetIndex.open(settings).search("Boston housing values").hits
    }
    assert flags["own:MASS/Boston"][0].startswith("deprecated: ")
    assert flags["own:ames"] == ["license not stated"]


def test_the_id_of_a_merged_copy_gives_the_record_it_went_into(whole):
    merged = next(record for record in whole.records() if record.same_as)
    assert whole.record(merged.same_as[0]) is merged


def test_a_description_with_any_line_separator_is_read_back(settings):
    write_index(settings, [make("odd", "Tea\u2028leaves", 10, description="one\x85two\u2029three")])
    assert DatasetIndex.open(settings).record("own:odd").description == "one\x85two\u2029three"


def test_words_tell_less_the_fewer_a_demand_has():
    weights = Weights()
    few, many = weights.heard(["tea"] * 2), weights.heard(["tea"] * 8)
    assert few.lexical == pytest.approx(weights.lexical / 4)
    assert few.name == pytest.approx(weights.name / 4)
    assert few.dense == weights.dense
    assert many == weights.heard(["tea"] * 20) == weights


def test_a_demand_is_found_by_its_subject_whatever_the_manner_of_speech(small):
    plain = small.rank(Demand(text="honey bees"))[0]
    said = small.rank(Demand(text="We propose a novel framework for honey bees"))[0]
    assert plain.record.id == said.record.id == "own:bees"
    words = {reason.part: reason.words for reason in said.reasons}
    assert "honey, bees" in words["lexical"]
