"""Secrets: hidden in texts, events, errors, prompts, logs and tracebacks; all else stays."""

import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Copilot, Settings, ToolError
from dataquarry import redact as module
from dataquarry.agent.policy import auto
from dataquarry.redact import HIDDEN, RedactedStream, redacted, redacted_data
from dataquarry.tools.prompts import as_data
from hypothesis import given
from hypothesis import strategies as st

KEY = "Zx81-correct-horse"  # of no known shape


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.setattr(module, "_known", set())
    return Settings(
        home=tmp_path / "home",
        openai_api_key=KEY,
        huggingface_token="plain hf token",
        kaggle_key="kaggle0123",
        datagov_key="datagov0123",
        database_url="postgresql://me:pa%20ss-word@db.example/runs",
    )


def test_every_secret_of_the_settings_is_known(known: Settings) -> None:
    from pydantic import SecretStr

    secrets = [
        value.get_secret_value()
        for name in Settings.model_fields
        if isinstance(value := getattr(known, name), SecretStr)
    ]
    secrets = [secret for secret in secrets if secret]
    assert len(secrets) == 5
    for secret in [*secrets, "pa ss-word"]:
        assert redacted(f"before {secret} after") == f"before {HIDDEN} after"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("key sk-proj-abcdefghijkl0123456789.", f"key {HIDDEN}."),
        ("hf_abcdefghijklmnopqrstuvwxyz", HIDDEN),
        ("AKIAIOSFODNN7EXAMPLE", HIDDEN),
        ('aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
         f'aws_secret_access_key = "{HIDDEN}"'),
        ("Authorization: Bearer abcdef0123456789abc", f"Authorization: Bearer {HIDDEN}"),
        ("https://x.example/?api_key=0123456789&k=5", f"https://x.example/?api_key={HIDDEN}&k=5"),
        ("postgresql://me:hunter2@db/runs", f"postgresql://me:{HIDDEN}@db/runs"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123", HIDDEN),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----!", f"{HIDDEN}!"),
    ],
)  # fmt: skip
def test_shapes_of_keys_are_hidden(text: str, hidden: str) -> None:
    assert redacted(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "the bearer certificates of 1923",
        "sk-learn and risk-adjusted returns",
        "column password: object, 12 distinct",
        "see https://example.org:8080/a@b and mail me@example.org",
        "d41d8cd98f00b204e9800998ecf8427e",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert redacted(text) == text


@given(st.text(max_size=60), st.text(max_size=60))
def test_hiding_twice_is_hiding_once_and_leaves_nothing(before: str, after: str) -> None:
    text = f"{before} hf_0123456789abcdefghij {after}"
    once = redacted(text)
    assert "hf_0123456789abcdefghij" not in once
    assert redacted(once) == once


def test_nested_data_is_freed_of_secrets_and_keeps_its_form(known: Settings) -> None:
    data = {"a": [KEY, 1, None], KEY: {"b": True}}
    assert redacted_data(data) == {"a": [HIDDEN, 1, None], HIDDEN: {"b": True}}


def test_errors_and_prompts_hold_no_secret(known: Settings) -> None:
    assert str(ToolError(f"refused: {KEY}")) == f"refused: {HIDDEN}"
    assert as_data(f"use {KEY}") == f"use {HIDDEN}"


def test_a_run_keeps_no_secret_that_somebody_typed(known: Settings, tmp_path: Path) -> None:
    known = known.model_copy(update={"database_url": Settings().database_url})
    note = tmp_path / "note.md"
    note.write_text(f"x: measured with {KEY}")
    table = pd.DataFrame({"x": range(30), "y": range(30)})
    copilot = Copilot(known)
    run = copilot.start(
        f"predict y, my key is {KEY}", input=table, notes=[note], tools=["profile", "export"]
    )
    run.note(f"and again {KEY}", "person")
    run.follow(auto)
    assert run.status == "done"
    assert HIDDEN in run.demand.text
    for file in known.home.rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file


def test_logs_and_tracebacks_hold_no_secret(tmp_path: Path) -> None:
    code = (
        "import logging\n"
        "from dataquarry import Settings\n"
        "from dataquarry.redact import guard_output\n"
        "Settings(); guard_output(); guard_output()\n"
        f"logging.basicConfig(filename={str(tmp_path / 'log')!r})\n"
        f"logging.warning('key %s', {KEY!r})\n"
        f"try: raise ValueError({KEY!r})\n"
        "except ValueError: logging.exception('it broke')\n"
        f"raise RuntimeError('the key is ' + {KEY!r})\n"
    )
    env = {**os.environ, "OPENAI_API_KEY": KEY}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    log = (tmp_path / "log").read_text()
    assert f"RuntimeError: the key is {HIDDEN}" in done.stderr
    assert f"key {HIDDEN}" in log
    assert f"ValueError: {HIDDEN}" in log
    said = [line for line in (done.stderr + log).splitlines() if f"{KEY!r}" not in line]
    assert KEY not in "\n".join(said)


def test_a_guarded_stream_is_the_other_one_in_all_else() -> None:
    inner = io.StringIO()
    stream = RedactedStream(inner)
    assert print("sk-0123456789abcdef0123", file=stream) is None
    assert inner.getvalue() == f"{HIDDEN}\n"
    assert not stream.isatty()
    logging.StreamHandler(stream).emit(logging.makeLogRecord({"msg": "hf_0123456789abcdefghij"}))
    assert HIDDEN in stream.getvalue()
