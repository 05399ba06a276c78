"""Licenses: reading what a source states, and telling whether it serves a demand."""

import re

from .demand import LicenseNeed
from .records import License

_VERSION = r"[\s-]*v?(?:ersion\s*)?(\d\.\d)?"
_CREATIVE_COMMONS = re.compile(
    r"\b(?:CC|Creative[\s-]+Commons)[\s-]*(?:License[\s-]*)?"
    r"((?:BY|Attribution)(?:[\s-]*(?:NC|SA|ND|Non-?Commercial|Share-?Alike|No-?Deriv\w*)\b)*)"
    rf"(?:\s+International|\s+Unported|\s+License)?{_VERSION}",
    re.IGNORECASE,
)
_NAMED = (
    (re.compile(r"\bCC[\s-]?0\b|\bCC[\s-]?ZERO\b|publicdomain/zero", re.IGNORECASE), "CC0-1.0"),
    (re.compile(r"\bODbL\b|\bOpen Database Licen[cs]e\b", re.IGNORECASE), "ODbL-1.0"),
    (re.compile(r"\bPDDL\b|\bPublic Domain Dedication and Licen[cs]e\b"), "PDDL-1.0"),
    (re.compile(r"\bODC-By\b", re.IGNORECASE), "ODC-By-1.0"),
    (re.compile(r"\bOpen Government Licen[cs]e\b|\bOGL[\s-]?v?\d", re.IGNORECASE), "OGL-UK-3.0"),
    (
        re.compile(
            r"\bApache(?:[\s-]+Licen[cs]e)?[\s,-]*(?:Version\s*)?2(?:\.0)?\b", re.IGNORECASE
        ),
        "Apache-2.0",
    ),
    (re.compile(r"\bBSD[\s-]3[\s-]Clause\b", re.IGNORECASE), "BSD-3-Clause"),
    (re.compile(r"\bMIT(?:[\s-]licen[cs]ed?)\b|^MIT$", re.IGNORECASE), "MIT"),
    (re.compile(r"\bpublic[\s-]+domain\b", re.IGNORECASE), "public domain"),
)
_FIELD_ONLY = (
    (re.compile(r"\bcdla[\s-]permissive[\s-]1", re.IGNORECASE), "CDLA-Permissive-1.0"),
    (
        re.compile(r"\bcdla[\s-]permissive[\s-]2|cdla\.dev/permissive-2", re.IGNORECASE),
        "CDLA-Permissive-2.0",
    ),
    (re.compile(r"\bcdla[\s-]sharing[\s-]1", re.IGNORECASE), "CDLA-Sharing-1.0"),
    (re.compile(r"\bagpl[\s-]?v?3", re.IGNORECASE), "AGPL-3.0"),
    (re.compile(r"\blgpl[\s-]?v?3", re.IGNORECASE), "LGPL-3.0"),
    (re.compile(r"\bgpl[\s-]?v?3", re.IGNORECASE), "GPL-3.0"),
    (re.compile(r"\bgpl[\s-]?v?2", re.IGNORECASE), "GPL-2.0"),
    (re.compile(r"\bafl[\s-]3", re.IGNORECASE), "AFL-3.0"),
    (re.compile(r"\bmpl[\s-]2", re.IGNORECASE), "MPL-2.0"),
    (re.compile(r"\beupl[\s-]1\.2", re.IGNORECASE), "EUPL-1.2"),
    (re.compile(r"\bbsd[\s-]2[\s-]clause\b", re.IGNORECASE), "BSD-2-Clause"),
)
"""Read in a license field only: in prose they mostly name the license of some software."""

_ADDRESS = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", re.IGNORECASE)

_PARTS = (
    ("NC", re.compile(r"NC|Non-?Commercial", re.IGNORECASE)),
    ("ND", re.compile(r"ND|No-?Deriv", re.IGNORECASE)),
    ("SA", re.compile(r"SA|Share-?Alike", re.IGNORECASE)),
)
_NOT_STATED = re.compile(r"^\W*(todo|unknown|not? (stated|provided|specified)|)\W*$", re.IGNORECASE)
_PROSE = re.compile(
    r"\b(?:is|are|was|were|under|released|distributed|published|licen[cs]ed?|dedicated|data|in the)"
    r"\b[^.]{0,80}$|^\W{0,8}$",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\bnot\b[^.]{0,30}$", re.IGNORECASE)


def read_license(raw: str | None, url: str | None = None) -> License:
    """Return the license a source states in its own license field.

    Words that no identifier is known for stay as `raw`; empty or "unknown" ones state nothing.
    """
    text = " ".join((raw or "").split())
    if _NOT_STATED.match(text):
        return License()
    return License(spdx=_identifier(text), raw=text[:300], url=url, basis="stated")


def find_license(prose: str) -> License:
    """Return the license a description states in passing, or one with basis "unknown".

    Only a recognized license in a sentence about granting or releasing counts: a driver's license
    or "not in the public domain" does not.
    """
    text = " ".join(prose.split())
    patterns = [_CREATIVE_COMMONS, *(pattern for pattern, _ in _NAMED)]
    for pattern in patterns:
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 90) : match.start()]
            if _PROSE.search(before) and not _DENIED.search(before):
                words = _sentence(text, match.start(), match.end())
                return License(spdx=_identifier(match.group(0)), raw=words, basis="stated")
    return License()


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a place in the text, at most 200 characters of it."""
    head = re.split(r"(?<=[.!?])['\"]?\s+(?=[A-Z])|#+ \w+ ", text[max(0, start - 120) : start])[-1]
    tail = re.split(r"(?<=[.!?])\s|#+ ", text[end : end + 80])[0]
    return f"{head}{text[start:end]}{tail}".strip()


def _identifier(text: str) -> str | None:
    found = _CREATIVE_COMMONS.search(text)
    if found:
        words, version = found.group(1), found.group(2) or ("4.0" if "4.0" in text else None)
        parts = [name for name, pattern in _PARTS if pattern.search(words)]
        return "-".join(["CC", "BY", *parts, *([version] if version else [])])
    if address := _ADDRESS.search(text):
        return f"CC-{address.group(1).upper()}-{address.group(2)}"
    for pattern, name in (*_FIELD_ONLY, *_NAMED):
        if pattern.search(text):
            return None if name == "public domain" else name
    return None


def unmet_license(license_: License, need: LicenseNeed) -> str | None:
    """Say how a license fails to serve a need; None when it serves.

    A license that is not stated serves only the need "any". "commercial" and "open" need one that
    is recognized, or words that name the public domain.
    """
    if need == "any":
        return None
    if license_.basis == "unknown":
        return "license not stated"
    if need == "stated":
        return None
    label = license_.label
    name = (license_.spdx or _identifier(license_.raw or "") or "").upper()
    free = bool(name) or "public domain" in (license_.raw or "").lower()
    if not free:
        return f"license not recognized as {need}: {label}"
    if "-NC" in name:
        return f"license forbids commercial use: {label}"
    if need == "open" and "-ND" in name:
        return f"license forbids changed copies: {label}"
    return None
