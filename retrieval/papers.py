"""Datasets that a paper uses: by what its sentences say, its links, and the names of the index.

A name counts where the sentence says that it is a dataset ("the X corpus"), where it is written as
names are (a digit, a hyphen, capitals inside) in a sentence about data, or where a link points to
the page of a dataset. Names that the index does not have are told too.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..errors import MissingExtra, ToolError
from .records import Record

_LONGEST = 6
_FEWEST = 3
_KINDS = (
    r"data ?-?sets?|datasets?|corpus|corpora|benchmarks?|treebanks?|data ?bases?|test collections?"
    r"|challenge sets?|image collections?"
)
_NOTE = r"(?:\s*\([^)]{0,80}\)|\s*\[[\d,\s]{1,12}\])?"
_PART = r"[A-Z][A-Za-z0-9+]*(?:[./-][A-Za-z0-9+]+)*"
_NAME = rf"{_PART}(?:\s+(?:{_PART}|\d[\w-]*|of(?=\s+[A-Z])|the(?=\s+[A-Z])|in(?=\s+the\s+[A-Z])))*"
_MORE = rf"(?:{_NOTE}\s*(?:,|,?\s+and|,?\s+or)\s+(?:the\s+)?{_NAME})*"
_CUE_AFTER = re.compile(rf"^[\s,)\]]*{_NOTE}\s*(?:[a-z-]+\s+){{0,2}}(?i:{_KINDS})\b")
_NAMED = re.compile(rf"\b({_NAME}){_NOTE}\s+(?i:{_KINDS})\b")
_LISTED = re.compile(
    rf"\b(?:(?:{_KINDS})\s*(?:such as|like|including|:|called|named)\s*"
    r"|(?:train|evaluat|test|fine-?tun|pre-?train|experiment|result|benchmark)\w*\s+on\s+)"
    rf"(?:the\s+)?({_NAME}{_MORE})"
)
_ABOUT_DATA = re.compile(
    rf"\b(?:{_KINDS}|train(?:ed|ing)? (?:on|set|data)|evaluat\w+|test set|experiments? on|annotated"
    r"|labell?ed|fine-?tun\w+|pre-?train\w+|results? on|split)\b",
    re.IGNORECASE,
)
_LINKS = re.compile(
    r"(?:huggingface\.co/datasets/[\w.-]+(?:/[\w.-]+)?|openml\.org/(?:d|search\?[^\s]*id=)/?\d+"
    r"|archive\.ics\.uci\.edu/[^\s)\]>,]+|kaggle\.com/(?:datasets/|c/|competitions/)[^\s)\]>,]+"
    r"|zenodo\.org/records?/\d+|(?:doi\.org/)10\.5281/zenodo\.\d+"
    r"|tensorflow\.org/datasets/catalog/\w+)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\[])|\n\s*\n")
_REFERENCES = re.compile(
    r"^\s*(?:\d+\.?\s*)?(?:References|Bibliography|REFERENCES)\s*$", re.MULTILINE
)
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:\+)?")
_PLAIN = """
a an the this that these those our their its all both each such many most other public large small
new same first second third several various standard popular common existing training test
validation development we in on for from of table figure section appendix english open real
synthetic evaluation annotated labeled labelled image text speech video
"""
_NO_NAMES = frozenset(_PLAIN.split())


class DatasetMention(BaseModel):
    """A dataset that a paper names.

    `confidence` is "link" (an address points to it), "named" (the sentence says it is a dataset)
    or "written" (a name of the index in a sentence about data). `records` holds the records of the
    index of that name, the best known first; it is empty where the index has none.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    confidence: str
    count: int
    sentence: str
    records: list[str]


def read_paper(path: Path) -> str:
    """Return the text of a paper: a PDF, or a file of plain text.

    Raises:
        ToolError: the file cannot be read or holds no text.
        MissingExtra: it is a PDF and pypdf is not installed.
    """
    try:
        head = path.open("rb").read(5)
        text = _pdf_text(path) if head == b"%PDF-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{path} cannot be read as text or PDF: {error}") from error
    if not re.search(r"\w\w", text):
        raise ToolError(f"{path} holds no text; a scanned paper must be recognized first.")
    return text


def _pdf_text(path: Path) -> str:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise MissingExtra("Reading a PDF needs pypdf", "pdf") from error
    try:
        pages = [page.extract_text() for page in PdfReader(path).pages]
    except PyPdfError as error:
        raise ToolError(f"{path} is no PDF that can be read: {error}") from error
    # Words broken at the end of a line are joined again.
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", "\n".join(pages))


def find_mentions(text: str, records: Sequence[Record]) -> list[DatasetMention]:
    """Return the datasets that a text uses, those of the index first, then by how often.

    The list of references is left out: it names works and not what was used.

    Args:
        text: the text of a paper.
        records: the records to match names with.
    """
    names = _Names(records)
    found: dict[str, DatasetMention] = {}
    for sentence in _SENTENCE.split(_body(text)):
        flat = " ".join(sentence.split())
        for name, confidence in _in_sentence(flat, names):
            _count(found, name, confidence, flat, names)
    order = {"link": 0, "named": 1, "written": 2}
    return sorted(
        found.values(), key=lambda m: (not m.records, order[m.confidence], -m.count, m.name)
    )


