import json
from pathlib import Path
from typing import Any

import pytest
from dataquarry import Settings, ToolError
from dataquarry.agent.plan import Plan, make_steps
from dataquarry.evals.people import edited
from dataquarry.evals.suite import packaged_data, run_suite
from dataquarry.evals.suites.coordinator import FILE, SCRIPTS, read_scripts, sound

KEYS = ["demands", "exports", "valid_plans", "wasted_steps", "decisions", "tokens", "seconds"]
TABLE = "color,size,good\n" + "".join(
    f"{'red' if n % 3 else 'blue'},{n % 7},{'yes' if n % 3 and n % 7 > 2 else 'no'}\n"
    for n in range(90)
)


def cases_in(tmp_path: Path, *people: str, **more: Any) -> Path:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "table.csv").write_text(TABLE, "utf-8")
    cases = [
        {"id": who, "demand": "is it good", "person": who, "input": "table.csv", "target": "good"}
        for who in people
    ]
    text = "\n".join(json.dumps({**case, **more}) for case in cases)
    (folder / FILE).write_text(text, "utf-8")
    return folder


@pytest.mark.slow
def test_every_kind_of_person_reaches_an_export(settings: Settings, tmp_path: Path) -> None:
    people = ["approves", "rejects", "edits", "contradicts"]
    result = run_suite("coordinator", cases_in(tmp_path, *people), settings=settings)
    assert list(result["summary"])[:7] == KEYS
    assert {case["id"]: case["outcome"] for case in result["cases"]} == dict.fromkeys(
        people, "exported"
    )
    assert result["summary"]["exports"] == result["summary"]["valid_plans"] == 4
    assert result["summary"]["tokens"] == 0
    assert not settings.runs_file.exists()


@pytest.mark.slow
def test_a_scripted_model_plans_and_the_rules_stand_behind_it(
    settings: Settings, tmp_path: Path
) -> None:
    steps = [{"tool": tool, "why": "for a reason"} for tool in ("load", "profile", "export")]
    folder = cases_in(tmp_path, "approves", "rejects")
    lines = [json.loads(line) for line in (folder / FILE).read_text("utf-8").splitlines()]
    lines[1]["script"] = "silent"
    (folder / FILE).write_text("\n".join(map(json.dumps, lines)), "utf-8")
    scripts = {"default": ["{}", json.dumps({"steps": steps})], "silent": ["no", "still no"]}
    (folder / SCRIPTS).write_text(json.dumps(scripts), "utf-8")
    result = run_suite("coordinator", folder, settings=settings, planner="scripted")
    planned, silent = result["cases"]
    assert (planned["steps"], planned["by_rules"], planned["exported"]) == (3, False, True)
    assert (silent["by_rules"], silent["exported"]) == (True, True)
    assert result["summary"]["by_rules"] == 1


def test_a_missing_input_is_told_before_anything_runs(settings: Settings, tmp_path: Path) -> None:
    folder = cases_in(tmp_path, "approves", input="gone.csv")
    with pytest.raises(ToolError, match=r"case 'approves': no file gone\.csv"):
        run_suite("coordinator", folder, settings=settings)


def test_an_unknown_planner_is_told_with_those_there_are(settings: Settings) -> None:
    with pytest.raises(ToolError, match="It has: rules, scripted, model"):
        run_suite("coordinator", settings=settings, planner="oracle")
    with pytest.raises(ToolError, match="It has: none"):
        run_suite("demands", settings=settings, planner="rules")


def test_a_model_that_is_not_set_is_told(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="DATAQUARRY_MODEL"):
        run_suite("coordinator", cases_in(tmp_path, "edits"), settings=settings, planner="model")


@pytest.mark.parametrize("text", ["[]", '{"a": "b"}', '{"a": [1]}', "{"])
def test_scripts_of_another_form_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / SCRIPTS).write_text(text, "utf-8")
    with pytest.raises(ToolError, match=r"scripts\.json"):
        read_scripts(tmp_path / SCRIPTS)


@pytest.mark.parametrize(
    ("tools", "right"),
    [
        (["search", "load", "profile", "export"], True),
        (["profile", "export"], True),
        (["load", "search", "export"], False),
        (["profile", "load", "export"], False),
        (["load", "profile"], False),
        ([], False),
    ],
)
def test_a_sound_plan_loads_first_and_exports_last(tools: list[str], right: bool) -> None:
    plan = Plan(steps=make_steps(1, *((tool, {}, "") for tool in tools)))
    assert sound(plan) is right


def test_an_edited_plan_stays_valid() -> None:
    tools = ("load", "features", "export")
    plan = Plan(steps=make_steps(1, *((tool, {}, "") for tool in tools)))
    changed = edited(edited(plan))
    assert [step.tool for step in changed.steps] == ["load", "profile", "profile", "export"]
    changed.check()


def test_the_packaged_cases_are_of_every_kind() -> None:
    folder = packaged_data() / "coordinator"
    cases = [json.loads(line) for line in (folder / FILE).read_text("utf-8").splitlines()]
    assert len(cases) >= 30
    assert {case["person"] for case in cases} == {"approves", "rejects", "edits", "contradicts"}
    assert {case["script"] for case in cases} == set(read_scripts(folder / SCRIPTS))
    assert all((folder / case["input"]).is_file() for case in cases if "input" in case)
