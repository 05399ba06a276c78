"""Names of datasets in running text: which records a text mentions, by their titles and aliases."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .records import Record

_TOKEN = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 6
_COMMON = 0.002
"""A word that more than this share of the descriptions use as a plain word names no dataset."""
_COMMON_PLAIN = 0.001
"""The same for a name in lower case, which looks like the plain word wherever it stands."""
_FEW = 4
"""Descriptions that may use a name as a plain word however few there are."""


@dataclass(frozen=True)
class Mention:
    """A dataset's name in a text.

    Attributes:
        places: positions of the records of that name.
        start: where the name begins in the text.
        end: where it ends.
    """

    places: tuple[int, ...]
    start: int
    end: int


class NameIndex:
    """Finds the names of records in texts.

    Names are matched whole and with their case. A name of one word that the descriptions also use
    as a plain word, such as "emotion", is left out.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        plain = _plain_words(record.description for record in records)
        self._places: dict[tuple[str, ...], list[int]] = {}
        for place, record in enumerate(records):
            for name in dict.fromkeys([record.title, *record.aliases]):
                tokens = tuple(_TOKEN.findall(name))
                if _tells(tokens) and (len(tokens) > 1 or _is_name(tokens[0], plain, len(records))):
                    self._places.setdefault(tokens, []).append(place)

    def find(self, text: str) -> list[Mention]:
        """Return the names in a text from left to right; of two that overlap, the longer one."""
        spans = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
        tokens = [token for token, _, _ in spans]
        found, at = [], 0
        while at < len(tokens):
            length = self._length(tokens, at)
            if length:
                places = self._places[tuple(tokens[at : at + length])]
                found.append(Mention(tuple(places), spans[at][1], spans[at + length - 1][2]))
            at += length or 1
        return found

    def _length(self, tokens: list[str], at: int) -> int:
        """Return how many tokens the longest name has that begins here; 0 for none."""
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            if tuple(tokens[at : at + length]) in self._places:
                return length
        return 0


def citations(records: Sequence[Record]) -> list[tuple[int, int]]:
    """Return (place, place) of each record whose description names another record."""
    names = NameIndex(records)
    found: list[tuple[int, int]] = []
    for place, record in enumerate(records):
        cited = {other for mention in names.find(record.description) for other in mention.places}
        found += [(place, other) for other in sorted(cited - {place})]
    return found


def _plain_words(texts: Iterable[str]) -> Counter[str]:
    """Count in how many texts each word stands in lower case."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({token for token in _TOKEN.findall(text) if token.islower()})
    return counts


def _is_name(word: str, plain: Counter[str], descriptions: int) -> bool:
    """Tell whether a word is rarely enough used as a plain word to be a name."""
    share = _COMMON_PLAIN if word.islower() else _COMMON
    return plain[word.lower()] <= max(_FEW, int(share * descriptions))


def _tells(tokens: tuple[str, ...]) -> bool:
    """Tell whether tokens are enough of a name to be looked for."""
    if not 0 < len(tokens) <= _LONGEST:
        return False
    return len("".join(tokens)) >= 3 and not all(token.isdigit() for token in tokens)