class _Names:
    """Records by their names without case and punctuation, and by the end of their address."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._ids: dict[str, list[tuple[float, str]]] = {}
        for record in records:
            hub = str(record.provenance.get("hub", "")).rpartition("/")[2]
            for name in {record.title, record.native.rpartition("/")[2], hub, *record.aliases}:
                key = plain(name)
                if len(key) >= _FEWEST and not key.isdigit() and key not in _NO_NAMES:
                    self._ids.setdefault(key, []).append((-record.popularity, record.id))
            if record.url:
                self._ids.setdefault(_address(record.url), []).append((0.0, record.id))

    def of(self, name: str) -> list[str]:
        """Return the ids of the records of a name, the best known first."""
        found = self._ids.get(_address(name) if "/" in name else plain(name), [])
        found = found or self._ids.get(plain(name), [])
        return [record for _, record in sorted(set(found))][:5]


def plain(name: str) -> str:
    """Return a name without case and punctuation."""
    return re.sub(r"[^a-z0-9+]", "", name.lower())


def _address(url: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", url.lower()).rstrip("/.")


def _body(text: str) -> str:
    """Return the text before the list of references, which begins in its second half."""
    starts = [m.start() for m in _REFERENCES.finditer(text) if m.start() > len(text) / 3]
    return text[: starts[0]] if starts else text


def _in_sentence(sentence: str, names: _Names) -> list[tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for match in _LINKS.finditer(sentence):
        found[match.group(0).rstrip(".")] = (match.group(0).rstrip("."), "link")
    text = _LINKS.sub(" ", sentence)
    spans = [match.span(1) for match in _LISTED.finditer(text)]
    for name, start, end in _known(text, names):
        listed = any(start in range(*span) for span in spans)
        if listed or _CUE_AFTER.match(text[end : end + 120]):
            found.setdefault(plain(name), (name, "named"))
        elif _is_written(name) and _ABOUT_DATA.search(text):
            found.setdefault(plain(name), (name, "written"))
    for name in _unknown(text, spans):
        known = {plain(n) for n, _ in found.values()}
        if name and not any(plain(name) in other or other in plain(name) for other in known):
            found[plain(name)] = (name, "named")
    return list(found.values())


def _unknown(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """Return the names that a sentence says are datasets, whether or not the index has them."""
    names = [match.group(1) for match in _NAMED.finditer(text)]
    for start, end in spans:
        names += re.findall(_NAME, re.sub(r"\([^)]*\)|\[[^\]]*\]", ",", text[start:end]))
    return [_trimmed(name) for name in names]


def _known(text: str, names: _Names) -> list[tuple[str, int, int]]:
    """Return the names of the index in a text, the longest first at each place."""
    tokens = [(m.start(), m.end()) for m in _TOKEN.finditer(text)]
    found, at = [], 0
    while at < len(tokens):
        length = next(
            (n for n in range(_LONGEST, 0, -1) if _is_name(text, tokens, at, n, names)), 0
        )
        if length:
            start, end = tokens[at][0], tokens[at + length - 1][1]
            found.append((text[start:end], start, end))
        at += length or 1
    return found


def _is_name(text: str, tokens: list[tuple[int, int]], at: int, length: int, names: _Names) -> bool:
    if at + length > len(tokens):
        return False
    name = text[tokens[at][0] : tokens[at + length - 1][1]]
    return len(name) < 80 and bool(names.of(name)) and plain(name) not in _NO_NAMES


def _is_written(name: str) -> bool:
    """Tell whether a word is written as names are: SQuAD, CIFAR-10, MNIST, but not Iris."""
    capitals = sum(char.isupper() for char in name)
    inside = any(char.isupper() for char in name[1:])
    return len(plain(name)) > 3 and (
        (inside and capitals >= 2) or (name[0].isupper() and bool(re.search(r"\d", name)))
    )


def _trimmed(name: str) -> str:
    """Return a name without the words before it that begin a sentence; "" if nothing is left."""
    parts = name.split()
    while parts and parts[0].lower() in _NO_NAMES:
        parts = parts[1:]
    return " ".join(parts) if parts and len(plain(" ".join(parts))) >= _FEWEST else ""


def _count(
    found: dict[str, DatasetMention], name: str, confidence: str, sentence: str, names: _Names
) -> None:
    key = _address(name) if confidence == "link" else plain(name)
    if key in found:
        found[key].count += 1
        if confidence == "named" and found[key].confidence == "written":
            found[key].confidence = confidence
        return
    found[key] = DatasetMention(
        name=name,
        confidence=confidence,
        count=1,
        sentence=sentence[:300],
        records=names.of(name),
    )
