"""Records that a person adds, in every form; hand-made documents in the documented shapes."""

import json

import pytest
from dataquarry import ToolError
from dataquarry.retrieval.additions import read_additions

OWN = {"id": "own:rye", "source": "own", "native": "rye", "title": "Rye bread sales"}
PACKAGE = {
    "name": "trees",
    "title": "Street trees",
    "notes": "Every tree of the town.",
    "license_id": "cc-by",
    "license_title": "Creative Commons Attribution 4.0",
    "metadata_created": "2021-03-04T00:00:00",
    "resources": [{"url": "https://data.example.org/trees.csv", "format": "CSV", "name": "trees"}],
}
DATASET = {
    "@context": "https://schema.org/",
    "@type": "Dataset",
    "name": "Harbour tides",
    "description": "Hourly water levels.",
    "url": "https://example.org/tides",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "distribution": [
        {
            "@type": "DataDownload",
            "contentUrl": "https://example.org/tides.csv",
            "encodingFormat": "text/csv",
        }
    ],
}


def read(tmp_path, text, settings, name="given.json"):
    path = tmp_path / name
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    return read_additions(str(path), settings)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda p: p,
        lambda p: [p],
        lambda p: {"result": p},
        lambda p: {"success": True, "result": {"results": [p]}},
    ],
)
def test_ckan_packages_are_read_in_any_answer(tmp_path, settings, wrap):
    (record,) = read(tmp_path, wrap(PACKAGE), settings)
    assert record.id == "ckan:data.example.org/trees"
    assert record.title == "Street trees"
    assert record.license.spdx == "CC-BY-4.0"
    assert record.distribution[0].form == "csv"
    assert record.loadable


@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: [d], lambda d: {"@graph": [d]},
                                  lambda d: {"@type": "DataCatalog", "dataset": [d]}])  # fmt: skip
def test_schema_org_datasets_are_read_alone_and_in_a_catalog(tmp_path, settings, wrap):
    (record,) = read(tmp_path, wrap(DATASET), settings)
    assert record.title == "Harbour tides"
    assert record.license.spdx == "CC-BY-4.0"
    assert record.loadable


def test_a_file_may_hold_one_item_a_line_of_different_kinds(tmp_path, settings):
    lines = "\n".join(map(json.dumps, [OWN, PACKAGE, DATASET]))
    records = read(tmp_path, lines, settings, "given.jsonl")
    assert [record.source for record in records] == ["own", "ckan", "croissant"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([OWN, {**OWN, "size": 3}], r"line 2: size"),
        ([OWN, {"colour": "red"}], r"line 2: neither a record.*colour"),
        ([OWN, OWN], r"own:rye is there twice"),
        ([OWN, [1]], r"line 2, item 1: neither"),
        ([{**DATASET, "name": ""}], r"no Croissant or schema.org"),
        ([{**PACKAGE, "name": "", "id": ""}], r"without a name"),
    ],
)
def test_the_line_at_fault_is_named(tmp_path, settings, lines, words):
    with pytest.raises(ToolError, match=words):
        read(tmp_path, "\n".join(map(json.dumps, lines)), settings, "given.jsonl")


def test_what_is_no_json_or_holds_nothing_is_a_clear_error(tmp_path, settings):
    with pytest.raises(ToolError, match="line 2: no JSON"):
        read(tmp_path, json.dumps(OWN) + "\n{half", settings, "given.jsonl")
    with pytest.raises(ToolError, match="holds no datasets"):
        read(tmp_path, [], settings)
    with pytest.raises(ToolError, match="cannot be read"):
        read_additions(str(tmp_path / "none.json"), settings)


def test_several_documents_of_one_file_have_ids_of_their_own(tmp_path, settings):
    other = {**DATASET, "name": "Tides of the other harbour", "url": None}
    records = read(tmp_path, [DATASET, other], settings)
    assert records[0].id == "croissant:https://example.org/tides"
    assert records[1].id.endswith("given.json#2")
