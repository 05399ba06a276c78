"""Datasets named in the text of a paper; the texts are written for these tests."""

import pytest
from dataquarry import ToolError
from dataquarry.retrieval.papers import find_mentions, read_paper
from dataquarry.retrieval.records import Record


def make(native: str, title: str, **fields: object) -> Record:
    made = {"id": f"s:{native}", "source": "s", "native": native, "title": title, **fields}
    return Record.model_validate(made)


RECORDS = [
    make("squad", "SQuAD", url="https://huggingface.co/datasets/rajpurkar/squad"),
    make("cifar10", "cifar10", popularity=3.0),
    make("other/cifar10", "CIFAR-10 again", aliases=["CIFAR10"], popularity=1.0),
    make("iris", "Iris plants", aliases=["iris"]),
    make("co2", "CO2"),
    make("boolq", "BoolQ"),
    make("p", "Palmer penguins"),
]


def found(text: str) -> dict[str, tuple[str, list[str]]]:
    return {m.name: (m.confidence, m.records) for m in find_mentions(text, RECORDS)}


@pytest.mark.parametrize(
    ("text", "name", "confidence", "records"),
    [
        ("The iris data set has few rows.", "iris", "named", ["s:iris"]),
        ("We evaluate on SQuAD (Someone, 2016).", "SQuAD", "named", ["s:squad"]),
        ("The error on the CIFAR-10 test set falls.", "CIFAR-10", "written", None),
        ("Data: https://huggingface.co/datasets/rajpurkar/squad.",
         "huggingface.co/datasets/rajpurkar/squad", "link", ["s:squad"]),
        ("We use datasets such as BoolQ, SQuAD and Frobnar.", "Frobnar", "named", []),
        ("The Bluebottle Corpus was annotated by three people.", "Bluebottle", "named", []),
        ("We rely on the Palmer penguins dataset.", "Palmer penguins", "named", ["s:p"]),
    ],
)  # fmt: skip
def test_a_dataset_is_found_with_how_it_is_known(text, name, confidence, records):
    seen = found(text)
    assert name in seen
    assert seen[name][0] == confidence
    assert records is None or seen[name][1] == records


def test_the_best_known_record_of_a_name_comes_first():
    assert found("We train on CIFAR-10.")["CIFAR-10"][1] == ["s:cifar10", "s:other/cifar10"]


@pytest.mark.parametrize(
    "text",
    [
        "CO2 warms the air.",
        "Her iris was brown.",
        "The Committee met in Vienna.",
        "This dataset is large. Our dataset is larger.",
        "We say nothing of data.",
    ],
)
def test_a_plain_word_is_no_dataset(text):
    assert not found(text)


def test_mentions_are_counted_and_references_left_out():
    text = (
        "We train on SQuAD. Results on SQuAD are good.\n\nReferences\n"
        "The Frobnar dataset. A. Author, 2019.\n"
    )
    mentions = find_mentions(text, RECORDS)
    assert [(m.name, m.count) for m in mentions] == [("SQuAD", 2)]
    assert mentions[0].sentence == "We train on SQuAD."


def test_a_pdf_is_read(tmp_path):
    pytest.importorskip("pypdf")
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf("We evaluate on the BoolQ dataset."))
    assert [m.name for m in find_mentions(read_paper(path), RECORDS)] == ["BoolQ"]


def test_what_is_no_paper_is_a_clear_error(tmp_path):
    (tmp_path / "empty.txt").write_text(" ")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    for name, words in (("empty.txt", "no text"), ("bad.pdf", "no PDF"), ("none.txt", "cannot be")):
        with pytest.raises(ToolError, match=words):
            read_paper(tmp_path / name)
    with pytest.raises(ToolError, match="cannot be read"):
        read_paper(tmp_path / "bytes.txt")


def pdf(line: str) -> bytes:
    """Return a PDF of one page with one line."""
    stream = f"BT /F1 12 Tf 50 700 Td ({line}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
