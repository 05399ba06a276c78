"""Operations on text whose encoding was damaged."""

import itertools
import re
import unicodedata

import pandas as pd

from .base import Operation
from .texts import change_values

LOST = re.compile("[\ufffd\x80-\x9f\x00-\x08\x0e-\x1f]")
"""Replacement and control characters: no keyboard makes them."""

MISREAD = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
"""What two bytes of UTF-8 look like in Windows-1252."""


def is_damaged(text: str) -> bool:
    """Tell whether a text holds lost characters, misread bytes or marks of no letter."""
    if text.isascii():
        return bool(LOST.search(text))
    return bool(LOST.search(text)) or repair_text(text) != text or bool(_stray_marks(text))


def repair_text(text: str) -> str:
    """Return the text read in the right encoding, if that works for all of it; else as it is."""
    if not MISREAD.search(text):
        return text
    for page in ("cp1252", "latin-1"):
        try:
            return text.encode(page).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _stray_marks(text: str) -> list[str]:
    """Return combining marks that make no letter of any alphabet with the Latin one before."""
    composed = unicodedata.normalize("NFC", text)
    return [
        mark
        for before, mark in itertools.pairwise(composed)
        if unicodedata.combining(mark) and before.isascii()
    ]


class RepairEncoding(Operation):
    """Turn back text that is UTF-8 read as Windows-1252."""

    column: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the text repaired; a column that is no text stays."""
        return change_values(frame, self.column, repair_text)

    def sentence(self) -> str:
        """Say what is repaired."""
        return f"Read {self.column!r} in the encoding it was written in."


class DropUnreadable(Operation):
    """Take out characters that are lost: replacement and control characters, stray marks."""

    column: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame without such characters; a column that is no text stays."""
        return change_values(frame, self.column, _readable)

    def sentence(self) -> str:
        """Say what is taken out."""
        return f"Take unreadable characters out of {self.column!r}."


def _readable(text: str) -> str:
    if text.isascii() and not LOST.search(text):
        return text
    kept = LOST.sub("", text)
    stray = _stray_marks(kept)
    return (
        "".join(c for c in unicodedata.normalize("NFC", kept) if c not in stray) if stray else kept
    )
