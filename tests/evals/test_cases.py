from pathlib import Path

import pytest
from dataquarry import ToolError
from dataquarry.evals.cases import read_cases
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel


class Case(BaseModel):
    id: str
    size: int


def read(folder: Path, text: str, limit: int | None = None) -> list[Case]:
    (folder / "cases.jsonl").write_text(text, "utf-8")
    return read_cases(folder / "cases.jsonl", Case, limit)


def test_reads_cases_in_order_and_leaves_empty_lines_out(tmp_path: Path) -> None:
    text = '{"id": "a", "size": 1}\n\n  \n{"id": "b", "size": 2}'
    assert [case.id for case in read(tmp_path, text)] == ["a", "b"]
    assert [case.id for case in read(tmp_path, text, 1)] == ["a"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: case"),
        ('{"id": "b"}', "line 2: size: Field required"),
        ('{"id": "b", "size": "many"}', "line 2: size: .*integer"),
        ('{"id": "a", "size": 1}', "line 2: id 'a' is that of line 1"),
    ],
)
def test_names_the_line_at_fault_even_beyond_the_limit(
    tmp_path: Path, line: str, reason: str
) -> None:
    with pytest.raises(ToolError, match=reason):
        read(tmp_path, f'{{"id": "a", "size": 1}}\n{line}\n', 1)


def test_tells_a_missing_an_empty_and_a_binary_file(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"No cases\.jsonl in"):
        read_cases(tmp_path / "cases.jsonl", Case)
    with pytest.raises(ToolError, match="holds no cases"):
        read(tmp_path, "\n")
    (tmp_path / "cases.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ToolError, match="not UTF-8"):
        read_cases(tmp_path / "cases.jsonl", Case)


@given(st.lists(st.text(min_size=1).filter(str.strip), unique=True, min_size=1, max_size=8))
def test_any_id_is_read_back(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    cases = [Case(id=name, size=place) for place, name in enumerate(names)]
    text = "\n".join(case.model_dump_json() for case in cases)
    assert read(tmp_path_factory.mktemp("cases"), text) == cases
