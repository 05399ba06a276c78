"""Every attack is held at every level that works here, and for the reason it should be."""

import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from dataquarry.evals.sandbox_payloads import ATTACKS, Attack
from dataquarry.tools.sandbox import CodeFailed, Level, Limits, Sandbox, working_levels

SECRET = "chirp-4711"
MEMORY = 1 << 28


@dataclass
class World:
    """What the attacks are after."""

    canary: Path
    target: Path
    port: int
    victim: subprocess.Popen[bytes]
    calls: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("attacked")
    canary = folder / "canary.txt"
    canary.write_text(SECRET)
    os.environ["DATAQUARRY_TEST_SECRET"] = SECRET
    victim = subprocess.Popen(["sleep", "300"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = World(canary, folder / "target", server.getsockname()[1], victim)
        thread = threading.Thread(target=listen, args=(server, made.calls), daemon=True)
        thread.start()
        yield made
    del os.environ["DATAQUARRY_TEST_SECRET"]
    victim.kill()
    victim.wait()


def listen(server: socket.socket, calls: list[str]) -> None:
    while True:
        try:
            caller, address = server.accept()
        except OSError:
            return
        calls.append(str(address))
        caller.close()


@pytest.fixture(scope="module", params=list(Level)[:2], ids=str)
def box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    if request.param not in working_levels():
        pytest.skip(f"{request.param} does not work on this machine")
    with Sandbox(request.param) as made:
        yield made


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_held(attack: Attack, box: Sandbox, world: World, rows: pd.DataFrame) -> None:
    code = attack.code(
        canary=str(world.canary),
        target=str(world.target),
        port=str(world.port),
        victim=str(world.victim.pid),
    )
    limits = Limits(seconds=attack.seconds, memory=MEMORY)

    with pytest.raises(CodeFailed) as failed:
        box.transform(code, rows[["price"]], limits=limits)

    outcome = f"{failed.value.kind}: {failed.value}"
    assert re.search(attack.held_by, outcome), outcome
    assert SECRET not in outcome
    assert world.canary.read_text() == SECRET
    assert not world.target.exists()
    assert not Path("/tmp/dataquarry-escaped").exists()
    assert not os.path.lexists("/tmp/dataquarry-link")
    assert world.calls == []
    assert world.victim.poll() is None


def test_the_attacks_would_do_harm_without_a_sandbox(world: World, rows: pd.DataFrame) -> None:
    """The canary can be read, and the listener reached, where nothing holds the code."""
    places = {"canary": str(world.canary), "target": "", "port": str(world.port), "victim": "0"}
    by_name = {attack.name: attack for attack in ATTACKS}
    with Sandbox(Level.NONE) as box:
        with pytest.raises(CodeFailed, match=SECRET):
            box.transform(by_name["read a file"].code(**places), rows[["price"]])
        box.transform(by_name["connect to this machine"].code(**places), rows[["price"]])
    assert len(world.calls) == 1
    world.calls.clear()


def test_what_code_does_to_the_libraries_ends_with_the_call(
    box: Sandbox, rows: pd.DataFrame
) -> None:
    spoil = "def transform(frame):\n    pd.Series.mean = lambda s: 7\n    return frame['price']"
    assert len(box.transform(spoil, rows).frame) == 3  # type: ignore[arg-type]

    answer = box.transform(
        "def transform(frame):\n    return frame['price'] * 0 + frame['price'].mean()", rows
    )

    assert answer.frame is not None
    assert answer.frame["value"].tolist() == [200.0] * 3


def test_a_closed_sandbox_leaves_no_process(box: Sandbox, rows: pd.DataFrame) -> None:
    with Sandbox(box.level) as other:
        other.transform("def transform(frame):\n    return frame['price']", rows)
        assert other._process is not None
        group = other._process.pid
        os.killpg(group, 0)
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_a_killed_sandbox_is_an_error_and_starts_again(box: Sandbox, rows: pd.DataFrame) -> None:
    code = "def transform(frame):\n    return frame['price']"
    with Sandbox(box.level) as other:
        other.transform(code, rows)
        assert other._process is not None
        os.killpg(other._process.pid, signal.SIGKILL)
        with pytest.raises(CodeFailed, match="The sandbox ended"):
            other.transform(code, rows)
        assert other.transform(code, rows).frame is not None
