from pathlib import Path

import numpy as np
import pytest
from dataquarry import Settings, ToolError
from dataquarry.evals.linked import read_linked
from dataquarry.evals.suite import run_suite

SYLLABLES = ["ba", "ko", "li", "mu", "ne", "ro", "sa", "ti", "vo", "zu"]
WORDS = [a + b for a in SYLLABLES for b in SYLLABLES]


def write_case(folder: Path, *, known: str = "2") -> None:
    """Two tables of forty rows; the pairs name the second table's id first."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    names = [" ".join(random.choice(WORDS, 4, replace=False)) + f" {i * 37}" for i in range(40)]
    (folder / "a.csv").write_text(
        "id|name\n" + "".join(f"{i}|{name}\n" for i, name in enumerate(names))
    )
    (folder / "b.csv").write_text(
        "id%title\n" + "".join(f"x{i}%{name.upper()} etc\n" for i, name in enumerate(names))
    )
    (folder / "same.csv").write_text(
        "D1,D2\n" + "".join(f"x{i},{i}\n" for i in range(40)).replace("x2,2", f"x2,{known}")
    )


def test_links_a_folder_and_counts(tmp_path: Path, settings: Settings) -> None:
    write_case(tmp_path / "shops")
    result = run_suite("records", tmp_path, settings=settings)
    figures = result["summary"]["shops"]
    assert figures["pairs"] == 40
    assert figures["f1"] >= 0.95
    assert figures["relation"] == "one-to-one"


def test_reads_pairs_in_either_order_and_without_a_header(tmp_path: Path) -> None:
    write_case(tmp_path / "shops")
    read = read_linked(tmp_path / "shops")
    assert read.right is not None
    assert read.left.columns.tolist() == ["title"]
    assert (3, 3) in read.truth
    one = tmp_path / "one"
    one.mkdir()
    (one / "rows.csv").write_text("id,a,b\n7,x,y\n8,x,z\n9,q,r\n")
    (one / "pairs.csv").write_text("8,7\n9,7\n")
    assert read_linked(one).truth == {(0, 1), (0, 2)}


def test_what_does_not_fit_is_told(tmp_path: Path, settings: Settings) -> None:
    write_case(tmp_path / "shops", known="77")
    with pytest.raises(ToolError, match="1 pairs name unknown ids"):
        run_suite("records", tmp_path, settings=settings)
    (tmp_path / "shops" / "same.csv").unlink()
    with pytest.raises(ToolError, match="no one or two tables"):
        run_suite("records", tmp_path, settings=settings)
