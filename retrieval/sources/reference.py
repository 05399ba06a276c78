"""What sources share that know datasets without holding their data."""

import re
from typing import Any

import pandas as pd

from ...errors import ToolError
from ..licenses import read_license
from ..records import License, Record
from .package import REFERENCE, installed

HUB = "https://huggingface.co/datasets/"

_SHORT_CODES = {
    "afr": "af", "amh": "am", "ara": "ar", "arb": "ar", "asm": "as", "aze": "az", "azj": "az",
    "bel": "be", "ben": "bn", "bos": "bs", "bul": "bg", "cat": "ca", "ces": "cs", "cmn": "zh",
    "cym": "cy", "dan": "da", "deu": "de", "ell": "el", "eng": "en", "est": "et", "eus": "eu",
    "fas": "fa", "fil": "tl", "fin": "fi", "fra": "fr", "gle": "ga", "glg": "gl", "guj": "gu",
    "hau": "ha", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "hye": "hy", "ibo": "ig",
    "ind": "id", "isl": "is", "ita": "it", "jav": "jv", "jpn": "ja", "kan": "kn", "kat": "ka",
    "kaz": "kk", "khm": "km", "kin": "rw", "kir": "ky", "kor": "ko", "lao": "lo", "lav": "lv",
    "lit": "lt", "lvs": "lv", "mal": "ml", "mar": "mr", "mkd": "mk", "mlt": "mt", "mon": "mn",
    "mya": "my", "nep": "ne", "nld": "nl", "nno": "nn", "nob": "no", "nor": "no", "npi": "ne",
    "ory": "or", "pan": "pa", "pes": "fa", "pol": "pl", "por": "pt", "ron": "ro", "rus": "ru",
    "sin": "si", "slk": "sk", "slv": "sl", "som": "so", "spa": "es", "sqi": "sq", "srp": "sr",
    "swa": "sw", "swe": "sv", "swh": "sw", "tam": "ta", "tel": "te", "tgl": "tl", "tha": "th",
    "tur": "tr", "ukr": "uk", "urd": "ur", "uzb": "uz", "uzn": "uz", "vie": "vi", "xho": "xh",
    "yor": "yo", "zho": "zh", "zsm": "ms", "zul": "zu",
}  # fmt: skip


class ReferenceSource:
    """A package that describes datasets; their data is published elsewhere."""

    name: str
    package: str
    install = REFERENCE

    def available(self) -> bool:
        """Tell whether the package is installed, without importing it."""
        return installed(self.package)

    def load(self, native: str) -> pd.DataFrame:
        """Refuse: the package holds no data.

        Raises:
            ToolError: always.
        """
        raise ToolError(
            f"{self.package} holds no data of {native!r}, only its description; the data is where "
            "the record's address points."
        )


def hub_fields(path: str) -> dict[str, Any]:
    """Return the fields of a record whose data is a repository of the Hugging Face Hub."""
    return {
        "url": HUB + path,
        "access": "open",
        "provenance": {"hub": path, "fingerprint": f"hub:{path.lower()}"},
    }


def license_of(raw: str | None) -> License:
    """Return the license a package states for a dataset; an address alone is kept as one."""
    if raw and raw.startswith("http"):
        return read_license(raw, url=raw)
    return read_license(raw)


def language_codes(codes: list[str]) -> list[str]:
    """Return language codes such as "eng-Latn" in their ISO 639-1 form where there is one."""
    heads = [re.split(r"[-_]", code)[0].lower() for code in codes]
    return sorted({_SHORT_CODES.get(head, head) for head in heads if head})


def year_of(bibtex: str) -> str | None:
    """Return the year a BibTeX entry states."""
    found = re.search(r"\byear\s*=\s*[{\"]*\s*((?:19|20)\d\d)\b", bibtex, re.IGNORECASE)
    return found.group(1) if found else None


def spoken_name(name: str) -> str:
    """Return a name such as `AudioClassification` or `sci_tail` as words."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", name)
    return " ".join(parted.split()).lower()


def described(records: list[Record]) -> list[Record]:
    """Return the records that say what they hold, in the order of their ids."""
    return sorted((r for r in records if len(r.description) >= 20), key=lambda r: r.id)
