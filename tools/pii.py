"""Personal data in text: found by own patterns, confirmed by checksums where there are any.

Kinds: e-mail, IBAN (mod 97), IP address, URL, US social security number, payment card (Luhn and
issuer prefix), phone. Names, addresses and dates need a language model and are not looked for.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["email", "iban", "ip", "url", "ssn", "card", "phone"]


class Span(NamedTuple):
    """One place of personal data: characters `start` to `end` of the text."""

    start: int
    end: int
    kind: Kind


_SIGNS = re.compile(r"\d|@|://|www\.|::", re.IGNORECASE)
"""What every kind holds: texts without any of it are passed over at once."""

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]+@(?:[\w](?:[\w-]*\w)?\.)+[^\W\d_]{2,24}(?![\w-])"
)
_URL = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"'()\[\]{}|]+|(?<![\w@.])www\.[\w-]+\.[^\s<>\"'()\[\]{}|]+",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w]|-\d)")
_CARD = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){11,18}(?![\w]|[-.]\d)")
_ISSUER = re.compile(
    r"4|5[0-8]|2(?:2[2-9]|[3-6]\d|7[01]|720)|3[47]|3(?:0[0-59]|[689])|35|6(?:0|2|3|4[4-9]|5|7|8|9|1)"
    r"|1800|2131"
)
_PHONE = re.compile(
    r"(?<![\w.,$€£#/:@+-])"
    r"(?:\+|00)?\(?\d{1,4}\)?(?:[ .\-/]?\(?\d{1,4}\)?){1,6}"
    r"(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?![\w%]|[.,:/-]\d)"
)
_NO_PHONE = re.compile(
    r"\d{3}-\d{2}-\d{4}|(?:19|20)\d\d([-./ ])\d{1,2}\1\d{1,2}"
    r"|\d{1,2}([-./ ])\d{1,2}\2(?:(?:19|20)\d\d|\d\d)"
)
_CUE = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell|fax|call|dial|reach|number|contact|ring|text|sms"
    r"|whatsapp|hotline)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:licen[cs]e|passport|order|invoice|account|reference|ref|serial|isbn|policy|zip|case"
    r"|ticket|tracking|customer|member(?:ship)?|id)\b[^.!?]{0,25}$",
    re.IGNORECASE,
)
_CUE_REACH = 60
_TRAILING = ".,;:!?'\""


def find_pii(text: str) -> list[Span]:
    """Return the places of personal data in a text, in order, none overlapping.

    Where kinds overlap, the one that is surer counts: those with a fixed form or a checksum come
    before phones.
    """
    found: list[Span] = []
    if not _SIGNS.search(text):
        return found
    for kind, find in _FINDERS:
        for start, end in find(text):
            if all(end <= span.start or start >= span.end for span in found):
                found.append(Span(start, end, kind))
    return sorted(found)


def _emails(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _EMAIL.finditer(text)] if "@" in text else []


def _urls(text: str) -> list[tuple[int, int]]:
    spans = []
    for match in _URL.finditer(text):
        kept = match.group().rstrip(_TRAILING)
        spans.append((match.start(), match.start() + len(kept)))
    return spans


def _ibans(text: str) -> list[tuple[int, int]]:
    return [
        (match.start(), match.start() + length)
        for match in _IBAN.finditer(text)
        if (length := iban_length(match.group()))
    ]


def iban_length(text: str) -> int:
    """Return how many characters from the start of a text are an IBAN with a right checksum."""
    for end in range(len(text), 14, -1):
        head = text[:end]
        bare = re.sub(r"[ -]", "", head).upper()
        whole = end == len(text) or not text[end].isalnum()
        if whole and head[-1].isalnum() and 15 <= len(bare) <= 34 and _mod97(bare):
            return end
    return 0


def _mod97(bare: str) -> bool:
    turned = bare[4:] + bare[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _ips(text: str) -> list[tuple[int, int]]:
    matches = [
        *_IPV4.finditer(text),
        *(_IPV6.finditer(text) if "::" in text or text.count(":") > 5 else []),
    ]
    return [match.span() for match in matches if _is_ip(match.group())]


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(char.isalnum() for char in text)


def _ssns(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _SSN.finditer(text)]


def _cards(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _CARD.finditer(text) if is_card(match.group())]


def is_card(text: str) -> bool:
    """Tell whether digits are a payment card's: an issuer's prefix and a right Luhn checksum."""
    digits = re.sub(r"\D", "", text)
    return bool(_ISSUER.match(digits)) and len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    return (sum(int(d) for d in digits[-1::-2]) + sum(d // 10 + d % 10 for d in doubled)) % 10 == 0


def _phones(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _PHONE.finditer(text) if _is_phone(text, match)]


def _is_phone(text: str, match: re.Match[str]) -> bool:
    """Judge digits by their number, their grouping, and words that speak of phones before them."""
    shown = match.group()
    main = re.split(r"x|ext", shown)[0]
    digits = re.sub(r"\D", "", main)
    if not 7 <= len(digits) <= 15 or _NO_PHONE.fullmatch(shown.strip()):
        return False
    if shown.startswith(("+", "00")) and len(digits) >= 8:
        return True
    before = text[max(0, match.start() - _CUE_REACH) : match.start()]
    if _OTHER.search(before):
        return False
    groups = re.findall(r"\d+", main)
    if len(groups) >= 3 or "(" in main or "x" in shown:
        return len(groups[-1]) >= 2
    return bool(_CUE.search(before))


_FINDERS: tuple[tuple[Kind, Callable[[str], list[tuple[int, int]]]], ...] = (
    ("email", _emails),
    ("url", _urls),
    ("iban", _ibans),
    ("ip", _ips),
    ("ssn", _ssns),
    ("card", _cards),
    ("phone", _phones),
)
