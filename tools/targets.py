"""Which column a demand wants predicted: every column scored, with the reasons in words.

A column is likely the target when its name, description or values are what the demand speaks of
before it lists what to predict from; when it suits the task; and when it is named or placed as
targets are.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..retrieval.demand import Demand
from ..retrieval.text import STOP_WORDS, stem
from .profiling.facts import ColumnProfile, Profile

Similar = Callable[[str, list[str]], list[float]]
"""Cosine of a text with each of others: how near their meanings are."""

_NAMES = """
attrition churn class default diagnosis fraud label labels outcome response spam species survived
target y yesno
"""
TARGET_NAMES = frozenset(_NAMES.split())
"""Names that columns to be predicted often have."""

FEW_CLASSES = 20
SURE = 0.33
"""Score from which the words of a demand point to a column."""

MOST_TEXTS = 12
_CLEAR = 0.2
_MEANING_FROM = 0.25

_SPLIT = re.compile(
    r"\b(?:from|using|based on|given|with|by|as a function of|depend\w* on|according to|under"
    r"|because of|including|such as|through|via|over|against|on the basis of)\b|\(|:",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:predict\w*|classif\w*|estimat\w*|forecast\w*|tell\w*|detect\w*|explain\w*|model\w*"
    r"|need|want|study\w*|whether|who|how (?:much|many|long|far))\b",
    re.IGNORECASE,
)
_PREDICTED = ("classification", "regression", "forecasting", "survival")
_PREDICTS = re.compile(
    r"\b(?:predict\w*|classif\w*|forecast\w*|regress\w*|estimat\w*|whether|who|which)\b",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"\b(?:predict|classif|forecast|regress|estimat|detect|train|model|tell)\w*\b", re.IGNORECASE
)
_WHICH = re.compile(r"\b(?:whether|who|which)\b", re.IGNORECASE)
_OUTCOME = re.compile(
    r"\b(?:outcome|response|dependent|target) (?:variable|of interest)?|\bclass label\b"
    r"|\bto be predicted\b|\bvariable of interest\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DULL_WORDS = """
code data dataset factor given giving indicator level levels measured no number numeric one predict
predicts total type value values variable vector yes
"""
_DULL = frozenset(_DULL_WORDS.split())
_PLAIN_VALUES = frozenset({"yes", "no", "true", "false", "y", "n", "t", "f", "other", "none"})


@dataclass
class Candidate:
    """A column that may be the target: its score, and what speaks for it and against it."""

    name: str
    score: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def add(self, value: float, reason: str) -> None:
        """Count a reason, for the column or against it."""
        if abs(value) > 0.01:
            self.score += value
            self.reasons.append(reason)


@dataclass(frozen=True)
class Wanted:
    """The words of a demand by their place: what is asked for, and what it is told from."""

    asked: str
    given: str

    @classmethod
    def of(cls, demand: Demand) -> "Wanted":
        """Cut a demand into what it asks for and what it lists as inputs."""
        asked, given = [], []
        for sentence in re.split(r"[.;?!\n]+", demand.text):
            match = _first_split(sentence)
            asked.append(sentence[: match.start()] if match else sentence)
            given.append(sentence[match.end() :] if match else "")
        return cls(" ".join(asked), " ".join(given))


def _first_split(sentence: str) -> re.Match[str] | None:
    """Return where the inputs begin; a colon before the question itself does not begin them."""
    for match in _SPLIT.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        if match.group() == ":" and _ASKS.search(after) and not _ASKS.search(before):
            continue
        if before.strip():
            return match
    return None


def rank_targets(
    profile: Profile,
    demand: Demand,
    about: dict[str, str],
    roles: dict[str, str] | None = None,
    similar: Similar | None = None,
) -> list[Candidate]:
    """Return the columns that can be a target, best first.

    Args:
        profile: facts of the table.
        demand: what is wanted.
        about: descriptions of columns, by name, as far as they are known.
        roles: roles of columns as their source states them, by name.
        similar: compares meanings, where an encoder is at hand.
    """
    wanted = Wanted.of(demand)
    columns = [column for column in profile.columns if can_be_target(column)]
    found = [Candidate(column.name) for column in columns]
    for candidate, column in zip(found, columns, strict=True):
        text = about.get(column.name, "")
        _by_words(candidate, column, text, demand, wanted)
        _by_custom(candidate, column, text, profile, (roles or {}).get(column.name))
        _by_task(candidate, column, demand)
    found.sort(key=lambda candidate: -candidate.score)
    if similar and not _clear(found):
        _by_meaning(found, about, wanted, demand, similar)
        found.sort(key=lambda candidate: -candidate.score)
    return found


def _clear(found: list[Candidate]) -> bool:
    """Tell whether words alone settle it: meanings take time to compare."""
    if len(found) < 2:
        return True
    return found[0].score >= SURE and found[0].score - found[1].score >= _CLEAR


def asks_to_predict(demand: Demand) -> bool:
    """Tell whether a demand wants something predicted, whatever it calls it."""
    return demand.task in _PREDICTED or bool(_PREDICTS.search(demand.text))


def can_be_target(column: ColumnProfile) -> bool:
    """Tell whether a column's values can be predicted at all."""
    return column.kind not in ("id", "constant", "empty", "text", "date")


# -- words --------------------------------------------------------------------------------------


