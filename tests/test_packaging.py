"""The wheel holds the whole package and leaves a user's own folders alone."""

import importlib.util
import json
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import dataquarry
import pytest

ROOT = Path(dataquarry.__file__).parent
FILES = sorted(
    path.relative_to(ROOT)
    for folder in ("agent", "cli", "evals", "retrieval", "tools", "ui")
    for path in (ROOT / folder).rglob("*.py")
)
MODULES = [
    ".".join(("dataquarry", *file.with_suffix("").parts)).removesuffix(".__init__")
    for file in FILES
]

pytestmark = pytest.mark.xdist_group("wheel")  # two builds at once would share build/


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out, source = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("source") / "copy"
    # From a copy: setuptools writes build/ beside the sources, which another build may be using.
    away = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "tests")
    shutil.copytree(ROOT, source, ignore=away)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def user(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project of a user with `tools/` and `agent/` of its own, and a Python with the wheel."""
    project = tmp_path_factory.mktemp("project")
    for name in ("tools", "agent"):
        (project / name).mkdir()
        (project / name / "__init__.py").write_text(f"mine = {name!r}\n")
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    site = next((home / "lib").glob("python*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # The libraries come from the environment of the tests; the editable package does not.
    libraries = Path(importlib.util.find_spec("pandas").origin).parents[1]  # type: ignore[union-attr,arg-type]
    (site / "libraries.pth").write_text(f"{libraries}\n")
    return project, python


def run(user: tuple[Path, Path], code: str) -> str:
    project, python = user
    done = subprocess.run(
        [str(python), "-c", code], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_folder_of_the_package_is_listed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {".".join(("dataquarry", *file.parent.parts)) for file in FILES}
    assert folders <= set(listed)


def test_wheel_installs_nothing_beside_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"dataquarry"}


@pytest.mark.slow
def test_every_module_imports_from_the_wheel_beside_the_users_own(user: tuple[Path, Path]) -> None:
    code = f"""
import importlib, json, tools, agent
for name in {MODULES!r}:
    importlib.import_module(name)
import dataquarry
print(json.dumps([tools.mine, agent.mine, dataquarry.__file__]))
"""
    mine_tools, mine_agent, file = json.loads(run(user, code))
    assert (mine_tools, mine_agent) == ("tools", "agent")
    assert str(user[1].parents[1]) in file


def test_a_table_is_prepared_from_the_wheel(user: tuple[Path, Path]) -> None:
    code = """
import pandas as pd
import dataquarry as dq
frame = pd.DataFrame({"a": [" x", "x ", "y", "y"] * 20, "n": range(80)})
print(dq.apply(frame, dq.propose_cleaning(frame)).shape[0])
"""
    assert int(run(user, code)) == 80
