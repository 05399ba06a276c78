import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dataquarry import ToolError
from dataquarry.tools.files import file_origin, read_file, write_csv, write_file
from hypothesis import HealthCheck, given
from hypothesis import settings as checks
from hypothesis import strategies as st


@pytest.fixture
def put(tmp_path: Path) -> Any:
    def write(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_types_are_found_and_nothing_is_lost(put: Any) -> None:
    text = "zip,phone,n,x,ok,long,w\n007,+49,1,1.5,true,1234567890123456789,a\n012,+1,,2,,1,NA\n"
    frame = read_file(put(text))
    kinds = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert kinds == {
        "zip": "str",
        "phone": "str",
        "n": "Int64",
        "x": "float64",
        "ok": "boolean",
        "long": "str",
        "w": "str",
    }
    assert frame["zip"].tolist() == ["007", "012"]
    assert frame["n"].isna().tolist() == [False, True]
    assert frame["w"].isna().tolist() == [False, True]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_detected(put: Any, delimiter: str) -> None:
    rows = [["a", "b"], ['"x, y; z"', "1"], ["w", "2"]]
    frame = read_file(put("\n".join(delimiter.join(row) for row in rows) + "\n"))
    assert frame["a"].tolist() == ["x, y; z", "w"]
    assert frame["b"].tolist() == [1, 2]


def test_decimal_commas_do_not_hide_semicolons(put: Any) -> None:
    assert read_file(put("a;b\n1,5;2\n2,5;3\n")).columns.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"]
)
def test_encoding_is_detected(put: Any, encoding: str) -> None:
    text = "naïve,größe\nSmørrebrød für alle,1\ncafé crème,2\n"
    frame = read_file(put(text.encode(encoding)))
    assert frame.columns.tolist() == ["naïve", "größe"]
    assert frame["naïve"].tolist() == ["Smørrebrød für alle", "café crème"]


def test_cyrillic_code_page(put: Any) -> None:
    text = "город,население\nбольшой город на реке,12\nещё один город у моря,5\n"  # noqa: RUF001
    assert read_file(put(text.encode("cp1251"))).columns[0] == "город"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(put: Any, end: str) -> None:
    assert read_file(put(end.join(["a,b", "1,2", "3,4", ""]))).to_numpy().tolist() == [
        [1, 2],
        [3, 4],
    ]


def test_quoted_cells_keep_their_lines(put: Any) -> None:
    frame = read_file(put('a,b\n"x\ny","say ""hi"""\n'))
    assert frame.iloc[0].tolist() == ["x\ny", 'say "hi"']


def test_header_names_become_distinct(put: Any) -> None:
    assert read_file(put("a,a,,a_2\n1,2,3,4\n")).columns.tolist() == ["a", "a_3", "column_3", "a_2"]


