"""Making the Record of a live dataset: what all sources do alike."""

import math
from datetime import UTC, datetime
from typing import Any

from ..deprecations import find_deprecation
from ..records import DataFile, Record

FORMS = ("parquet", "csv", "tsv", "jsonl", "json", "xlsx", "zip", "tar", "gz")
"""What can be read of a download, the most certain form first."""

_ALIASES = {
    "pq": "parquet",
    "tab": "tsv",
    "tab-separated-values": "tsv",
    "txt": "csv",
    "data": "csv",
    "ndjson": "jsonl",
    "jsonlines": "jsonl",
    "geojson": "",
    "tgz": "tar",
    "x-parquet": "parquet",
    "vnd.apache.parquet": "parquet",
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "x-gzip": "gz",
    "gzip": "gz",
    "x-tar": "tar",
}


def record(**fields: Any) -> Record:
    """Return a record with its id, its deprecation and whether it can be loaded.

    `popularity` is the logarithm (base 10) of the count that the source tells, so that millions of
    downloads weigh no more than a handful of packages; `provenance` keeps the count in words.
    """
    made = Record(id=f"{fields['source']}:{fields['native']}", **fields)
    made.provenance = {
        "connector": made.source,
        "live": True,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        **made.provenance,
    }
    made.deprecation = made.deprecation or find_deprecation(made)
    return made


def popularity(count: int | None, what: str) -> dict[str, Any]:
    """Return the fields that tell how popular a record is, from a count of something."""
    if not count:
        return {}
    return {
        "popularity": math.log10(1 + count),
        "provenance": {"popularity": f"its source counts {count:,} {what}"},
    }


def form_of(name: str, stated: str = "") -> str | None:
    """Return the form of a file from what its source states, else from its name.

    None where it is none that can be read.
    """
    for given in (stated.lower().rpartition("/")[2], *_endings(name)):
        form = _ALIASES.get(given.strip(". "), given.strip(". "))
        if form in FORMS:
            return form
    return None


def readable(files: list[DataFile]) -> list[DataFile]:
    """Return the files that can be read, the most certain form first, then the largest."""
    known = [file for file in files if file.form in FORMS]
    return sorted(known, key=lambda f: (FORMS.index(f.form or ""), -(f.bytes or 0)))


def _endings(name: str) -> list[str]:
    """Return the endings of a file name, the last one first; packed text counts as its text."""
    parts = name.lower().partition("?")[0].rpartition("/")[2].split(".")[1:]
    if parts[-1:] == ["gz"] and parts[-2:-1] != ["tar"]:
        return [*parts[-2:-1], "gz"]
    return ["tar"] if parts[-2:-1] == ["tar"] else parts[-1:]
