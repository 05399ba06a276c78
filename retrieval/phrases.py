"""Phrases of a demand that are not its subject: how many rows, and how people ask."""

import re

_WORDS = {
    "a hundred": 100, "one hundred": 100, "two hundred": 200, "three hundred": 300,
    "five hundred": 500, "a few hundred": 200, "several hundred": 300, "hundreds": 200,
    "a thousand": 1000, "one thousand": 1000, "two thousand": 2000, "five thousand": 5000,
    "ten thousand": 10_000, "a few thousand": 2000, "several thousand": 3000, "thousands": 1000,
    "a hundred thousand": 100_000, "a million": 1_000_000, "a dozen": 12, "fifty": 50,
    "twenty": 20, "thirty": 30,
}  # fmt: skip
_SPELLED = "|".join(sorted(_WORDS, key=len, reverse=True))
_NUMBER = rf"(?:\d[\d,_' ]*\d(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s?(?:k|m|thousand|million))?\b|{_SPELLED}"
_ROW_WORDS = (
    r"rows?|records?|observations?|samples?|examples?|cases|instances?|entries|lines|points"
    r"|or|more|less|fewer|most|least|[\d.,]+[km+]?|" + _SPELLED.replace("a ", "")
)
_UNIT = (
    r"(?:\s+of)?(?:\s+(?:or so|individual|single|labell?ed|clean|complete|different|such|data))*\s*"
    r"(?:rows?|records?|observations?|samples?|examples?|cases|instances?|entries|lines|points"
    r"|patients?|people|persons?|customers?|participants?|subjects?|respondents?|individuals?"
    r"|households?|students?|passengers?|animals?|measurements?|houses|homes|applicants?|cars"
    r"|women|men|adults|children|employees|workers|transactions?)\b"
)
_HEAD = r"(?:\s*(?:a table |a dataset |data )?(?:with|of|having|containing|on)\s+)?"
_RULES = (
    ("between", rf"{_HEAD}(?:between\s+)?({_NUMBER})\s*(?:and|to|-|\u2013)\s*({_NUMBER}){_UNIT}"),
    (
        "max",
        rf"{_HEAD}(?:at most|no more than|not more than|fewer than|less than|under|below|up to"
        rf"|a maximum of|maximum|max\.?|<=?|≤)\s*({_NUMBER}){_UNIT}",
    ),
    ("max", rf"{_HEAD}({_NUMBER})\s*(?:{_UNIT})?\s*(?:or fewer|or less|at most)(?:{_UNIT})?"),
    (
        "about",
        rf"{_HEAD}(?:around|about|roughly|approximately|some|circa|ca\.?|~)\s*({_NUMBER}){_UNIT}",
    ),
    (
        "min",
        rf"{_HEAD}(?:at least|no fewer than|no less than|not less than|more than|over|above"
        rf"|a minimum of|minimum(?: of)?|min\.?|>=?|≥)\s*({_NUMBER})(?:{_UNIT})",
    ),
    (
        "min",
        rf"{_HEAD}({_NUMBER})\s*"
        rf"(?:\+|plus|(?:{_UNIT})?\s*or more|(?:{_UNIT})?\s*at least)(?:{_UNIT})?",
    ),
    ("min", rf"{_HEAD}(?<![\d.])({_NUMBER}){_UNIT}"),
)
_MADE = r"(?:published|released|created|made|collected|recorded|dated|updated)"
_YEAR = (
    r"(?:the year )?(?P<year>(?:19|20)\d\d)"
    r"(?=\s*(?:$|[,;:.!?)]|(?:and|at|but|by|for|from|in|of|on|onwards?|or|that|to|which|with)\b))"
)
_YEARS = tuple(
    (kind, re.compile(rf"\b{pattern}", re.IGNORECASE))
    for kind, pattern in (
        ("in", rf"{_MADE} (?:in|during) {_YEAR}(?! or)"),
        ("min", rf"(?:{_MADE} )?(?:from|in) {_YEAR} (?:on(?:wards?)?|or (?:later|newer))\b"),
        (
            "min",
            rf"(?:{_MADE} )?(?:since|(?P<past>after|(?:newer|later|more recent) than)) {_YEAR}",
        ),
        ("max", rf"{_MADE} (?:until|up to|no later than|(?P<past>before)) {_YEAR}"),
        ("max", rf"(?P<past>older|earlier) than {_YEAR}"),
    )
)
_BOILERPLATE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:hi|hello|hey|dear \w+|please|thanks?)\b[,!. ]*",
        r"\b(?:please|thanks|thank you)\b[.! ]*$",
        r"\b(?:can|could|would) you (?:please )?"
        r"(?:find|give|get|show|recommend|suggest)(?: me| us)?\b",
        r"\b(?:find|give|get|show|recommend|suggest) (?:me|us)\b",
        r"\b(?:i|we)(?:'m| am|'re| are|'d| would|'ll| will|'ve| have)?(?: currently| just| really)?"
        r" (?:need|want|like|wish|look(?:ing)?|plan(?:ning)?|hop(?:e|ing)|try(?:ing)?|work(?:ing)?"
        r"|aim(?:ing)?|search(?:ing)?|propose|present|introduce|investigate|study|explore|develop"
        r"|design|build|teach(?:ing)?)\b(?: for| to| on| at)?",
        r"\b(?:to |and )?(?:build|develop|design|create|make|train|implement|construct|learn|teach"
        r"|fit|write|try|practi[sc]e|demonstrate|illustrate)(?:ing)?"
        r" (?:an? |the |some |my |our |novel |new |simple |small |good |better |robust )*"
        r"(?:deep |neural |machine |statistical |predictive )*"
        r"(?:systems?|models?|classifiers?|networks?|approach|method|framework|algorithms?|tools?"
        r"|app(?:lication)?s?|pipelines?|regressors?|detectors?|architectures?)\b"
        r"(?: (?:that|which|to|for|of|capable of|able to)(?: can| will| could)?)?",
        r"\b(?:an? |the |some |any |good |small |real |public |open |suitable |interesting )*"
        r"(?:data ?sets?|data ?tables?|tables?|tabular data|data|collections?|corpus|corpora)"
        r"(?: (?:that|which))?(?: (?:of|on|about|with|for|where|containing|covering|to))?\b",
        r"\b(?:an?|the) (?:novel|new|deep|simple|general|end-to-end|unified|efficient)"
        r"(?: (?:neural|deep|learning|end-to-end))*"
        r" (?:systems?|models?|networks?|approach|method|framework|architecture)"
        r"(?: (?:that|for|to))?",
        r"\b(?:is there|are there|do you have|does anyone have|anything)\b",
    )
)