def _by_words(
    candidate: Candidate, column: ColumnProfile, about: str, demand: Demand, wanted: Wanted
) -> None:
    asked, given = tokens(_VERBS.sub(" ", wanted.asked)), tokens(wanted.given)
    named = tokens(_VERBS.sub(" ", demand.target or ""))
    if set(named) <= set(asked):
        asked = [*named, *asked]
    name = tokens(column.name)
    place, share = _mention(name, asked)
    if share:
        early = 1 / (1 + 0.12 * place)
        candidate.add(0.9 * share * early, "its name is in what the demand asks for")
    elif initials(column.name, wanted.asked + " " + wanted.given):
        candidate.add(0.6, "its name abbreviates words of the demand")
    elif _mention(name, given)[1] > 0.5:
        candidate.add(-0.35, "the demand lists it among what to predict from")
    told = [word for word in tokens(about) if word not in _DULL]
    place, share = _mention(asked[:12], told) if told else (0, 0.0)
    if share:
        candidate.add(min(0.5, 1.2 * share), "its description speaks of what is asked for")
    values = _values(column)
    mentioned = [value for value in values if _mention(value, [*asked, *given])[1] == 1]
    if values and mentioned:
        share = len(mentioned) / len(values)
        candidate.add(0.6 * share, "the demand names its values")


def tokens(text: str) -> list[str]:
    """Return the stems of the words of a text or a column name, without stop words."""
    parts = _WORD.findall(_CAMEL.sub(" ", text.replace("_", " ")))
    return [stem(part.lower()) for part in parts if part.lower() not in STOP_WORDS]


def alike(one: str, other: str) -> bool:
    """Tell whether two stems are the same word, or one is short for the other."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if shorter.isdigit() or len(shorter) < 3:
        return False
    if len(shorter) == 3:
        return longer.startswith(shorter) and len(longer) >= 5
    return longer.startswith(shorter[: max(4, len(shorter) - 2)])


def initials(name: str, text: str) -> bool:
    """Tell whether a name is made of the first letters of words that follow each other."""
    letters = name.lower()
    if not letters.isalpha() or not 3 <= len(letters) <= 6:
        return False
    firsts = "".join(word[0].lower() for word in _WORD.findall(text))
    return letters in firsts


def _mention(words: list[str], text: list[str]) -> tuple[int, float]:
    """Return where the first of the words stands in a text, and the share of words it holds."""
    places = [next((i for i, t in enumerate(text) if alike(word, t)), None) for word in words]
    there = [place for place in places if place is not None]
    return (min(there), len(there) / len(words)) if there else (0, 0.0)


def _values(column: ColumnProfile) -> list[list[str]]:
    """Return the words of the values of a column of few words."""
    if column.kind not in ("category", "boolean") or column.distinct > FEW_CLASSES:
        return []
    values = [count.value for count in column.top if count.value.lower() not in _PLAIN_VALUES]
    return [words for words in map(tokens, values) if words and not words[0].isdigit()]


# -- custom, task, meaning ----------------------------------------------------------------------


def _by_custom(
    candidate: Candidate, column: ColumnProfile, about: str, profile: Profile, role: str | None
) -> None:
    if role == "target":
        candidate.add(1.0, "its source calls it the target")
    elif role in ("id", "weight", "time"):
        candidate.add(-0.5, f"its source calls it {role}")
    if column.name.lower() in TARGET_NAMES:
        candidate.add(0.45, "it is named as targets are")
    if _OUTCOME.search(about):
        candidate.add(0.45, "its description calls it the outcome")
    names = [each.name for each in profile.columns]
    if column.name == names[-1]:
        candidate.add(0.12, "it is the last column")
    elif column.name == names[0]:
        candidate.add(0.06, "it is the first column")


def _by_task(candidate: Candidate, column: ColumnProfile, demand: Demand) -> None:
    few = column.distinct <= FEW_CLASSES
    number = column.kind in ("number", "integer")
    classes = demand.task is None and _WHICH.search(demand.text)
    if demand.task == "classification" or classes:
        candidate.add(0.25 if few else -0.25, f"{column.distinct:,} distinct values")
    elif demand.task in ("regression", "forecasting"):
        candidate.add(0.2 if number and not few else -0.3, f"{column.distinct:,} distinct values")
    elif demand.task == "survival":
        named = {"time", "status", "event", "death", "dead", "surv"} & set(tokens(column.name))
        candidate.add(0.4 if named else 0.0, "it is named as survival times and events are")


def _by_meaning(
    found: list[Candidate],
    about: dict[str, str],
    wanted: Wanted,
    demand: Demand,
    similar: Similar,
) -> None:
    """Count how near the meaning of a column is to what is asked for, against the others."""
    named = tokens(demand.target or "")
    asked = demand.target if demand.target and set(named) <= set(tokens(wanted.asked)) else ""
    asked = asked or wanted.asked
    shown = found[:MOST_TEXTS]
    texts = [column_text(candidate.name, about.get(candidate.name, "")) for candidate in shown]
    for candidate, value in zip(shown, similar(asked, texts), strict=True):
        if value > _MEANING_FROM:
            candidate.add(value - _MEANING_FROM, f"its meaning is near ({value:.2f})")


def column_text(name: str, about: str) -> str:
    """Return a column's name in words with the start of its description."""
    words = _CAMEL.sub(" ", re.sub(r"[._]+", " ", name)).strip().lower()
    return f"{words}: {about[:120]}" if about else words
