from pathlib import Path

import pandas as pd
import pytest
from dataquarry import Settings, ToolError
from dataquarry.retrieval.demand import Demand
from dataquarry.tools.base import Work
from dataquarry.tools.choose_target import choose_target
from dataquarry.tools.load import keep_frame
from dataquarry.tools.meanings import column_meanings
from dataquarry.tools.notes import Note, note_meanings, read_note
from dataquarry.tools.profile import profile

COLUMNS = ["bp_sys", "Age Years", "x7", "smoker"]


@pytest.mark.parametrize(
    ("line", "column", "meaning"),
    [
        ("bp_sys: systolic blood pressure in mmHg", "bp_sys", "systolic blood pressure in mmHg"),
        ("- **x7** \u2013 whether the person came back", "x7", "whether the person came back"),
        ("| `age_years` | age in whole years |", "Age Years", "age in whole years"),
        ("* BP_SYS = pressure, measured twice", "bp_sys", "pressure, measured twice"),
        ("smoker,1 for yes and 0 for no", "smoker", "1 for yes and 0 for no"),
        ("smoker\tsmokes now", "smoker", "smokes now"),
        ("smoker      smokes now", "smoker", "smokes now"),
    ],
)
def test_a_line_that_begins_with_a_column_says_what_it_means(
    line: str, column: str, meaning: str
) -> None:
    assert note_meanings(Note(name="n", text=f"# Notes\n{line}\n"), COLUMNS) == {column: meaning}


@pytest.mark.parametrize("line", ["About x7 I know nothing.", "x7", "x7: 3", "|---|---|", "y: z"])
def test_other_lines_say_nothing_of_columns(line: str) -> None:
    assert note_meanings(Note(name="n", text=line), COLUMNS) == {}


def test_notes_are_read_in_any_encoding_and_from_pdf(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Größe: in Metern".encode("cp1252"))
    assert "in Metern" in read_note(tmp_path / "a.txt").text
    (tmp_path / "b.pdf").write_bytes(pdf("x7: whether the person came back"))
    note = read_note(tmp_path / "b.pdf")
    assert note.name == "b.pdf"
    assert note_meanings(note, COLUMNS) == {"x7": "whether the person came back"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.exe", b"MZ", "is no note"),
        ("a.txt", b"  \n", "holds no text"),
        ("a.pdf", b"%PDF-1.4 broken", "no PDF that can be read"),
        ("a.md", b"x" * 1_000_001, "longer than 1,000,000 characters"),
        (None, b"", "cannot be read: No such file"),
    ],
)
def test_what_is_no_note_is_told(
    name: str | None, content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / (name or "none.md")
    if name:
        path.write_bytes(content)
    with pytest.raises(ToolError, match=message):
        read_note(path)


def test_a_dictionary_tells_the_target_and_is_cited(settings: Settings) -> None:
    frame = pd.DataFrame({"x7": ["a", "b"] * 30, "x8": ["c", "d", "e"] * 20, "v": range(60)})
    demand = Demand(text="Predict whether a customer came back", task="classification")
    work = Work(settings=settings, demand=demand)
    work.table = keep_frame(work.store, frame, "visits")
    text = "x7: whether the customer came back within a year\nx8: the shop's quarter"
    work.notes = (Note(name="codes.md", text=text),)

    proposal = choose_target.propose(work, {})

    assert proposal.groups[0].title == "x7"
    assert proposal.groups[0].recommended
    assert "codes.md says: whether the customer came back" in proposal.groups[0].evidence
    measured = profile.run(work, {})
    assert "the meaning of 2 is known" in measured.summary
    assert measured.data["columns"][0]["meaning"].startswith("codes.md says: whether")


def test_notes_go_before_the_source(settings: Settings) -> None:
    work = Work(settings=settings, demand=Demand(text="anything"))
    work.table = keep_frame(work.store, pd.DataFrame({"a": [1], "b": [2]}), "t")
    columns = [{"name": "a", "description": "by the source"}, {"name": "b", "description": "too"}]
    work.facts = {"load": {"record": {"columns": columns}}}
    work.notes = (Note(name="mine.txt", text="a: by me"),)

    meanings = column_meanings(work)

    assert meanings["a"].cited == "mine.txt says: by me"
    assert meanings["b"].cited == "the source says: too"


def pdf(text: str) -> bytes:
    """Return a PDF of one page with a line of text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += str(number).encode() + b" 0 obj\n" + part + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
