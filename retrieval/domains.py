"""Domains: the field that a demand or a dataset is from, told by its words.

Sources name fields in their own ways ("Life Science", "medical", "e-commerce") or not at all, so
that the same few words are looked for in what a person asks and in what a source says.
"""

from collections.abc import Iterable
from functools import cache

from .records import Record
from .text import stem, words

_WORDS = {
    "agriculture": "agriculture agricultural agronomy crop farm farmer harvest fertilizer "
    "livestock cattle orchard seed soil",
    "astronomy": "astronomy astronomical star galaxy planet sunspot telescope comet orbit stellar",
    "biology": "biology biological species animal bird fish insect plant gene genome genetic "
    "protein cell ecology wildlife zoology botany",
    "chemistry": "chemistry chemical molecule compound solubility acid reaction",
    "climate": "climate weather temperature rainfall precipitation ozone pollution meteorology "
    "meteorological atmosphere environmental hurricane storm",
    "economics": "economics economic economy gdp inflation unemployment wage salary income "
    "earnings labor labour trade tax household expenditure",
    "education": "education educational school student pupil teacher university college exam grade "
    "tuition",
    "energy": "energy electricity electric power fuel oil gas solar battery",
    "engineering": "engineering engine machine sensor manufacturing factory industrial robot "
    "robotics concrete steel",
    "finance": "finance financial stock bank banking credit loan mortgage investment portfolio "
    "insurance insurer bond creditworthiness",
    "law": "law legal court judge crime criminal police prison prisoner arrest statute contract",
    "medicine": "medicine medical patient disease clinical hospital cancer tumor tumour diagnosis "
    "drug health healthcare surgery therapy diabetes blood heart symptom epidemic vaccine",
    "news": "news newspaper journalism headline press",
    "politics": "politics political election vote voter parliament senate president government "
    "policy",
    "retail": "retail customer shop store sales purchase product supermarket commerce marketing "
    "review",
    "sport": "sport football soccer baseball basketball tennis cricket hockey athlete team player "
    "league olympic",
    "transport": "transport transportation traffic vehicle car truck road accident flight airline "
    "airport passenger train railway bus bike taxi ship",
}
_KNOWN: dict[str, list[str]] = {}
for _name, _listed in _WORDS.items():
    for _word in _listed.split():
        _KNOWN.setdefault(stem(_word), []).append(_name)

DOMAINS = tuple(_WORDS)
"""Names of the domains that are known."""

_READ = 400
_LEAST_WORDS = 2


def domain_of(text: str) -> str | None:
    """Return the domain that most words of a text speak of; None where none or several do."""
    counts = _counted(text)
    best = max(counts.values(), default=0)
    first = [name for name, count in counts.items() if count == best]
    return first[0] if len(first) == 1 else None


def domains_of(record: Record) -> set[str]:
    """Return the domains of a record: those its source states, and the one its words speak of.

    A title of a few words and the start of the description have to speak of it twice.
    """
    stated = _named(tuple(record.domains))
    counts = _counted(" ".join([record.title, *record.keywords, record.description[:_READ]]))
    best = max(counts.values(), default=0)
    said = {name for name, count in counts.items() if count == best >= _LEAST_WORDS}
    return stated | said


@cache
def _named(stated: tuple[str, ...]) -> set[str]:
    """Return the domains that the words of a source stand for, and these words themselves."""
    known = {name for words_ in stated for name in _counted(words_)}
    return known | {name.lower() for name in stated}


def _counted(text: str) -> dict[str, int]:
    """Return for each domain how many different words of a text speak of it."""
    return _tally(name for word in set(words(text)) for name in _KNOWN.get(word, []))


def _tally(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
