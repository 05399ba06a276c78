import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.evals.suite import run_suite


def write_table(folder: Path, name: str, target: str, task: str) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(300, 2)), columns=["a", "b"]).round(3)
    frame["amount"] = (frame["a"] * 10 + rng.normal(size=300)).round(2)
    frame["sold"] = np.where(frame["amount"] + frame["b"] > 0, "yes", "no")
    frame.loc[rng.random(300) < 0.1, "b"] = np.nan
    (folder / name).mkdir()
    frame.to_parquet(folder / name / "table.parquet", index=False)
    meta = {"target": target, "task": task, "descriptions": {}}
    (folder / name / "meta.json").write_text(json.dumps(meta))


@pytest.mark.slow
def test_both_modes_are_measured_on_every_table(tmp_path: Path) -> None:
    write_table(tmp_path, "amounts", "amount", "regression")
    write_table(tmp_path, "sales", "sold", "classification")
    result = run_suite("synthesis", tmp_path)

    assert list(result["summary"]) == ["amounts", "sales"]
    assert len(result["cases"]) == 2 * 2 * 3
    for table in result["summary"].values():
        for mode in ("fidelity", "private"):
            figures = table[mode]
            assert set(figures) == {
                *("tstr_ratio", "c2st", "shape", "pair", "copies", "closer", "missing", "seconds")
            }
            assert figures["tstr_ratio"] > 0.8
            assert figures["missing"] < 0.05
        assert table["holdout_copies"] == 0
        assert table["planted_flagged"] == 1


def test_a_folder_without_tables_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"each subfolder needs table.parquet, meta.json"):
        run_suite("synthesis", tmp_path)

    write_table(tmp_path, "sales", "price", "regression")
    with pytest.raises(ToolError, match="no column 'price', the target"):
        run_suite("synthesis", tmp_path)
