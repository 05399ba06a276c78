"""The contract that every suite keeps, and the report."""

import json
from pathlib import Path

import pytest
from dataquarry import Settings, ToolError
from dataquarry.evals.report import markdown, write_report
from dataquarry.evals.suite import Outcome, Suite, list_suites, packaged_data, run_suite
from dataquarry.evals.suites import SUITES, get_suite

RESULT = {
    "suite": "sample",
    "data": "cases",
    "summary": {"right": 0.5, "nested": {"rate": 1.0}, "none": None, "seconds": 0.25, "cases": 2},
    "cases": [
        {"id": "a", "right": True, "note": "a | b\nc"},
        {"id": "b", "right": False, "list": ["x", "y"], "left": None},
    ],
}


@pytest.mark.parametrize("name", SUITES)
def test_every_suite_keeps_its_contract(name: str) -> None:
    suite = get_suite(name)
    assert isinstance(suite, Suite)
    assert suite.name == name
    assert suite.about.endswith((".", "?"))
    assert suite.default is None or (packaged_data() / suite.default).is_dir()


@pytest.mark.parametrize("name", [n for n in SUITES if get_suite(n).needs_data])
def test_an_empty_folder_is_told_and_nothing_is_written(
    name: str, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ToolError):
        run_suite(name, data=tmp_path / "empty", out=tmp_path / "out", settings=settings)
    assert not (tmp_path / "out").exists()


def test_every_suite_stands_in_the_docs() -> None:
    docs = Path(__file__).parents[2] / "docs" / "evals.md"
    text = docs.read_text("utf-8")
    assert [name for name in list_suites() if f"## `{name}`" not in text] == []


def test_an_unknown_suite_is_told_with_those_there_are(settings: Settings) -> None:
    with pytest.raises(ToolError, match=r"No suite 'nothing'. Suites: demands"):
        run_suite("nothing", settings=settings)


def test_a_missing_folder_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="No folder"):
        run_suite("demands", data=tmp_path / "none", settings=settings)


def test_a_suite_without_cases_of_its_own_asks_for_a_folder() -> None:
    def measure(data: Path, **_: object) -> Outcome:
        return Outcome({})

    suite = Suite("own", "About.", needs_data=True, run=measure)
    with pytest.raises(ToolError, match="--data DIR"):
        suite.folder(None)


def test_the_report_holds_the_same_figures_in_every_form(tmp_path: Path) -> None:
    paths = write_report(RESULT, "What it measures.", tmp_path / "deep" / "out")
    assert [path.name for path in paths] == [f"sample.{e}" for e in ("json", "md", "png", "svg")]
    assert json.loads(paths[0].read_text("utf-8")) == RESULT
    assert paths[2].read_bytes().startswith(b"\x89PNG")
    svg = paths[3].read_text("utf-8")
    assert "<svg" in svg


def test_the_markdown_report_keeps_its_tables_whole() -> None:
    lines = markdown(RESULT, "What it measures.").splitlines()
    assert "| nested.rate | 1.000 |" in lines
    assert "| a | yes | a \\| b c | - | - |" in lines
    assert "| b | no | - | x, y | - |" in lines


def test_a_report_of_no_cases_is_drawn(tmp_path: Path) -> None:
    empty = {"suite": "none", "data": ".", "summary": {}, "cases": []}
    assert all(path.stat().st_size for path in write_report(empty, "About.", tmp_path))


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("taken")
    with pytest.raises(ToolError, match="Cannot write the report"):
        write_report(RESULT, "About.", tmp_path / "file")
