"""Text quality: texts that are no prose, by the rules of large corpora.

Rules after Gopher (Rae et al., 2021), C4 (Raffel et al., 2020) and FineWeb (Penedo et al., 2024),
as far as they make sense for texts of any length.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..proposals import Group
from .base import Audited, drop_group

LONG = 20
"""Words from which repetition is judged."""

_WORD = re.compile(r"\w+")
_BOILERPLATE = re.compile(
    r"lorem ipsum|enable javascript|javascript (?:is|must be) (?:disabled|enabled|required)"
    r"|(?:use|uses) (?:of )?cookies|all rights reserved|terms (?:of (?:use|service)|and conditions)"
    r"|privacy policy|click here to|subscribe to our newsletter|page not found|access denied",
    re.IGNORECASE,
)
_COMMON_WORDS = {
    "en": "the of and to in is that it for was with as are be this have not you",
    "de": "der die und das ist nicht ich mit ein eine zu den auf es von dem sich auch",
    "fr": "le la les et des est une que pas je vous dans pour qui sur ce ne au",
    "es": "el los las que es una por con para del se no como su al lo más pero",
    "it": "il che di è un una per non con sono del della gli anche questo nel ma si",
    "pt": "o que não uma para com os do da em um são mais dos no na como mas",
    "nl": "de het een en van is dat niet op te zijn met voor ik je aan ook er",
}
_LANGUAGES = {name: set(words.split()) for name, words in _COMMON_WORDS.items()}
_SCRIPTS = re.compile(
    r"(?P<cyrillic>[\u0400-\u04ff])|(?P<arabic>[\u0600-\u06ff])|(?P<hebrew>[\u0590-\u05ff])"
    r"|(?P<devanagari>[\u0900-\u097f])|(?P<japanese>[\u3040-\u30ff])|(?P<chinese>[\u4e00-\u9fff])"
    r"|(?P<korean>[\uac00-\ud7af])|(?P<greek>[\u0370-\u03ff])"
)


class Rule(NamedTuple):
    """One fault of texts."""

    name: str
    title: str
    rule: str
    broken: Callable[[str, list[str]], bool]


def _without_words(text: str, words: list[str]) -> bool:
    return bool(text.strip()) and sum(any(map(str.isalpha, w)) for w in words) < len(words) / 2


def _symbols(text: str, words: list[str]) -> bool:
    bare = "".join(text.split())
    signs = sum(not (char.isalnum() or char in "'-.,\u2019") for char in bare)
    return len(bare) >= 10 and signs > 0.3 * len(bare)


def _repeats(text: str, words: list[str]) -> bool:
    if len(words) < LONG:
        return len(words) >= 6 and Counter(words).most_common(1)[0][1] > 0.6 * len(words)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 3 and len(set(lines)) < 0.7 * len(lines):
        return True
    for size, most in ((2, 0.2), (3, 0.18), (4, 0.16)):
        grams = Counter(zip(*(words[k:] for k in range(size)), strict=False))
        gram, count = grams.most_common(1)[0]
        if count > 2 and count * sum(map(len, gram)) > most * sum(map(len, words)):
            return True
    return False


def _boilerplate(text: str, words: list[str]) -> bool:
    found = sum(len(match.group()) for match in _BOILERPLATE.finditer(text))
    return found > 0 and (found > 0.1 * len(text) or "lorem ipsum" in text.lower())


RULES: tuple[Rule, ...] = (
    Rule(
        "no-words",
        "Drop texts without words",
        "At least half of a text's words hold a letter (Gopher asks for four fifths).",
        _without_words,
    ),
    Rule(
        "symbols",
        "Drop texts of symbols",
        "At most three tenths of the characters are symbols.",
        _symbols,
    ),
    Rule(
        "repetition",
        "Drop texts that repeat themselves",
        "No line, word sequence or word makes up so much of a text (Gopher's bounds).",
        _repeats,
    ),
    Rule(
        "boilerplate",
        "Drop boilerplate",
        "A text is not made of notices, cookie banners, error pages or filler (as C4).",
        _boilerplate,
    ),
)


def poor_texts(audited: Audited) -> list[Group]:
    """Find texts that are too short, of symbols, repeated, boilerplate or of another language."""
    if audited.text_column is None:
        return []
    words = [_WORD.findall(text.lower()) for text in audited.texts]
    broken = {
        rule: [k for k, text in enumerate(audited.texts) if rule.broken(text, words[k])]
        for rule in RULES
    }
    groups = [
        group
        for rule, rows in broken.items()
        for group in _group(audited, rule.name, rule.title, rule.rule, rows)
    ]
    return groups + _odd_lengths(audited, words) + _other_languages(audited, words)


def _group(
    audited: Audited, name: str, title: str, rule: str, rows: list[int], evidence: str = ""
) -> list[Group]:
    return drop_group(
        audited,
        rows,
        group_id=f"text-{name}:{audited.text_column}",
        title=f"{title} ({audited.text_column})",
        rule=rule,
        evidence=evidence or f"{len(rows):,} of {len(audited.texts):,} texts break the rule.",
        reason=rule,
        column=audited.text_column,
    )


def _odd_lengths(audited: Audited, words: list[list[str]]) -> list[Group]:
    lengths = np.array([len(found) for found in words])
    median = float(np.median(lengths))
    short = np.flatnonzero((lengths <= 1) & (median >= 8)).tolist()
    long = np.flatnonzero((lengths > 20 * median) & (lengths > 500)).tolist()
    told = f"The median is {median:.0f} words; {{}} of {len(words):,} texts have {{}}."
    found = (
        ("short", "Drop texts of one word or none", "A text has some words.", short, "one or none"),
        ("long", "Drop texts far longer than others", "A text is one text.", long, "20 times more"),
    )
    return [
        group
        for name, title, rule, rows, how in found
        for group in _group(audited, name, title, rule, rows, told.format(f"{len(rows):,}", how))
    ]


def _other_languages(audited: Audited, words: list[list[str]]) -> list[Group]:
    """Find texts of another language than most; texts that tell none are left alone."""
    told = [language(text, found) for text, found in zip(audited.texts, words, strict=True)]
    counts = Counter(name for name in told if name)
    if not counts:
        return []
    main, number = counts.most_common(1)[0]
    if number < 0.8 * counts.total():
        audited.notes.append(
            f"{audited.text_column} holds several languages: "
            + ", ".join(f"{name} {count / counts.total():.0%}" for name, count in counts.items())
        )
        return []
    rows = [k for k, name in enumerate(told) if name and name != main]
    others = ", ".join(sorted({told[k] or "" for k in rows}))
    evidence = f"{number:,} texts look like {main}, {len(rows):,} like {others}."
    title, rule = "Drop texts of other languages", "Texts are of one language."
    return _group(audited, "language", title, rule, rows, evidence)


def language(text: str, words: list[str]) -> str | None:
    """Return the language of a text by its script or its commonest words; None where unsure."""
    scripts = Counter(match.lastgroup or "" for match in _SCRIPTS.finditer(text))
    if scripts and scripts.total() > 0.3 * sum(map(str.isalpha, text)):
        return "japanese" if scripts["japanese"] else scripts.most_common(1)[0][0]
    counts = Counter({name: sum(w in common for w in words) for name, common in _LANGUAGES.items()})
    (first, most), (_, second) = counts.most_common(2)
    sure = most >= 3 and most >= 2 * second and most >= 0.15 * len(words)
    return first if sure else None
