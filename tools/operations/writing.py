"""Operations that write what a text column holds in one way: codes, dates, numbers, durations."""

import re
from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from .base import Operation
from .texts import change_text


class Rewrite(Operation):
    """Write each value of a text column anew; a value that does not read so stays."""

    column: str

    def rewrite(self, text: str) -> str | None:
        """Return the text as it should be written, None where it does not read."""
        raise NotImplementedError

    def rewrite_all(self, texts: list[str]) -> list[str | None]:
        """Return each text as it should be written, None where it does not read."""
        return [self.rewrite(text) for text in texts]

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the column rewritten; a column that is no text stays."""
        return change_text(frame, self.column, self._rewritten)

    def _rewritten(self, column: pd.Series) -> pd.Series:
        texts = [str(text) for text in column.dropna().unique()]
        pairs = zip(texts, self.rewrite_all(texts), strict=True)
        written = column.map({old: new or old for old, new in pairs}, na_action="ignore")
        return written.astype(column.dtype)


class WriteByMask(Rewrite):
    """Write codes of the same letters and digits with the separators and the case of a mask.

    In a mask 9 stands for a digit, A and a for a letter in upper and lower case; all else is
    written as it is.
    """

    mask: str

    def rewrite(self, text: str) -> str | None:
        """Return the code written by the mask."""
        found = [sign for sign in text if sign.isalnum()]
        places = [sign for sign in self.mask if sign.isalnum()]
        if kinds("".join(found)) != kinds("".join(places)):
            return None
        signs = iter(found)
        return "".join(_written(sign, signs) if sign.isalnum() else sign for sign in self.mask)

    def sentence(self) -> str:
        """Say how the codes are written."""
        return f"Write the codes of {self.column!r} as {self.mask!r}."


def kinds(code: str) -> str:
    """Return 9 for each digit and a for each letter of a code, and all else as it is."""
    return "".join("9" if s.isdigit() else "a" if s.isalpha() else s for s in code)


def _written(place: str, signs: Iterator[str]) -> str:
    sign = next(signs)
    return sign.upper() if place == "A" else sign.lower() if place == "a" else sign


class PadZeros(Rewrite):
    """Write codes of digits with zeros in front, up to their usual length."""

    width: int

    def rewrite(self, text: str) -> str | None:
        """Return the code at full length."""
        return text.zfill(self.width) if text.isdecimal() and len(text) < self.width else None

    def sentence(self) -> str:
        """Say how long the codes are."""
        return f"Write the codes of {self.column!r} with {self.width} digits."


class WriteUpper(Rewrite):
    """Write short codes in upper case that are in lower case throughout; longer text stays."""

    longest: int

    def rewrite(self, text: str) -> str | None:
        """Return the code in upper case."""
        short = len(text) <= self.longest and text.isalnum()
        return text.upper() if short and text.islower() else None

    def sentence(self) -> str:
        """Say how codes are written."""
        return f"Write the codes of {self.column!r} in upper case."


class WriteDates(Rewrite):
    """Write dates of several formats in one; with `padded` off, without zeros in front."""

    format: str
    others: list[str]
    padded: bool = True

    def rewrite_all(self, texts: list[str]) -> list[str | None]:
        """Return the dates in the format, None where they do not read or have it already."""
        cells = pd.Series(texts, dtype="str")
        here = read_dates(cells, self.format).notna()
        read = pd.Series(pd.NaT, cells.index, dtype="datetime64[us]")
        for other in self.others:
            read = read.fillna(read_dates(cells, other))
        written = read.dt.strftime(self.format)
        if not self.padded:
            written = written.str.replace(r"\b0(\d)", r"\1", regex=True)
        return [
            None if had or pd.isna(new) else str(new)
            for had, new in zip(here, written, strict=True)
        ]

    def sentence(self) -> str:
        """Say in which format dates are written."""
        return f"Write the dates of {self.column!r} as {self.format}."


def read_dates(texts: pd.Series, form: str) -> pd.Series:
    """Return the dates of a text column in one format, NaT where it does not fit."""
    return pd.to_datetime(texts.str.strip(), format=form, errors="coerce").astype("datetime64[us]")


class WriteNumbers(Rewrite):
    """Write numbers with the same signs around them and the same separators.

    The digits stay as they are, but for zeros after the point where `trim` is set. Text with
    other words around the number than those in `units` stays.
    """

    units: list[str] = []
    before: str = ""
    after: str = ""
    thousands: bool = False
    comma: bool = False
    """Whether a comma is read as the decimal point."""
    trim: bool = False

    NUMBER: ClassVar[re.Pattern[str]] = re.compile(
        r"\s*([^\d\s+\-.,]*)\s*([-+]?(?:\d[\d,]*\.?\d*|\.\d+))(.*?)", re.DOTALL
    )

    GROUPED: ClassVar[re.Pattern[str]] = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")

    def rewrite(self, text: str) -> str | None:
        """Return the number written as the others."""
        parts = number_parts(text)
        signs = {parts[0].lower(), parts[2].strip().lower()} if parts else set()
        if parts is None or not signs <= {*self.units, ""}:
            return None
        if "," in parts[1] and not self.comma and not self.GROUPED.fullmatch(parts[1]):
            return None
        digits = parts[1].replace(",", "." if self.comma else "")
        whole, point, rest = digits.partition(".")
        if self.trim:
            rest = rest.rstrip("0")
        if self.thousands:
            whole = f"{int(whole):,}"
        return f"{self.before}{whole}{point if rest else ''}{rest}{self.after}"

    def sentence(self) -> str:
        """Say how numbers are written."""
        example = f"{self.before}{'1,234' if self.thousands else '1234'}{self.after}"
        return f"Write the numbers of {self.column!r} in one way, as {example!r}."


def number_parts(text: str) -> tuple[str, str, str] | None:
    """Return what stands before a number, the number and what stands after; None without one."""
    found = WriteNumbers.NUMBER.fullmatch(text)
    return (found[1], found[2], found[3]) if found else None


DURATION = re.compile(
    r"\s*(?:(\d+)\s*h(?:rs?|ours?)?\b\.?)?\s*,?\s*(?:(\d+)\s*m(?:ins?|inutes?)?\b\.?)?\s*", re.I
)


class WriteDurations(Rewrite):
    """Write durations of hours and minutes as minutes."""

    after: str

    def rewrite(self, text: str) -> str | None:
        """Return the minutes."""
        minutes = read_minutes(text)
        return None if minutes is None else f"{minutes}{self.after}"

    def sentence(self) -> str:
        """Say how durations are written."""
        return f"Write the durations of {self.column!r} in minutes, as '90{self.after}'."


def read_minutes(text: str) -> int | None:
    """Return the minutes of a text such as '1 hr. 30 min.', '2h' or '90 min'."""
    found = DURATION.fullmatch(text)
    if found is None or (found[1] is None and found[2] is None):
        return None
    return 60 * int(found[1] or 0) + int(found[2] or 0)
