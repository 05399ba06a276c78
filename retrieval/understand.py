"""From a demand in plain words to a Demand, by rules. Only what the words say is filled in."""

import re
from typing import Any

from ..errors import ToolError
from .demand import Demand, LicenseNeed, Task
from .domains import domain_of
from .phrases import find_rows, find_years, strip_boilerplate

_LANGUAGES = {
    "arabic": "ar", "bengali": "bn", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl",
    "english": "en", "finnish": "fi", "french": "fr", "german": "de", "greek": "el",
    "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id", "italian": "it",
    "japanese": "ja", "korean": "ko", "norwegian": "no", "persian": "fa", "polish": "pl",
    "portuguese": "pt", "romanian": "ro", "russian": "ru", "spanish": "es", "swahili": "sw",
    "swedish": "sv", "thai": "th", "turkish": "tr", "ukrainian": "uk", "urdu": "ur",
    "vietnamese": "vi",
}  # fmt: skip
_SPOKEN = "|".join(_LANGUAGES)
_LANGUAGE = re.compile(
    rf"\bin ({_SPOKEN})\b(?! [a-z]+(?:land|ics)\b)"
    rf"|\b({_SPOKEN})[- ]"
    r"(?:language|texts?|reviews?|tweets?|sentences?|speech|documents?|corpus)\b",
    re.IGNORECASE,
)
_TASKS: tuple[tuple[Task, str], ...] = (
    (
        "survival",
        r"survival (?:analysis|model\w*|data|times?)|time[- ]to[- ]\w+|hazard|censor\w+"
        r"|time until|how long (?:until|before|patients?)",
    ),
    (
        "forecasting",
        r"forecast\w*|time[- ]series|(?:next|coming) (?:day|week|month|quarter|year)s?\b"
        r"|future (?:values?|sales|demand)",
    ),
    ("clustering", r"cluster\w*|segment(?:s|ation|ing)?\b|unsupervised|find groups|group similar"),
    (
        "classification",
        r"classif\w+|(?:whether|if) (?:or not )?(?:an?|the|some|someone|somebody|people|they|it)\b"
        r"|which (?:class|species|type|kind|category|variety|group)|recogni[sz]\w+|identify\w*"
        r"|detect\w*|diagnos\w+|binary|yes[/ ]no|spam|tell \w+ (?:from|apart)|categor(?:y|ies|ize)"
        r"|likely to (?:default|churn|leave|die|buy)|predict whether|predict if",
    ),
    (
        "regression",
        r"regress\w*|how (?:much|many|far|fast|tall|heavy|high)|(?:predict|estimat|model)\w*"
        r" (?:\w+ ){0,4}(?:prices?|costs?|amounts?|salar\w+|wages?|incomes?|weights?|heights?"
        r"|rates?|levels?|scores?|consumption|yields?|values?|expenditures?|earnings|mpg|efficiency)",
    ),
)
_MODALITIES = (
    ("tabular", r"\btables?\b|\btabular\b|\bspreadsheet\b|\bcolumns?\b|\bcsv\b|\brows\b"),
    ("image", r"\b(?:images?|photos?|photographs?|pictures?|x-rays?|scans)\b"),
    ("audio", r"\b(?:audio|sound recordings?|speech recordings?|music clips?)\b"),
    ("video", r"\b(?:videos?|film clips?|video footage)\b"),
    ("text", r"\b(?:raw texts?|texts|documents|sentences|corpus|corpora|articles)\b"),
)
_LICENSES: tuple[tuple[LicenseNeed, str], ...] = (
    (
        "any",
        r"\bnon-?commercial(?:ly)?\b[^.,;]*|\b(?:any|no matter (?:the|what|which)) licen[cs]e\b",
    ),
    (
        "commercial",
        r"\b(?:[a-z' ]{0,40}licen[cs]\w*[a-z' ]{0,30})?\bcommercial(?:ly)?\b"
        r"(?: use| usage| purposes?| products?)?"
        r"(?: (?:is |must be |be )?(?:allowed|permitted|ok|okay|possible))?"
        r"|\bpermissive(?:ly)?[- ]licen[cs]\w+|\bpermissive licen[cs]e\b",
    ),
    (
        "open",
        r"\b(?:under |with )?(?:an? )?(?:open|free|creative commons|public domain)[- ]?"
        r"(?:source |data )?licen[cs]\w*"
        r"|\b(?:must be )?(?:open|free)ly[- ](?:licen[cs]ed|usable|reusable)\b"
        r"|\b(?:in the )?public[- ]domain\b"
        r"|\bopen data\b|\bCC[- ]?(?:0|BY)\b|\bcreative commons\b",
    ),
    (
        "stated",
        r"\b(?:with )?(?:an? |the |its )?(?:clear(?:ly)?|stated|known|explicit|documented)[- ]"
        r"(?:stated )?licen[cs]e\w*|\blicen[cs]e(?:s)? (?:must be |is |be |that is )?(?:clearly )?"
        r"(?:stated|known|clear|documented|explicit)\b|\bstates? (?:its|a|the) licen[cs]e\b",
    ),
)
_FORM = re.compile(
    r"\b(?:as|in|to)(?: an?)? (csv|tsv|parquet|json(?:l|[ -]lines)?|excel|xlsx)\b"
    r"(?: (?:file|format))?",
    re.IGNORECASE,
)
_STOP = (
    r"(?=[;.?!\n]|, ?(?:a|an|in|at|with|on) "
    r"|\b(?:at least|with (?:at|more|a licen|an open)|a table|so that|in order)"
    r"|\bfor (?:my|a|an|the)\b|$)"
)
_FROM = re.compile(
    r"\b(?:from|using|based on|given|by means of|as a function of|depending on|depends? on"
    r"|explained by|(?:columns?|features?|variables?|fields?|attributes?)"
    r"(?: such as| like| including| for|:)|with columns?|including|such as)\s+(.+?)" + _STOP,
    re.IGNORECASE | re.DOTALL,
)
_LIST = re.compile(
    r"(?::|\bwith(?: the| their| its)?)\s+((?:[\w'-]+(?: [\w'-]+){0,3}, )+(?:and )?[\w'-]+"
    r"(?: [\w'-]+){0,3}|[\w'-]+ and [\w'-]+)",
    re.IGNORECASE,
)
_TARGETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:whether|if)(?: or not)? (?:an? |the |some )?(.+?)",
        r"\b(?:predict|forecast|estimat|explain|classify|model)(?:e|s|ing|ion of)?\s+"
        r"(?:how (?:much|many|far|fast|tall|long|heavy|high)\s+)?"
        r"(?:the |an? |their |its |each )?(.+?)",
        r"\beffects? of .+? on (?:the |an? )?(.+?)",
        r"\bwhat (?:drives|determines|explains|affects|influences) (?:the |an? )?(.+?)",
    )
)
_TARGET_END = (
    r"(?=\s+(?:from|using|based on|given|by (?!the\b)|with|depending|depends|over the"
    r"|for (?:a|an|the|my)\b|as a function|in order|;)|[,;.?!\n]|$)"
)
_LEADING = re.compile(
    r"^(?:(?:the|an?|its|their|his|her|my|our|some|each|every|and|or|other|things like|features?"
    r"|like|such as|including|columns?|variables?)\s+)+",
    re.IGNORECASE,
)