def find_rows(text: str) -> tuple[str, int | None, int | None]:
    """Take the wish for a number of rows out of a text.

    Returns:
        The text without the phrase, the least and the greatest number of rows.
    """
    minimum = maximum = None
    for kind, pattern in _RULES:
        match = re.search(rf"(?<![\w.]){pattern}", text, re.IGNORECASE)
        if not match:
            continue
        low, high = _bounds(kind, [_value(group) for group in match.groups()])
        if (low is not None and minimum is not None) or (high is not None and maximum is not None):
            continue
        minimum, maximum = (minimum if low is None else low), (maximum if high is None else high)
        text = f"{text[: match.start()]} {_subject(match.group(0))} {text[match.end() :]}"
    if minimum is not None and maximum is not None and minimum > maximum:
        maximum = None
    return " ".join(text.split()), minimum, maximum


def _subject(phrase: str) -> str:
    """Return the end of a phrase on rows when it names a subject, such as "patients"."""
    last = phrase.split()[-1]
    return "" if re.fullmatch(_ROW_WORDS, last, re.IGNORECASE) else f"of {last}"


def _bounds(kind: str, values: list[int]) -> tuple[int | None, int | None]:
    """Return least and greatest rows; "about N" means half to double."""
    if kind == "between":
        return min(values), max(values)
    if kind == "about":
        return values[0] // 2, values[0] * 2
    return (values[0], None) if kind == "min" else (None, values[0])


def _value(words: str) -> int:
    text = " ".join(words.lower().split())
    if text in _WORDS:
        return _WORDS[text]
    scale = 1
    for ending, factor in (("k", 1e3), ("thousand", 1e3), ("million", 1e6), ("m", 1e6)):
        if text.endswith(ending):
            text, scale = text[: -len(ending)].strip(), int(factor)
            break
    return int(float(re.sub(r"[,_' ]", "", text)) * scale)


def find_years(text: str) -> tuple[str, int | None, int | None]:
    """Take the wish for a year out of a text.

    Data "since 1990" cannot be older than 1990. A new dataset may well tell of the time "before
    1990", so that a last year is read only of what is published or made.

    Returns:
        The text without the phrases, the first and the last year.
    """
    first = last = None
    for kind, pattern in _YEARS:
        match = pattern.search(text)
        if not match:
            continue
        year, past = int(match.group("year")), bool(match.groupdict().get("past"))
        text = f"{text[: match.start()]} {text[match.end() :]}"
        if kind in ("in", "min"):
            first = first or year + past
        if kind in ("in", "max"):
            last = last or year - past
    return " ".join(text.split()), first, last


def strip_boilerplate(text: str) -> str:
    """Return a demand without the words that say that something is wanted."""
    for pattern in _BOILERPLATE:
        text = pattern.sub(" ", text)
    text = re.sub(r"\s+([,.;!?])", r"\1", " ".join(text.split()))
    text = re.sub(r"(?:[,;.]\s*)+(?=[,;.])", "", text)
    text = re.sub(
        r"^(?:to|that|which|for|of|with|and|where|on|about|a|an|the)\s+", "", text.strip(" ,;.!?")
    )
    return text.strip(" ,;.!?")
