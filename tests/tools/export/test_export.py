"""The folder is complete, whole or not there, and never replaces what is not its own."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from dataquarry.errors import NotApplicable, ToolError
from dataquarry.retrieval.records import License
from dataquarry.tools.base import Effect, Work
from dataquarry.tools.export.folder import NAMES
from dataquarry.tools.export.pipeline import read_pipeline
from dataquarry.tools.export.tool import export
from dataquarry.tools.operations.feature_numeric import AddCurve
from dataquarry.tools.proposals import Decision, approve
from dataquarry.tools.recipe import read_recipe


def test_the_folder_is_complete(work, steps):
    result = steps.do_export(work, csv=True)
    folder = Path(result.data["folder"])
    assert sorted(result.data["files"]) == sorted(entry.name for entry in folder.iterdir())
    assert set(result.data["files"]) == set(NAMES) - {"features.skops"}
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


def test_the_tables_are_the_bytes_of_the_store(work, steps):
    folder = Path(steps.do_export(work).data["folder"])
    source = work.store.lineage(work.table)[0]
    assert (folder / "data.parquet").read_bytes() == work.store.path(work.table).read_bytes()
    assert (folder / "source.parquet").read_bytes() == work.store.path(source).read_bytes()


def test_exporting_again_gives_the_same_files(work, steps):
    folder = Path(steps.do_export(work).data["folder"])
    first = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    steps.do_export(work)
    assert {entry.name: entry.read_bytes() for entry in folder.iterdir()} == first


def test_a_person_is_asked_and_told_what_leaves(work):
    assert export.effect is Effect.EXPORT
    [group] = export.propose(work, {"csv": True}).groups
    assert group.unit == "files"
    assert group.affected == len(NAMES) - 1  # No feature was added.
    assert str(work.export_to) in group.evidence
    assert "License of the source: CC-BY-4.0" in group.evidence
    assert "0 rows are synthetic" in group.evidence
    assert group.recommended


def test_approved_features_are_exported_as_a_pipeline(work, steps):
    feature = AddCurve(name="log_age", column="age", curve="log")
    steps.change_table(work, feature)
    folder = Path(steps.do_export(work).data["folder"])
    made = read_pipeline(folder / "features.skops").transform(
        pd.read_parquet(folder / "source.parquet")
    )
    prepared = pd.read_parquet(folder / "data.parquet")
    assert "log_age" in prepared.columns
    assert list(made.columns) == list(prepared.columns)


def test_proposing_writes_nothing(work):
    export.propose(work, {})
    assert not work.export_to.exists()


def test_a_license_that_breaks_the_demand_is_not_recommended(tmp_path, steps):
    record = steps.make_record(license=License(spdx="CC-BY-NC-4.0", basis="stated"))
    work = steps.make_work(tmp_path, record=record, license="commercial")
    [group] = export.propose(work, {}).groups
    assert not group.recommended
    assert "license forbids commercial use" in group.evidence
    folder = Path(
        export.apply(work, export.propose(work, {}), approve([group], "me")).data["folder"]
    )
    assert "license forbids commercial use" in (folder / "README.md").read_text()
    assert "license forbids commercial use" in (folder / "report.html").read_text()


def test_nothing_is_written_without_approval(work):
    proposal = export.propose(work, {})
    result = export.apply(work, proposal, Decision(by="me"))
    assert "not approved" in result.summary
    assert not work.export_to.exists()


def test_a_folder_with_other_files_is_left_alone(work, steps):
    work.export_to.mkdir(parents=True)
    (work.export_to / "thesis.tex").write_text("years of work")
    with pytest.raises(ToolError, match=r"holds other files \(thesis\.tex\)"):
        steps.do_export(work)
    assert [entry.name for entry in work.export_to.iterdir()] == ["thesis.tex"]


def test_the_export_of_another_dataset_is_left_alone(work, steps, tmp_path):
    folder = Path(steps.do_export(work).data["folder"])
    before = (folder / "data.parquet").read_bytes()
    other = steps.make_work(tmp_path, frame=pd.DataFrame({"x": [1]}))
    with pytest.raises(ToolError, match="holds the export of another dataset"):
        steps.do_export(other)
    assert (folder / "data.parquet").read_bytes() == before


def test_a_file_in_the_way_is_named(work, steps):
    work.export_to.parent.mkdir(parents=True)
    work.export_to.write_text("a file")
    with pytest.raises(ToolError, match="is a file"):
        steps.do_export(work)


def test_a_failure_in_the_middle_leaves_the_earlier_export(work, steps, monkeypatch):
    folder = Path(steps.do_export(work).data["folder"])
    before = {entry.name: entry.read_bytes() for entry in folder.iterdir()}

    def full(path, text, **other):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ToolError, match="No space left on device"):
        steps.do_export(work)
    monkeypatch.undo()
    assert {entry.name: entry.read_bytes() for entry in folder.iterdir()} == before
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


def test_without_a_dataset_there_is_nothing_to_export(tmp_path, work):
    empty = Work(settings=work.settings, demand=work.demand, export_to=tmp_path / "x")
    with pytest.raises(NotApplicable, match="no dataset"):
        export.propose(empty, {})


def test_without_a_folder_the_caller_is_told(work):
    work.export_to = None
    with pytest.raises(ToolError, match="No folder"):
        export.propose(work, {})


def test_the_csv_holds_no_formulas(tmp_path, steps):
    hostile = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "plain", "-5"]
    frame = pd.DataFrame({"=HYPERLINK(1)": hostile, "n": [-1.5] * len(hostile)})
    work = steps.make_work(tmp_path, frame=frame)
    folder = Path(steps.do_export(work, csv=True).data["folder"])
    cells = pd.read_csv(folder / "data.csv", dtype=str, keep_default_na=False)
    assert cells["n"].tolist() == ["-1.5"] * len(hostile)
    texts = [*cells.columns[:1], *cells.iloc[:, 0]]
    running = [text for text in texts if re.match(r"\s*[=+\-@]", text)]
    assert running in ([], ["-5"])


def test_the_lineage_tells_tables_changes_and_rejections(work, steps):
    work.facts["clean"] = {
        "approved": ["a"],
        "rejected": [{"id": "b", "title": "Merge", "rule": "r", "evidence": "e"}],
    }
    folder = Path(steps.do_export(work).data["folder"])
    lines = [json.loads(line) for line in (folder / "lineage.jsonl").read_text().splitlines()]
    kinds = [line["kind"] for line in lines]
    assert kinds == ["table", "table", "change", "table", "change", "rejected", "export"]
    assert [line["id"] for line in lines if line["kind"] == "table"] == [
        table.id for table in work.store.lineage(work.table)
    ]
    assert lines[2]["sentences"] == ["Drop rows that repeat an earlier row in every column."]
    assert lines[5]["title"] == "Merge"
    assert lines[-1]["decided_by"] == "ada"


def test_the_recipe_is_the_runs(work, steps):
    folder = Path(steps.do_export(work).data["folder"])
    recipe = read_recipe(folder / "recipe.json")
    assert recipe.result_data == work.table.data
    assert [change.title for change in recipe.changes] == [
        change.title for table in work.store.lineage(work.table) for change in table.changes
    ]
