"""croissant.json is valid, reads back as the table, and tells where it comes from."""

import hashlib
import json
from pathlib import Path

import mlcroissant
import numpy as np
import pandas as pd
import pytest
from dataquarry.retrieval.records import License
from dataquarry.tools.export.croissant import read_back
from dataquarry.tools.operations.synthetic import AppendSyntheticRows
from dataquarry.tools.operations.written import AppendWrittenRows


def exported(steps, work):
    """Export and return the folder and the metadata."""
    folder = Path(steps.do_export(work).data["folder"])
    return folder, json.loads((folder / "croissant.json").read_text())


def test_it_is_valid_and_its_records_are_the_rows(work, steps):
    folder, _ = exported(steps, work)
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not dataset.metadata.issues.errors
    records = list(dataset.records("records"))
    frame = pd.read_parquet(folder / "data.parquet")
    assert len(records) == len(frame)
    assert [r["records/age"] for r in records] == frame["age"].tolist()
    assert [r["records/survived"].decode() for r in records] == frame["survived"].tolist()
    assert read_back(folder / "croissant.json", frame) == len(frame)


def test_a_record_that_differs_is_found(work, steps):
    folder, _ = exported(steps, work)
    frame = pd.read_parquet(folder / "data.parquet")
    frame.loc[7, "survived"] = "perhaps"
    with pytest.raises(ValueError, match="Row 7 of 'survived' reads back as"):
        read_back(folder / "croissant.json", frame)


def test_it_conforms_to_croissant_and_rai_and_hashes_the_file(work, steps):
    folder, content = exported(steps, work)
    assert content["conformsTo"] == [
        "http://mlcommons.org/croissant/1.1",
        "http://mlcommons.org/croissant/RAI/1.0",
    ]
    data = (folder / "data.parquet").read_bytes()
    assert content["distribution"][0]["sha256"] == hashlib.sha256(data).hexdigest()


def test_fields_carry_the_columns_descriptions(work, steps):
    _, content = exported(steps, work)
    described = {f["name"]: f["description"] for f in content["recordSet"][0]["field"]}
    assert described["age"] == "Age in years"
    assert described["日付"] == "unknown"


def test_provenance_names_source_and_every_step(work, steps):
    _, content = exported(steps, work)
    assert content["prov:wasDerivedFrom"]["name"] == "demo:ships"
    source = work.store.lineage(work.table)[0]
    assert content["prov:wasDerivedFrom"]["sha256"] == source.data
    assert [a["name"] for a in content["prov:wasGeneratedBy"]] == [
        "Drop rows that repeat an earlier row in every column.",
        "Drop rows where 'age' is missing.",
    ]
    assert "prov:wasAttributedTo" not in content


def test_rai_fields_are_measured_or_unknown(work, steps):
    _, content = exported(steps, work)
    assert content["rai:dataBiases"] == "unknown"
    assert content["rai:dataUseCases"] == "Predict survival from age"
    assert "0 in the exported" not in content["rai:dataCollectionMissingData"]
    assert content["rai:dataManipulationProtocol"].startswith("Drop rows that repeat")
    assert "rai:dataDataManipulationProtocol" not in content


@pytest.mark.parametrize(
    ("license_", "written"),
    [
        (License(), None),
        (License(spdx="MIT", basis="unknown"), None),
        (License(spdx="MIT", basis="stated"), "https://spdx.org/licenses/MIT.html"),
        (License(raw="Ask us first", basis="stated"), "Ask us first"),
    ],
)
def test_a_license_is_written_only_where_one_is_stated(tmp_path, steps, license_, written):
    work = steps.make_work(tmp_path, record=steps.make_record(license=license_))
    _, content = exported(steps, work)
    assert content.get("license") == written


def test_a_file_without_a_record_is_described_by_its_name(tmp_path, steps):
    _, content = exported(steps, steps.make_work(tmp_path))
    assert content["name"] == "f.csv"
    assert "url" not in content


def test_odd_tables_read_back(tmp_path, steps):
    frame = pd.DataFrame(
        {
            "@id": ["a", None, "c"],
            "level_0": [1, 2, 3],
            "": [1.5, np.inf, np.nan],
            "day": [pd.Timestamp("2020-01-01").date(), None, None],
            "time": pd.to_timedelta([1, 2, None], unit="h"),
            "zone": pd.to_datetime(["2020-01-01", None, "2021-01-01"], utc=True),
            "tags": [["a", "b"], [], None],
            "kind": pd.Categorical(["x", None, "y"]),
            "big": pd.array([2**63, 1, 2], dtype="uint64"),
            "records/x": [True, False, True],
        }
    )
    work = steps.make_work(tmp_path, frame=frame)
    folder, content = exported(steps, work)
    assert read_back(folder / "croissant.json", pd.read_parquet(folder / "data.parquet")) == 3
    [records] = content["recordSet"]
    described = [field["name"] for field in records["field"]]
    assert described == [name for name in frame.columns if name not in ("", "time")]
    assert records["description"].endswith("Not described here: '', 'time'.")


def test_synthetic_rows_are_attributed_to_their_generator(tmp_path, steps):
    work = steps.make_work(tmp_path)
    steps.change_table(work, AppendSyntheticRows(count=30))
    _, content = exported(steps, work)
    assert content["prov:wasAttributedTo"]["description"].startswith("30 synthetic rows")
    assert "30 of 154 rows are synthetic" in content["rai:dataLimitations"]


def test_rows_that_a_model_wrote_name_it_in_croissant_card_and_table(tmp_path, steps):
    work = steps.make_work(tmp_path)
    origin = {"model": "teacher-7b", "prompt": "0123456789abcdef", "parents": ["ships#4"]}
    written = AppendWrittenRows(
        written=[{"survived": "yes"}, {"survived": "no"}],
        provenance=[origin, {**origin, "parents": []}],
        way="with real rows as examples",
        model="teacher-7b",
    )
    steps.change_table(work, written)
    folder, content = exported(steps, work)
    generator, writer = content["prov:wasAttributedTo"]
    assert generator["description"].startswith(
        "2 synthetic rows, true in the column 'is_synthetic'"
    )
    assert writer["name"] == "teacher-7b"
    frame = pd.read_parquet(folder / "data.parquet")
    assert frame["is_synthetic"].sum() == 2
    assert json.loads(frame.loc[frame["is_synthetic"], "synthetic_provenance"].iloc[0]) == origin
    card = (folder / "README.md").read_text("utf-8")
    assert "of which 2 are synthetic" in card
    assert "Written by teacher-7b" in card
