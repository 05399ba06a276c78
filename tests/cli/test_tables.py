import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dataquarry import Settings, ToolError
from dataquarry.cli.app import app
from typer.testing import CliRunner


@pytest.fixture
def shop(tmp_path: Path) -> list[str]:
    rng = np.random.default_rng(0)
    customers = pd.DataFrame({"customer_id": range(80), "age": rng.integers(18, 80, 80)})
    owner = rng.integers(0, 80, 240)
    orders = pd.DataFrame({"customer_id": owner, "total": rng.gamma(2, 30, 240).round(2)})
    customers.to_csv(tmp_path / "customers.csv", index=False)
    orders.to_csv(tmp_path / "orders.csv", index=False)
    return [str(tmp_path / "customers.csv"), str(tmp_path / "orders.csv")]


def test_two_files_become_two_tables_whose_keys_fit(
    shop: list[str], settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "made"
    words = ["--times", "2", "--approve", "auto", "--json", "--out", str(out)]
    done = CliRunner().invoke(app, ["synthesize-tables", *shop, *words])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["links"] == ["orders.customer_id = customers.customer_id"]
    assert said["rows"]["customers"] == 160
    assert said["quality"]["orders"]["verdict"] in ("PASS", "WARN", "FAIL")
    customers, orders = (pd.read_parquet(out / f"{n}.parquet") for n in ("customers", "orders"))
    assert set(orders["customer_id"]) <= set(customers["customer_id"])
    assert customers["is_synthetic"].all()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "Nobody is here to ask"),
        (["--mode", "secret"], "--mode fidelity or --mode private"),
        (["--link", "orders.buyer=customers.customer_id"], r"orders\.buyer, which does not exist"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    shop: list[str], settings: Settings, tmp_path: Path, words: list[str], reason: str
) -> None:
    call = ["synthesize-tables", *shop, *words, "--out", str(tmp_path / "made")]
    with pytest.raises(ToolError, match=reason):
        CliRunner().invoke(app, call, catch_exceptions=False)
    assert not (tmp_path / "made").exists()
