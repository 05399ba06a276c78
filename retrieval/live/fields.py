"""Reading the JSON of strangers: a value of another type than documented counts as absent."""

import html
import math
import re
from typing import Any

from ..licenses import read_license
from ..records import License, Record
from .faults import SourceFault

MAX_TEXT = 5_000
MAX_ITEMS = 200

_TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^<>]{0,2000}>", re.S | re.I)
_CREATIVE_COMMONS = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", re.I)
_ADDRESSES = (
    (re.compile(r"creativecommons\.org/publicdomain/zero", re.I), "CC0-1.0"),
    (re.compile(r"opendatacommons\.org/licenses/odbl", re.I), "ODbL-1.0"),
    (re.compile(r"opendatacommons\.org/licenses/by", re.I), "ODC-By-1.0"),
    (re.compile(r"opendatacommons\.org/licenses/pddl", re.I), "PDDL-1.0"),
    (re.compile(r"apache\.org/licenses/LICENSE-2", re.I), "Apache-2.0"),
    (re.compile(r"opensource\.org/licenses/MIT", re.I), "MIT"),
)
_SPDX = re.compile(r"spdx\.org/licenses/([\w.+-]+?)(?:\.html|\.json)?/?$", re.I)
_ID = re.compile(r"cc-by(?:-nc)?(?:-nd|-sa)?-\d\.\d|cc0-1\.0", re.I)
_IDS = {
    name.lower(): name
    for name in (
        *("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "MPL-2.0", "Unlicense", "WTFPL"),
        *("GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0", "ODbL-1.0", "ODC-By-1.0"),
        *("PDDL-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "etalab-2.0", "CDLA-Permissive-2.0"),
        *("CDLA-Permissive-1.0", "CDLA-Sharing-1.0", "C-UDA-1.0", "GFDL-1.3"),
    )
}
_PUBLIC_DOMAIN = re.compile(r"usa\.gov/(?:government-works|publicdomain)|publicdomain/mark", re.I)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>?#]+", re.I)


def at(value: Any, *path: str) -> Any:
    """Return what is at the end of a path of keys; None where the path breaks."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def need(answer: Any, *path: str) -> list[dict[str, Any]]:
    """Return the list of objects at a path of an answer.

    Raises:
        SourceFault: there is no list; the answer has another shape than documented.
    """
    found = at(answer, *path)
    if not isinstance(found, list):
        place = ".".join(path) or "the answer"
        raise SourceFault(f"its answer has another shape than documented: {place} is no list")
    return objects(found)


def must(made: Record | None, native: str) -> Record:
    """Return a record that was asked for by its id.

    Raises:
        SourceFault: the answer describes none.
    """
    if made is None:
        raise SourceFault(f"its answer describes no dataset {native!r}")
    return made


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; one object alone counts as a list of one."""
    found = value if isinstance(value, list) else [value]
    return [item for item in found[:MAX_ITEMS] if isinstance(item, dict)]


def one(value: Any) -> dict[str, Any]:
    """Return an object, or the first one of a list; an empty one for anything else."""
    return next(iter(objects(value)), {})


def text(value: Any, limit: int = MAX_TEXT) -> str:
    """Return a text without markup and control characters; "" for anything else."""
    if not isinstance(value, str):
        return ""
    bare = html.unescape(_TAGS.sub(" ", value[: 4 * limit]))
    printable = "".join(c if c.isprintable() or c == "\n" else " " for c in bare)
    return re.sub(r"\n\s*\n\s*", "\n\n", re.sub(r"[^\S\n]+", " ", printable)).strip()[:limit]


def line(value: Any, limit: int = 300) -> str:
    """Return a text as one line."""
    return " ".join(text(value, limit).split())


def texts(value: Any) -> list[str]:
    """Return the texts of a list, each once; one text alone counts as a list of one."""
    found = value if isinstance(value, list) else [value]
    lines = (line(item) for item in found[:MAX_ITEMS])
    return list(dict.fromkeys(item for item in lines if item))


def number(value: Any) -> int | None:
    """Return a whole number that is not negative, also from its digits."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if value >= 0 else None


def address(value: Any) -> str | None:
    """Return a web address; None for anything else."""
    found = value.strip() if isinstance(value, str) else ""
    return found[:2_000] if re.match(r"https?://[^\s]+$", found, re.I) else None


def doi(value: Any) -> str | None:
    """Return the DOI in a text, in lower case."""
    found = _DOI.search(value) if isinstance(value, str) else None
    return found.group().rstrip(".,;)").lower() if found else None


def day(value: Any) -> str | None:
    """Return a date as it begins: year, month, day."""
    found = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", value) if isinstance(value, str) else None
    return found.group() if found else None


def languages(value: Any) -> list[str]:
    """Return the two-letter codes among languages."""
    codes = (item.lower().partition("-")[0] for item in texts(value))
    return list(dict.fromkeys(code for code in codes if len(code) == 2))


def stated_license(name: Any, url: Any = None) -> License:
    """Return the license a source states, by its name, its address or both."""
    link = address(url) or address(name)
    words = line(name)
    if words == (link or words) and _PUBLIC_DOMAIN.search(link or ""):
        return License(raw=f"public domain ({link})", url=link, basis="stated")
    spdx = _known(link or "") or _identifier(words)
    found = read_license(words or link, link)
    if spdx and found.basis == "stated":
        return found.model_copy(update={"spdx": spdx})
    return found


def _known(link: str) -> str | None:
    """Return the SPDX identifier that the address of a license stands for."""
    found = _CREATIVE_COMMONS.search(link)
    if found:
        return f"CC-{found.group(1).upper()}-{found.group(2)}"
    for pattern, name in _ADDRESSES:
        if pattern.search(link):
            return name
    spdx = _SPDX.search(link)
    return spdx.group(1) if spdx else None


def _identifier(words: str) -> str | None:
    """Return the SPDX identifier that words spell in any case."""
    return words.upper() if _ID.fullmatch(words) else _IDS.get(words.lower())
