"""Deduplication, flags, reading and writing of records."""

import os
import subprocess
import sys

import pandas as pd
import pytest
from dataquarry import ToolError
from dataquarry.retrieval.catalog import digest, finish, read_records, write_records
from dataquarry.retrieval.deprecations import find_deprecation
from dataquarry.retrieval.records import License, Record
from dataquarry.retrieval.sources.package import fingerprint


def make(native: str, **fields: object) -> Record:
    return Record.model_validate(
        {"id": f"s:{native}", "source": "s", "native": native, "title": native, **fields}
    )


def test_copies_of_a_table_become_one_record_with_aliases():
    same = {"provenance": {"fingerprint": "f"}}
    best = make("a/one", description="long words", loadable=True, **same)
    copy = make("b/two", aliases=["deux"], license=License(raw="CC0", basis="stated"), **same)
    other = make("c/three", provenance={"fingerprint": "g"})
    merged = finish([copy, best, other])
    assert [record.id for record in merged] == ["s:a/one", "s:c/three"]
    assert merged[0].same_as == ["s:b/two"]
    assert merged[0].aliases == ["deux", "b/two"]
    assert merged[0].license.raw == "CC0"


def test_records_without_a_fingerprint_are_never_merged():
    assert len(finish([make("a"), make("b")])) == 2


_DIGEST = """
from dataquarry.retrieval.catalog import catalog, digest
from dataquarry.retrieval.sources import SOURCES
names = {"vega", "sklearn", "river", "lifelines", "unitxt", "irdatasets"}
print(digest(catalog(sources=[s for s in SOURCES if s.name in names])))
"""


@pytest.mark.slow
def test_another_process_makes_the_same_catalog():
    made = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_popularity_counts_the_packages_that_carry_a_name():
    records = finish(
        [
            make("p/Cars", provenance={"package": "p"}),
            make("q/cars", provenance={"package": "q"}),
            make("q/bikes", provenance={"package": "q"}),
        ]
    )
    assert [record.popularity for record in records] == [2, 2, 1]


def test_a_fingerprint_ignores_order_and_types_but_not_values():
    frame = pd.DataFrame({"a b": [1, 2], "c": ["x", "y"]})
    same = pd.DataFrame({"c": pd.Categorical(["x", "y"]), "A.B": [1.0, 2.0]})
    other = frame.assign(c=["x", "z"])
    assert fingerprint(frame) == fingerprint(same) != fingerprint(other)


@pytest.mark.parametrize(
    ("native", "title", "status"),
    [
        ("MASS/Boston", "Housing Values", "deprecated"),
        ("x", "LAION-400M", "withdrawn"),
        ("x", "CORD-19", "warning"),
        ("x", "Election tweet ids", "warning"),
        ("x", "german credit numeric", "warning"),
        ("x", "Re-LAION-5B", None),
        ("x", "RedPajama-Data-V2", None),
        ("Ecdat/Bostonian", "Living in Boston", None),
        ("x", "Brainwashing in cults", None),
    ],
)
def test_deprecation_needs_the_whole_name(native, title, status):
    found = find_deprecation(make(native, title=title))
    assert (found and found.status) == status
    assert found is None or (found.reason and found.source)


def test_records_are_read_back_as_written(tmp_path):
    records = [make("a", description="ü\n2"), make("b")]
    write_records(tmp_path / "r.jsonl", records)
    assert read_records(tmp_path / "r.jsonl") == records
    assert digest(records) == digest(read_records(tmp_path / "r.jsonl"))


def test_a_bad_line_is_named(tmp_path):
    (tmp_path / "r.jsonl").write_text('{"id": "a:b"}\n')
    with pytest.raises(ToolError, match="line 1: source"):
        read_records(tmp_path / "r.jsonl")


def test_a_missing_file_is_a_clear_error(tmp_path):
    with pytest.raises(ToolError, match="cannot be read"):
        read_records(tmp_path / "none.jsonl")
