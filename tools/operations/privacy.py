"""Operations that take personal data out of cells."""

import hashlib
import ipaddress

import pandas as pd

from ..pii import Kind, find_pii
from .base import Operation, need_columns, with_columns
from .texts import change_values


class MaskPersonal(Operation):
    """Replace personal data of some kinds in a text column by the name of its kind."""

    column: str
    kinds: list[Kind]

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the places masked; a column that is no text stays."""
        return change_values(frame, self.column, self.masked)

    def masked(self, cell: str) -> str:
        """Return a cell with each place replaced, such as [EMAIL]."""
        context = cue(self.column)
        for start, end, kind in reversed(find_pii(context + cell)):
            if kind in self.kinds and start >= len(context):
                place = start - len(context), end - len(context)
                cell = f"{cell[: place[0]]}[{kind.upper()}]{cell[place[1] :]}"
        return cell

    def sentence(self) -> str:
        """Say what is masked."""
        return f"Mask {', '.join(self.kinds)} in {self.column!r}."


class GeneralizePersonal(Operation):
    """Replace personal data of some kinds in a text column by what is general in it."""

    column: str
    kinds: list[Kind]

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the places generalized; a column that is no text stays."""
        return change_values(frame, self.column, self.general)

    def general(self, cell: str) -> str:
        """Return a cell with each place replaced, such as [EMAIL]@example.org."""
        context, text = cue(self.column), cell
        for start, end, kind in reversed(find_pii(context + cell)):
            if kind in self.kinds and start >= len(context):
                place = slice(start - len(context), end - len(context))
                text = text[: place.start] + generalized(cell[place], kind) + text[place.stop :]
        return text

    def sentence(self) -> str:
        """Say what is generalized."""
        return f"Keep only what is general of {', '.join(self.kinds)} in {self.column!r}."


def generalized(text: str, kind: Kind) -> str:
    """Return what is general: an e-mail's or URL's host, an IP's net, an IBAN's or phone's country.

    Of a social security or card number nothing but its kind is left.
    """
    match kind:
        case "email":
            return f"[EMAIL]@{text.rpartition('@')[2]}"
        case "url":
            return text.partition("://")[2].partition("/")[0] or text.partition("/")[0]
        case "ip":
            size = 48 if ":" in text else 24
            return str(ipaddress.ip_network(f"{text}/{size}", strict=False))
        case "iban":
            return f"{text[:2].upper()}[IBAN]"
        case "phone" if text.startswith("+"):
            return f"{text[:3]}[PHONE]"
    return f"[{kind.upper()}]"


class HashValues(Operation):
    """Replace each value of a column by a hash: equal values stay equal, and cannot be read."""

    column: str
    salt: str

    def apply(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with 16 hexadecimal digits for each value; missing ones stay so."""
        need_columns(frame, [self.column])
        column = frame[self.column]
        hashes = {cell: self._hash(str(cell)) for cell in column.dropna().unique()}
        return with_columns(frame, {self.column: column.map(hashes).astype("str")})

    def _hash(self, cell: str) -> str:
        key = hashlib.sha256(self.salt.encode()).digest()
        return hashlib.blake2b(cell.encode(), key=key, digest_size=8).hexdigest()

    def sentence(self) -> str:
        """Say what is hashed."""
        return f"Replace the values of {self.column!r} by their hashes."


def cue(column: str) -> str:
    """Return a column's name as words that may tell what stands in its cells."""
    words = "".join(f" {char}" if char.isupper() else char for char in column)
    return words.replace("_", " ").replace(".", " ").strip() + ": "
