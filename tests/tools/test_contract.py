"""A contract is kept by its own table, and a table that breaks it is told where and how."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dataquarry import ToolError
from dataquarry.tools.contract import check_contract, read_contract, write_contract


def table(rows: int = 100) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "id": range(rows),
            "size": np.linspace(0, 50, rows),
            "kind": ["a", "b"] * (rows // 2),
            "note": [f"note {k}" for k in range(rows)],
            "day": pd.date_range("2024-01-01", periods=rows),
            "flag": [True, False] * (rows // 2),
        }
    )
    frame.loc[0, "size"] = None
    return frame


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contract.json"
    write_contract(table(), path)
    return path


def test_the_table_itself_and_rows_of_its_kind_keep_it(contract: Path) -> None:
    check_contract(table(), contract)
    more = table().assign(id=range(100, 200), size=lambda f: f["size"] * 1.9, note="n")
    check_contract(more.assign(note=[f"new {k}" for k in range(100)]), contract)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "c"}, r"kind: 100 cells break isin\(\['a', 'b'\]\) \(c\)"),
        ({"size": -1.0}, r"size: 100 cells break in_range\(0\.0, 99\.\d+\) \(-1\.0\)"),
        ({"kind": None}, "kind has 100 missing cells"),
        ({"id": 7}, r"id repeats values \(7\)"),
        ({"extra": 1}, "the column extra is new"),
        ({"size": "12"}, "size is str and not float64"),
    ],
)
def test_a_break_is_told_with_column_rule_and_cells(
    contract: Path, change: dict[str, object], told: str
) -> None:
    broken = table().assign(**change)
    for name in change:
        if change[name] is None:
            broken[name] = broken[name].astype("str")
    with pytest.raises(ToolError, match=told):
        check_contract(broken, contract)


def test_a_missing_column_is_told(contract: Path) -> None:
    with pytest.raises(ToolError, match="the column note is missing"):
        check_contract(table().drop(columns="note"), contract)


def test_a_small_table_tells_types_only(tmp_path: Path) -> None:
    path = tmp_path / "contract.json"
    write_contract(table(10), path)
    check_contract(table(10).assign(kind="z", size=-99.0), path)
    with pytest.raises(ToolError, match="size is str"):
        check_contract(table(10).assign(size="x"), path)


def test_what_is_no_contract_is_told(tmp_path: Path) -> None:
    path = tmp_path / "contract.json"
    path.write_text("{}")
    with pytest.raises(ToolError, match="is not a contract"):
        read_contract(path)
