"""`dataquarry clean`: a file in, a cleaned folder and its recipe out."""

import json
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Copilot, Settings
from dataquarry.cli.app import app
from typer.testing import CliRunner


@pytest.fixture
def source(tmp_path: Path) -> Path:
    towns = ["Ulm", "Bonn", "Köln", " Ulm"] * 30
    frame = pd.DataFrame({"town": towns, "size": [f"{n} m" for n in range(120)], "land": "DE"})
    path = tmp_path / "towns.csv"
    frame.to_csv(path, index=False)
    return path


def say(settings: Settings, *arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(
        app, [*arguments, "--json"], env={"DATAQUARRY_HOME": str(settings.home)}
    )
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_what_is_approved_is_written_and_replayed_on_new_rows(
    source: Path, tmp_path: Path, settings: Settings
) -> None:
    said = say(settings, "clean", str(source), "--approve", "auto", "--csv")
    folder = source.with_name("towns-cleaned")
    cleaned = pd.read_csv(folder / "data.csv")
    assert set(cleaned["town"]) == {"Ulm", "Bonn", "Köln"}
    assert [step["tool"] for step in said["plan"]["steps"]] == [
        "load",
        "profile",
        "clean",
        "export",
    ]  # type: ignore[index]
    new = tmp_path / "new.csv"
    pd.DataFrame({"town": ["  Bonn"], "size": ["7 m"], "land": ["DE"]}).to_csv(new, index=False)
    say(settings, "replay", str(folder / "recipe.json"), str(new), str(tmp_path / "out.csv"))
    assert pd.read_csv(tmp_path / "out.csv")["town"].tolist() == ["Bonn"]


def test_every_changed_cell_is_explained_and_one_step_undone(
    source: Path, settings: Settings
) -> None:
    said = say(settings, "clean", str(source), "--approve", "auto")
    answer = say(settings, "runs", "why", str(said["run"]), "town", "--row", "3")
    [write] = answer["writes"]  # type: ignore[misc]
    assert (write["before"], write["after"]) == (" Ulm", "Ulm")
    assert write["tool"] == "clean"
    assert write["decided_by"] == "policy:auto"
    assert "carry no meaning" in write["rule"]
    run = Copilot(settings).open(str(said["run"]))
    run.undo(write["step"])
    run.wait()
    assert run.frame["town"].iloc[3] == " Ulm"


def test_a_policy_file_decides_group_by_group(
    source: Path, tmp_path: Path, settings: Settings
) -> None:
    policy = tmp_path / "policy.json"
    rules = {"clean": {"spaces:town": {"verdict": "approve"}}, "default": "auto"}
    policy.write_text(json.dumps(rules), "utf-8")
    out = tmp_path / "out"
    say(settings, "clean", str(source), "--approve", str(policy), "--out", str(out))
    cleaned = pd.read_parquet(out / "data.parquet")
    assert set(cleaned["town"]) == {"Ulm", "Bonn", "Köln"}
    assert list(cleaned.columns) == ["town", "size", "land"]
    assert cleaned["size"].iloc[0] == "0 m"


def test_without_a_person_it_says_who_could_approve(source: Path, settings: Settings) -> None:
    result = CliRunner().invoke(app, ["clean", str(source)])
    assert "--approve auto" in str(result.exception)
