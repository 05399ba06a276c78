import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dataquarry import Settings, ToolError
from dataquarry.cli.app import app
from typer.testing import CliRunner


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"age": rng.integers(18, 80, 80), "region": rng.choice(["north", "south"], 80)}
    )
    frame.to_csv(tmp_path / "people.csv", index=False)
    return tmp_path / "people.csv"


def test_rows_of_one_kind_are_added_to_a_file(table: Path, settings: Settings) -> None:
    out = table.parent / "more.parquet"
    words = ["synthesize", str(table), "--more", "20", "--where", "region = north"]
    done = CliRunner().invoke(app, [*words, "--approve", "auto", "--json", "--out", str(out)])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["rows"] == 100
    assert said["facts"][0]["quality"]["verdict"] in ("PASS", "WARN", "FAIL")
    made = pd.read_parquet(out)
    assert set(made.loc[made["is_synthetic"], "region"]) == {"north"}
    assert made["is_synthetic"].sum() == 20


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["synthesize", "FILE", "--more", "5", "--out", "x.csv"], "Nobody is here to ask"),
        (["synthesize", "FILE", "--more", "5", "--out", "x.txt"], r"\.parquet or \.csv"),
        (["select", "FILE", "--rows", "500", "--out", "x.csv"], "within the budget"),
        (["write-texts", "--rows", "5", "--out", "x.csv"], "at least two labels"),
    ],
)
def test_what_cannot_be_done_is_told(
    table: Path, settings: Settings, words: list[str], reason: str
) -> None:
    with pytest.raises(ToolError, match=reason):
        CliRunner().invoke(
            app, [str(table) if word == "FILE" else word for word in words], catch_exceptions=False
        )
    assert not Path("x.csv").exists()
