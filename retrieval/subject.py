"""The subject of a demand: which of its words people keep when they write it as keyphrases.

"We propose a novel network for the segmentation of images" is about segmentation and images. How
often each word of a sentence comes back in the keyphrases for it was counted on 17,397 pairs of a
sentence from a paper and its keyphrases (`learned/words.json`; `dataquarry index train` counts
anew). A word that was never seen is kept: it is more likely a subject than a habit of speech.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from .text import STOP_WORDS, words

_TOKEN = re.compile(r"[\w-]+|[^\w\s]")
_BELIEF = 5
"""How many sightings the share among all words counts for, before a word is seen at all."""
_UNSEEN = 0.1
_LEAST_SEEN = 3
_LEAST_KEPT = 0.05
_STRESS = 0.25

WORDS_FILE = "words.json"
LEARNED = Path(str(files(__package__ or "dataquarry.retrieval"))) / "learned"
"""The folder of what comes with the package, as `dataquarry index train` writes it."""


def learn_words(forms: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Count how often each stem of a sentence comes back in the keyphrases for it.

    Args:
        forms: pairs of a sentence and its keyphrases.

    Returns:
        The share for each stem seen often enough, drawn toward that of an unseen word.
    """
    seen, kept = Counter[str](), Counter[str]()
    for sentence, keyphrases in forms:
        found = set(words(sentence))
        seen.update(found)
        kept.update(found & set(words(keyphrases)))
    return {
        stem: round((kept[stem] + _BELIEF * _UNSEEN) / (count + _BELIEF), 3)
        for stem, count in sorted(seen.items())
        if count >= _LEAST_SEEN
    }


def write_words(folder: Path, shares: Mapping[str, float]) -> None:
    """Write the shares of words to a folder."""
    (folder / WORDS_FILE).write_text(json.dumps(shares, indent=0) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Habits:
    """How people speak of what they want: the share in which each stem is kept in keyphrases."""

    shares: Mapping[str, float]

    @classmethod
    def read(cls, setting: str) -> "Habits":
        """Read the habits of an adapter's folder, or those that come with the package."""
        file = Path(setting) / WORDS_FILE
        return cls.shipped() if not file.is_file() else cls(_read(file))

    @classmethod
    def shipped(cls) -> "Habits":
        """Return the habits that come with the package."""
        return cls(_read(LEARNED / WORDS_FILE))

    def stress(self, stem: str) -> float:
        """Return how much a stem counts among the words of a demand, from 0 to 1."""
        return float(self.shares.get(stem, _UNSEEN) ** _STRESS)

    def subject(self, text: str) -> str:
        """Return a demand without words that keyphrases leave out; the text when none is left."""
        kept = [token for token in _TOKEN.findall(text) if self._tells(token)]
        return " ".join(kept) or text

    def _tells(self, token: str) -> bool:
        stems = words(token)
        if not stems:
            return token.lower() not in STOP_WORDS
        return any(self.shares.get(stem, _UNSEEN) >= _LEAST_KEPT for stem in stems)


@cache
def _read(file: Path) -> Mapping[str, float]:
    shares: dict[str, float] = json.loads(file.read_text(encoding="utf-8"))
    return shares
