"""The cleaning suites on small tables made here."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dataquarry import Settings, ToolError
from dataquarry.evals.suite import run_suite
from dataquarry.evals.suites.cleaning_speed import mixed_table


def write(folder: Path, dirty: pd.DataFrame, clean: pd.DataFrame) -> None:
    folder.mkdir(parents=True)
    dirty.to_csv(folder / "dirty.csv", index=False)
    clean.to_csv(folder / "clean.csv", index=False)


def test_detection_correction_and_harm_are_counted(tmp_path: Path, settings: Settings) -> None:
    clean = pd.DataFrame({"town": np.resize(["Ulm", "Bonn", "Mainz"], 120)})
    clean["value"] = [f"{n + 100}" for n in range(120)]
    dirty = clean.copy()
    dirty.loc[:11, "town"] = " " + dirty.loc[:11, "town"]  # found and put right
    dirty.loc[100:109, "value"] = "1"  # wrong, and nothing tells
    write(tmp_path / "towns", dirty, clean)
    write(tmp_path / "same", clean, clean)
    result = run_suite("cleaning", tmp_path, settings=settings)
    towns = result["summary"]["towns"]
    assert towns["detection"] == {"precision": 1.0, "recall": 12 / 22, "f1": 24 / 34}
    assert towns["correction"]["recall"] == 12 / 22
    assert (towns["auto_precision"], towns["auto_written"]) == (1.0, 12)
    assert towns["overwritten_on_clean"] == 0.0
    same = result["summary"]["same"]
    assert (same["decisions"], same["auto_precision"], same["detection"]["f1"]) == (0, None, None)
    assert [case["approved"] for case in result["cases"]] == [True]


def test_tables_that_do_not_match_are_told(tmp_path: Path, settings: Settings) -> None:
    frame = pd.DataFrame({"a": ["x", "y"]})
    write(tmp_path / "odd", frame, frame.head(1))
    with pytest.raises(ToolError, match=r"dirty\.csv has shape \(2, 1\)"):
        run_suite("cleaning", tmp_path, settings=settings)
    with pytest.raises(ToolError, match=r"no folder with dirty\.csv"):
        run_suite("cleaning", tmp_path / "odd", settings=settings)


def test_the_long_table_is_the_same_each_time_and_mixed() -> None:
    table = mixed_table(500)
    pd.testing.assert_frame_equal(table, mixed_table(500))
    assert table.shape == (500, 20)
    assert len(set(map(str, table.dtypes))) == 4


@pytest.mark.slow
def test_speed_is_measured_in_multiples(settings: Settings) -> None:
    summary = run_suite("cleaning-speed", None, limit=3000, settings=settings)["summary"]
    assert (summary["rows"], summary["columns"]) == (3000, 20)
    assert summary["times_pandas"] > 0
    assert summary["times_table_memory"] > 0
