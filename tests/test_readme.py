"""The README and CONTRIBUTING are true: their commands exist and run, their Python runs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import dataquarry
import pytest
from dataquarry import Settings

ROOT = Path(dataquarry.__file__).parent
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
COMMANDS = [
    line[2:].split("  #")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ")
]
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
ANSWERED = [command for command in COMMANDS if command.startswith("dataquarry ")]

RUN = [sys.executable, "-m", "dataquarry.cli.app"]


def call(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_first_screen_shows_both_commands_a_picture_and_a_short_example() -> None:
    first = README[:2500]
    assert "make demo" in first
    assert "make test" in first
    picture = re.search(r"!\[.*?\]\((.*?)\)", first)
    assert picture is not None
    assert (ROOT / picture[1]).is_file()
    assert len(PYTHON[0].strip().splitlines()) <= 8


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make ")])
def test_make_targets_exist(command: str) -> None:
    target = command.split()[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_links_lead_somewhere(text: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text)
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert missing == []


@pytest.mark.slow
def test_commands_run_in_the_order_of_the_readme(indexed: Settings, tmp_path: Path) -> None:
    for command in ANSWERED:
        call([*RUN, *shlex.split(command)[1:]], tmp_path)
    assert (tmp_path / "again.parquet").read_bytes() == (
        tmp_path / "export" / "data.parquet"
    ).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_runs_as_it_stands(number: int, indexed: Settings, tmp_path: Path) -> None:
    assert call([sys.executable, "-c", PYTHON[number]], tmp_path).strip()


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL))
def test_python_of_contributing_runs(block: str, tmp_path: Path) -> None:
    call([sys.executable, "-c", block], tmp_path)
