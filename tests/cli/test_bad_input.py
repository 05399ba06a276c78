"""Bad input gets one clear line, exit code 2, and nothing is begun or written."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from dataquarry import Copilot, Settings
from dataquarry.cli.app import main

Say = Callable[..., tuple[int, str, str]]

BAD = {
    "missing.csv": (None, "no file"),
    "empty.csv": (b"", "is empty"),
    "binary.csv": (bytes(range(256)) * 20, "is a binary file"),
    "header.csv": (b"a,b\n", "no rows"),
}


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """The command line as a user calls it: exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dataquarry", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        return int(exit_.value.code or 0), *capsys.readouterr()

    return call


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file(name: str, say: Say, settings: Settings, tmp_path: Path) -> None:
    content, words = BAD[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    out = tmp_path / "out"
    given = ("--input", str(tmp_path / name), "--approve", "auto", "--out", str(out))
    code, out_text, error = say("run", "predict the price of houses", *given)
    assert (code, out_text) == (2, "")
    assert len(error.strip().splitlines()) == 1
    assert words in error
    assert not out.exists()
    assert Copilot(settings).runs() == []


def test_other_bad_words(say: Say, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("a,b\n1,2\n3,4\n")
    target = ("--input", str(tmp_path / "good.csv"), "--target", "c", "--approve", "auto")
    for arguments, words in (
        (("run", "house prices", *target), "no column 'c' to predict"),
        (("run", "house prices"), "Nobody is here to ask"),
        (("runs", "show", "nothing"), "No run 'nothing'"),
        (("replay", "none.json", "a.csv", "b.csv"), "No recipe file none.json"),
        (("search", "house prices"), "dataquarry index build"),
    ):
        code, _, error = say(*arguments)
        assert code == 2, arguments
        assert words in error
