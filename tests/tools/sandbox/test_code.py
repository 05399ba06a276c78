"""Honest code gets what it needs, and what is wrong with code is told in friendly words."""

import math
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pytest
from dataquarry.evals.sandbox_payloads import HONEST, Honest
from dataquarry.tools.sandbox import (
    CodeFailed,
    Level,
    Limits,
    NoSandbox,
    Sandbox,
    active_level,
    check_code,
    keep_warm,
    levels,
    person_allows,
    run_code,
)
from dataquarry.tools.sandbox.inside.plain import from_plain, to_plain
from dataquarry.tools.sandbox.inside.wire import pack
from dataquarry.tools.sandbox.reply import read_columns
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.mark.parametrize("honest", HONEST, ids=lambda honest: honest.name)
def test_honest_code_returns_its_feature(honest: Honest, box: Sandbox, rows: pd.DataFrame) -> None:
    state = box.fit(honest.code, rows) if check_code(honest.code) else None

    answer = box.transform(honest.code, rows, state)

    assert answer.frame is not None
    assert len(answer.frame) == 3
    assert answer.frame.iloc[0, 0] == pytest.approx(honest.first)


def test_the_first_error_names_its_line_and_what_was_printed_is_kept(
    box: Sandbox, rows: pd.DataFrame
) -> None:
    with pytest.raises(CodeFailed, match=r"KeyError: 'weight' \(line 3\)") as failed:
        box.transform("def transform(frame):\n    x = 1\n    return frame['weight']", rows)
    assert failed.value.kind == "error"
    answer = box.transform(
        "def transform(frame):\n    print('hi')\n    return frame['price']", rows
    )
    assert answer.printed == "hi\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return frame['price'].head(2)", "It returned 2 rows for 3"),
        ("return frame['kind']", "return numbers or truth values"),
        ("return 1", "one value for each row"),
    ],
)
def test_a_wrong_result_is_told(body: str, message: str, box: Sandbox, rows: pd.DataFrame) -> None:
    with pytest.raises(CodeFailed, match=message):
        box.transform(f"def transform(frame):\n    {body}", rows)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def transform(frame)\n    return 1", r"no Python: .*\(line 1\)"),
        ("x = 1", r"no function transform\(frame\)"),
        ("def transform(frame, state, more):\n    return 1", r"Write transform\(frame\)"),
        ("def fit(frame):\n    return 1\ndef transform(frame):\n    return 1", "transform.*state"),
        ("import os\ndef transform(frame):\n    return 1", "Line 1: os cannot be imported"),
        ("from .x import y\ndef transform(frame):\n    return 1", "Line 1: x cannot be imported"),
        ("def transform(frame):\n    return open('x')", "Line 2: open cannot be used"),
        ("def transform(frame):\n    return frame.__class__", "Line 2: __class__"),
        ("def transform(frame):\n    return pd.read_csv('x')", "Line 2: read_csv"),
        ("x = 1\n" * 5000, "longer than 8,000 characters"),
        ("(" * 5000, "no Python"),
        ("def transform(frame):\n    return '\0'", "no Python"),
    ],
)
def test_the_lint_tells_early_what_cannot_work(code: str, message: str) -> None:
    with pytest.raises(CodeFailed, match=message) as failed:
        check_code(code)
    assert failed.value.kind == "refused"


def test_calls_in_one_context_share_a_process(rows: pd.DataFrame) -> None:
    code = "def transform(frame):\n    return frame['price']"
    with keep_warm() as box:
        run_code(code, rows)
        first = box._process
        run_code(code, rows)
        assert first is not None
        assert box._process is first
    assert box._process is None


def test_types_arrive_as_they_were(box: Sandbox) -> None:
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None], dtype="Int64"),
            "truth": pd.array([True, None], dtype="boolean"),
            "text": pd.Series(["é", None], dtype="str"),
            "time": pd.to_datetime(["2020-01-01", None]),
        }
    )
    code = (
        "def transform(frame):\n"
        "    assert [str(t) for t in frame.dtypes] == WANTED\n"
        "    return frame['whole'].fillna(5)"
    ).replace("WANTED", repr([str(t) for t in frame.dtypes]))

    answer = box.transform(code, frame)

    assert answer.frame is not None
    assert answer.frame["value"].tolist() == [1, 5]


def test_without_a_sandbox_nothing_runs_unless_a_person_says_so(
    monkeypatch: pytest.MonkeyPatch, rows: pd.DataFrame
) -> None:
    monkeypatch.setattr(levels, "working_levels", lambda: ())
    code = "def transform(frame):\n    return frame['price']"
    with pytest.raises(NoSandbox, match="--without-sandbox"):
        run_code(code, rows)
    with person_allows(True):
        assert active_level() is Level.NONE
        assert run_code(code, rows).frame is not None
    with pytest.raises(NoSandbox):
        active_level()


def test_a_working_sandbox_is_used_even_where_a_person_would_go_without() -> None:
    with person_allows(True):
        assert active_level() is not Level.NONE


def batch(compression: str | None, values: list[int]) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.table({"x": pa.array(values, pa.int64())})
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def test_a_compressed_reply_is_refused_before_it_is_unpacked() -> None:
    values = [0] * 100_000
    good = read_columns(pack({}, batch(None, values)), len(values), Limits())
    assert good.frame is not None
    with pytest.raises(CodeFailed, match="no plain batches"):
        read_columns(pack({}, batch("zstd", values)), len(values), Limits())


@settings(max_examples=40)
@given(st.binary(max_size=300), st.data())
def test_no_bytes_break_the_reader(noise: bytes, data: st.DataObject) -> None:
    body = bytearray(batch(None, [1, 2, 3]))
    place = data.draw(st.integers(0, len(body)))
    body[place : place + len(noise)] = noise
    for message in (noise, pack({}, bytes(body)), pack({}, noise)):
        try:
            answer = read_columns(message, 3, Limits())
        except CodeFailed:
            continue
        assert answer.frame is not None
        assert len(answer.frame) == 3


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.integers() | st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=40)
@given(plain)
def test_a_state_comes_back_as_it_was(value: object) -> None:
    assert same(from_plain(to_plain(value)), value)


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    return type(one) is type(other) and one == other
