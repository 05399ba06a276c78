"""`dataquarry join` writes one table and says what it refused."""

import json

import numpy as np
import pandas as pd
from dataquarry.cli.app import app
from typer.testing import CliRunner


def write_tables(folder):
    random = np.random.default_rng(0)
    shops = pd.DataFrame({"shop": list("abcde"), "size": [1, 2, 3, 4, 5]})
    sales = pd.DataFrame({"shop": random.choice(list("abcde"), 200), "y": random.random(200)})
    sales["y_again"] = sales["y"] * 2
    sales.to_csv(folder / "sales.csv", index=False)
    shops.to_csv(folder / "shops.csv", index=False)
    return [str(folder / "sales.csv"), str(folder / "out.parquet")]


def test_tables_are_joined_and_the_leak_is_named(tmp_path):
    given = [*write_tables(tmp_path), "--table", str(tmp_path / "shops.csv"), "--target", "y"]
    result = CliRunner().invoke(app, ["join", *given, "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert "tells the target" in found["refused"]["y_again"]
    assert found["joins"][0].startswith("Join 'shops' on 'shop' = shops.shop")
    assert list(pd.read_parquet(tmp_path / "out.parquet").columns) == ["shop", "y", "shops_size"]


def test_the_terminal_shows_the_reasons(tmp_path):
    given = [*write_tables(tmp_path), "--table", str(tmp_path / "shops.csv"), "--target", "y"]
    result = CliRunner().invoke(app, ["join", *given])
    assert "Refused y_again: alone it tells the target" in result.stdout.replace("\n", " ")


def test_a_run_joins_other_files_to_its_input(tmp_path, monkeypatch):
    monkeypatch.setenv("DATAQUARRY_HOME", str(tmp_path / "home"))
    main, _ = write_tables(tmp_path)
    given = ["--input", main, "--join", str(tmp_path / "shops.csv"), "--target", "y"]
    small = ["--budget", "steps=2", "--approve", "auto", "--json"]
    result = CliRunner().invoke(app, ["run", "Predict y", *given, *small])
    assert "Join 'shops' on 'shop'" in result.stderr.replace("\n", " ")
    assert json.loads(result.stdout)["table"]["columns"] == ["shop", "y", "shops_size"]


def test_a_run_that_joins_needs_a_main_table(tmp_path):
    write_tables(tmp_path)
    result = CliRunner().invoke(
        app, ["run", "Predict y", "--join", str(tmp_path / "shops.csv"), "--approve", "auto"]
    )
    assert result.exit_code != 0
    assert "--join needs --input" in str(result.exception)