def test_a_very_large_cell(put: Any) -> None:
    frame = read_file(put("a;b\n1;" + "x" * 5_000_000 + "\n2;y\n"))
    assert len(frame["b"][0]) == 5_000_000


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('[{"a": 1, "b": null}, {"a": 2, "b": 3}]', "x.json"),
        ('{"data": [{"a": 1}, {"a": 2, "b": 3}], "note": "n"}', "x.json"),
        ('{"rows": [{"a": 1}, {"a": 2, "b": 3}]}', "x.json"),
        ('{"a": [1, 2], "b": [null, 3]}', "x.json"),
        ('{"a": {"0": 1, "1": 2}, "b": {"1": 3}}', "x.json"),
        ('[["a", "b"], [1, null], [2, 3]]', "x.json"),
        ('{"a": 1}\n\n{"a": 2, "b": 3}\n', "x.jsonl"),
        ('{"a": 1, "b": null}\n{"a": 2, "b": 3}', "wrong.csv"),
        ("a,b\n1,\n2,3\n", "wrong.json"),
        ("a\tb\n1\tNA\n2\t3\n", "x.tsv"),
    ],
)
def test_same_table_in_each_form(put: Any, content: str, name: str) -> None:
    for path in (put(content, name), put(gzip.compress(content.encode()), name + ".gz")):
        frame = read_file(path)
        assert frame["a"].tolist() == [1, 2]
        assert str(frame["b"].dtype) == "Int64"
        assert frame["b"].isna().tolist() == [True, False]


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_parquet_whatever_its_name(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    frame.to_parquet(tmp_path / name)
    pd.testing.assert_frame_equal(read_file(tmp_path / name), frame)


def test_excel_reads_the_first_sheet_with_cells(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame().to_excel(book, sheet_name="empty")
        pd.DataFrame({"a": [1, None], "b": ["x", "y"]}).to_excel(
            book, sheet_name="data", index=False, startrow=2, startcol=1
        )
    frame = read_file(path)
    assert frame.columns.tolist() == ["a", "b"]
    assert str(frame["a"].dtype) == "Int64"


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("", "e.csv", "is empty"),
        (" \n \n", "e.csv", "is empty"),
        (bytes(range(256)) * 20, "b.csv", "binary file"),
        ("a,b\n1,2,3\n", "r.csv", "row 2 has 3 cells and the header 2"),
        ("a,b\n1,2\n3\n", "r.csv", "row 3 has 1 cells and the header 2"),
        ('{"a": 1,}', "j.json", "not valid JSON"),
        ('{"a": 1}', "j.json", "no table"),
        ("[1, 2]", "j.json", "no table"),
        ("[" * 100_000, "j.json", "not valid JSON"),
        ('{"a": 1}\n{"a": 2\n', "j.jsonl", "line 2"),
        (b"PK\x03\x04 no zip", "x.xlsx", "no Excel workbook"),
        (b"PAR1 no parquet PAR1", "x.parquet", "damaged Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.xls", "save it as .xlsx"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], "x.csv.gz", "damaged gzip"),
    ],
)
def test_bad_input_gets_one_line_with_what_to_do(
    put: Any, content: str | bytes, name: str, says: str
) -> None:
    with pytest.raises(ToolError) as problem:
        read_file(put(content, name))
    assert says in str(problem.value)
    assert name in str(problem.value)
    assert "\n" not in str(problem.value)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="There is no file"):
        read_file(tmp_path / "none.csv")
    with pytest.raises(ToolError, match="is a folder"):
        read_file(tmp_path)


def test_origin_holds_the_hash_of_the_bytes(put: Any) -> None:
    origin = file_origin(put("a\n1\n"))
    assert (origin.kind, origin.name) == ("file", "table.csv")
    assert origin.sha256 == hashlib.sha256(b"a\n1\n").hexdigest()


def test_csv_neutralizes_formulas(tmp_path: Path) -> None:
    frame = pd.DataFrame({"=h": ["=1+1", "+a", "-b", "@c", "\td", "\re", "ok", None], "n": -1.5})
    frame["kind"] = frame["=h"].astype("category")
    write_csv(frame, tmp_path / "o.csv")
    back = read_file(tmp_path / "o.csv")
    assert back.columns.tolist() == ["'=h", "n", "kind"]
    assert back["kind"].tolist()[0] == "'=1+1"
    assert back["'=h"].tolist()[:7] == ["'=1+1", "'+a", "'-b", "'@c", "'\td", "'\re", "ok"]
    assert back["n"].tolist() == [-1.5] * 8


def test_write_file_by_suffix(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    for name in ("o.csv", "o.parquet"):
        write_file(frame, tmp_path / name)
        assert read_file(tmp_path / name)["a"].tolist() == [1, 2]
    with pytest.raises(ToolError, match=r"\.parquet or \.csv"):
        write_file(frame, tmp_path / "o.xlsx")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "o.parquet"
    path.write_text("old")
    with pytest.raises(ToolError, match="cannot be stored"):
        write_file(pd.DataFrame({"a": [1, "x", {}]}), path)
    assert path.read_text() == "old"


words = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=8)


@checks(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(words, st.integers(-(10**15), 10**15)), min_size=1, max_size=8))
def test_json_lines_come_back(tmp_path: Path, cells: list[tuple[str, int]]) -> None:
    path = tmp_path / "t.jsonl"
    lines = (json.dumps({"w": word, "n": n}) for word, n in cells)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    frame = read_file(path)
    assert list(zip(frame["w"], frame["n"], strict=True)) == cells


plain = st.text("abc xyz,;|\t\"'\näß=", min_size=1, max_size=8).filter(lambda t: t.strip() != "")


@checks(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(plain, plain), min_size=1, max_size=8))
def test_csv_cells_come_back(tmp_path: Path, cells: list[tuple[str, str]]) -> None:
    frame = pd.DataFrame(cells, columns=["one", "two"], dtype="str")
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    pd.testing.assert_frame_equal(read_file(path), frame)
