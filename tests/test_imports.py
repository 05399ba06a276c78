"""Importing the package and asking for help load none of the heavy libraries."""

import json
import subprocess
import sys

import dataquarry
import pytest

HEAVY = {
    "torch",
    "pandas",
    "sentence_transformers",
    "chromadb",
    "gradio",
    "langgraph",
    "openai",
    "sklearn",
}


def loaded_by(code: str) -> set[str]:
    code = f"{code}\nimport json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "code",
    [
        "import dataquarry",
        "from dataquarry.cli.app import app\n"
        "from typer.testing import CliRunner\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0",
        "from dataquarry import Demand, Settings, ToolError",
    ],
)
def test_light(code: str) -> None:
    assert loaded_by(code) & HEAVY == set()


def test_every_public_name_is_there() -> None:
    for name in dataquarry.__all__:
        assert getattr(dataquarry, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        dataquarry.nonsense  # noqa: B018
