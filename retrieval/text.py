"""Words of a text, as the lexical part of the index counts them."""

import re
from functools import cache

_WORD = re.compile(r"[a-z]+|\d+", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2,})")

_STOP = """
a about above after all also am an and any are as at be because been before being below between
both but by can could did do does doing down during each either etc few for from further get got
had has have having he her here hers him his how i if in into is it its itself just let like may
me might more most much must my no nor not of off on once one only or other our ours out over
own per please s same she should so some such t than that the their theirs them then there these
they thing things this those through to too under until up upon us use used using very via want
was we were what when where which while who whom why will with within without would you your
"""
STOP_WORDS = frozenset(_STOP.split())
"""Words without a subject of their own."""

_DATA = """
analyse analysis analyze analyzing anything build case cases class classification classifier
classify column columns csv data dataframe dataset datasets demo estimate estimating example
examples exercise explain feature features field fields file find frame individual information
instance instances know large learn learning least like looking machine many model modeling
modelling models need observation observations practice predict predicting prediction predictor
predictors project real record records regress regression row rows sample samples set sets small
something spreadsheet study system table tabular task teach teaching train training value values
variable variables want whether would
"""
DATA_WORDS = frozenset(_DATA.split())
"""Words that any demand for a dataset may hold and that tell little of its subject."""


def words(text: str) -> list[str]:
    """Return the stems of the words of a text, in order, without stop words.

    Names such as `passengerClass` or `years_married` fall into their parts.
    """
    found = _WORD.findall(_CAMEL.sub(" ", text))
    return [stem(word.lower()) for word in found if word.lower() not in STOP_WORDS]


def topic_words(text: str) -> list[str]:
    """Return the stems of those words of a text that tell its subject, each once."""
    kept = [word for word in _WORD.findall(_CAMEL.sub(" ", text)) if len(word) > 1]
    useful = [w.lower() for w in kept if w.lower() not in STOP_WORDS | DATA_WORDS]
    return list(dict.fromkeys(stem(word) for word in useful))


def spoken(text: str) -> dict[str, str]:
    """Return the first word of a text for each stem, for showing stems to people."""
    found: dict[str, str] = {}
    for word in _WORD.findall(_CAMEL.sub(" ", text)):
        found.setdefault(stem(word.lower()), word.lower())
    return found


@cache
def stem(word: str) -> str:
    """Return a word without the endings of plural, past and gerund: a light Porter step 1."""
    if len(word) <= 3 or word.isdigit():
        return word
    for ending, instead in (("sses", "ss"), ("ies", "y"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and re.search(r"[aeiouy]", root):
            return _mended(root)
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _mended(root: str) -> str:
    """Undo the doubling of "stopp-"."""
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
        return root[:-1]
    return root
