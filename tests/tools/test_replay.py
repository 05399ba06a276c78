"""Replaying an export's recipe makes its data again, byte for byte, or says why it cannot."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.retrieval.demand import Demand
from dataquarry.settings import Settings
from dataquarry.tools.base import Work
from dataquarry.tools.export.tool import export
from dataquarry.tools.files import read_file
from dataquarry.tools.frames import storable
from dataquarry.tools.operations.rows import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.operations.synthetic import AppendSyntheticRows
from dataquarry.tools.proposals import approve
from dataquarry.tools.replay import replay_file
from dataquarry.tools.tables import Change, Origin

CSV = "Name;Alter;größe\n" + "\n".join(
    f"{name};{age};{size}"
    for name, age, size in [("Ö", "1", "0,5"), ("Ö", "1", "0,5"), ("b", "", "1,5"), ("c", "3", "")]
    + [(f"p{i}", str(i), f"{i},25") for i in range(40)]
)


@pytest.fixture
def folder(tmp_path):
    """Return the folder of an export of a CSV file with three approved changes."""
    path = tmp_path / "people.csv"
    path.write_text(CSV, encoding="utf-8")
    work = Work(
        settings=Settings(home=tmp_path / "home"),
        demand=Demand(text="People"),
        export_to=tmp_path / "out",
    )
    work.table = work.store.put(
        storable(read_file(path)), origin=Origin(kind="file", name=path.name)
    )
    for operation in (
        DropDuplicateRows(),
        DropRowsMissing(column="Alter"),
        AppendSyntheticRows(count=5),
    ):
        change = Change(
            tool="clean",
            group="g",
            title=operation.op(),
            rule="r",
            evidence="e",
            affected=1,
            unit="rows",
            decided_by="me",
            operations=[operation],
        )
        frame = operation.apply(work.frame)
        work.table = work.store.put(frame, parent=work.table, changes=[change])
    proposal = export.propose(work, {})
    assert export.apply is not None
    return Path(export.apply(work, proposal, approve(proposal.groups, "me")).data["folder"])


def test_replay_makes_the_same_bytes(folder, tmp_path):
    told = []
    again = tmp_path / "again.parquet"
    result = replay_file(
        folder / "recipe.json",
        folder / "source.parquet",
        again,
        lambda message, share: told.append(share),
    )
    assert again.read_bytes() == (folder / "data.parquet").read_bytes()
    assert result["same_input_as_recorded"]
    assert result["same_bytes_as_recorded"]
    assert result["changes"] == 3
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_replay_on_the_original_file_makes_the_same_bytes(folder, tmp_path):
    again = tmp_path / "again.parquet"
    result = replay_file(folder / "recipe.json", tmp_path / "people.csv", again)
    assert result["same_bytes_as_recorded"]
    assert again.read_bytes() == (folder / "data.parquet").read_bytes()


def test_the_script_makes_the_same_bytes_without_the_agent(folder, tmp_path):
    again = tmp_path / "again.parquet"
    code = (
        "import runpy, sys; sys.argv[0] = sys.argv.pop(1); runpy.run_path(sys.argv[0],"
        " run_name='__main__'); heavy = {'langgraph', 'gradio', 'chromadb', 'openai', 'torch'};"
        " print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-c", code, str(folder / "recipe.py")),
            *(str(folder / "source.parquet"), str(again)),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert again.read_bytes() == (folder / "data.parquet").read_bytes()
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_script_says_what_is_wrong_in_one_line(folder, tmp_path):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, str(folder / "recipe.py"), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    assert run().stderr.strip() == "Usage: python recipe.py INPUT OUTPUT"
    missing = run(str(tmp_path / "nothing.csv"), str(tmp_path / "x.parquet"))
    assert missing.returncode == 1
    assert len(missing.stderr.strip().splitlines()) == 1


def test_new_rows_take_the_same_changes(folder, tmp_path):
    new = tmp_path / "new.csv"
    new.write_text("Name;Alter;größe\nx;;1,0\n" + "\n".join(f"n{i};{i};{i},5" for i in range(40)))
    out = tmp_path / "new-out.csv"
    result = replay_file(folder / "recipe.json", new, out)
    assert not result["same_bytes_as_recorded"]
    assert not result["same_input_as_recorded"]
    assert result["rows"] == 45
    assert len(pd.read_csv(out)) == 45


def test_a_table_without_a_column_is_told_with_the_change(folder, tmp_path):
    new = tmp_path / "new.csv"
    new.write_text("Name,Age\nx,1\ny,2\n")
    with pytest.raises(ToolError, match="'drop_rows_missing': The table has no column 'Alter'"):
        replay_file(folder / "recipe.json", new, tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_an_output_of_no_known_kind_is_refused_before_work(folder, tmp_path):
    with pytest.raises(ToolError, match=r"name the output \.parquet or \.csv"):
        replay_file(folder / "recipe.json", folder / "source.parquet", tmp_path / "out.xlsx")