def understand(text: str) -> Demand:
    """Read a demand stated in plain words.

    Raises:
        ToolError: there are no words in it.
    """
    clean = " ".join(text.split())
    if not re.search(r"\w\w", clean):
        raise ToolError("The demand is empty: say what the data should be about.")
    rest, minimum, maximum = find_rows(clean)
    rest, first, last = find_years(rest)
    license_, rest = _license(rest)
    form = _FORM.search(rest)
    rest = _FORM.sub(" ", rest)
    return Demand(
        text=text,
        topic=strip_boilerplate(rest) or clean,
        task=_first(_TASKS, clean),
        target=_target(rest),
        inputs=_inputs(rest),
        domain=domain_of(rest),
        modality=_first(_MODALITIES, clean),
        languages=sorted({_LANGUAGES[(a or b).lower()] for a, b in _LANGUAGE.findall(clean)}),
        min_rows=minimum,
        max_rows=maximum,
        min_year=first,
        max_year=last,
        license=license_,
        output_form=_form(form.group(1)) if form else None,
    )


def _first(table: tuple[tuple[str, str], ...] | tuple[tuple[Task, str], ...], text: str) -> Any:
    return next((name for name, words in table if re.search(words, text, re.IGNORECASE)), None)


def _license(text: str) -> tuple[LicenseNeed, str]:
    for need, words in _LICENSES:
        found = re.search(words, text, re.IGNORECASE)
        if found:
            return need, f"{text[: found.start()]} {text[found.end() :]}"
    return "any", text


def _form(words: str) -> str:
    name = words.lower()
    if name.startswith("json"):
        return "jsonl" if name != "json" else "json"
    return {"xlsx": "excel"}.get(name, name)


def _target(text: str) -> str | None:
    for pattern in _TARGETS:
        found = re.search(pattern.pattern + _TARGET_END, text, re.IGNORECASE)
        if found and (words := _trimmed(found.group(1))):
            return words
    return None


def _inputs(text: str) -> list[str]:
    found = []
    for match in (*_FROM.finditer(text), *_LIST.finditer(text)):
        for part in re.split(r",|;|\band\b|\bor\b|/|&", match.group(1)):
            words = _trimmed(part)
            if words and len(words.split()) <= 5:
                found.append(words)
    return list(dict.fromkeys(found))


def _trimmed(words: str) -> str:
    return _LEADING.sub("", " ".join(words.split()).strip(" \"'()")).strip(" \"'()")
