"""Cells that break what the other columns of the row say: misspelled values, and wrong ones."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..operations.base import Operation
from ..operations.repairs import CorrectByKey, SetByKey
from ..operations.values import ReplaceValues
from ..proposals import Group
from .base import View, fault
from .dependencies import Coded, Dependency, vote
from .disguised import WORDS
from .fusion import find_sources
from .laws import Laws, breaches_by_row, find_laws

STRONG = 0.85
"""Lift from which a column is taken to be determined by another."""

SETTLED = 0.9
"""Agreement from which a column hardly varies within a key, whatever it does elsewhere."""

SHARE, LEAST = 0.8, 2
ALIKE = 0.6
RARE = 0.02
SINGLE = 0.1
BREACHES = 3
CONFIRMED = 5
CLUSTER, OFTEN = 3, 0.5

RULE = (
    "Rows that agree in one column agree in those it determines; a cell that alone holds another "
    "value, which stands for nothing else in the table, was misspelled."
)

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Suspicion:
    """Cells of one column that other columns contradict, with what they expect.

    The arrays have one entry per cell: its row, how many columns expect the other value, how many
    speak for the one that stands there, and which dependency expects it most.
    """

    column: str
    rows: Rows
    found: list[str]
    expected: list[str]
    votes: Rows
    against: Rows
    keys: list[str]
    strange: npt.NDArray[np.bool_]
    """Whether the value is nowhere the usual one of a key."""
    alike: npt.NDArray[np.float64]
    counts: Rows
    """How often the value occurs in the column."""
    single: float
    """Share of the column's cells whose value occurs once; where it is large, that tells little."""
    laws: list[str]
    """The key of a dependency that holds but for a few cells and expects the other value, or ""."""


def misspelled_values(view: View) -> list[Group]:
    """Find values that other columns show to be misspelled or wrong.

    Columns in which several sources differ are left to the rule for these.

    Columns whose dependencies are strong come first. Where they show that the table has been
    misspelled, columns that hardly vary are held to the same rule.
    """
    coded, mined = view.coded, view.mined
    sources = find_sources(view)
    told = sources.columns if sources else []
    columns = [name for name in view.texts() if name != view.target and name not in told]
    strong = [d for d in mined if d.lift >= STRONG]
    laws = find_laws(coded, strong)
    firm = [s for name in columns if (s := suspect(coded, name, strong, laws)) is not None]
    groups = [group for s in firm for group in _groups(view, s)]
    confirmed = sum(int((_misspelled(s) & (s.votes >= 2)).sum()) for s in firm)
    if confirmed >= CONFIRMED:
        done = {d.column for d in strong}
        settled = [d for d in mined if d.agreement >= SETTLED and d.column not in done]
        rest = [s for name in columns if (s := suspect(coded, name, settled, laws)) is not None]
        groups += [group for s in rest for group in _settled(view, s)]
    return groups


def suspect(coded: Coded, column: str, found: list[Dependency], laws: Laws) -> Suspicion | None:
    """Return the cells of a column that its dependencies contradict, None where there are none."""
    own = [d for d in found if d.column == column]
    if not own:
        return None
    codes, values = coded.codes[column], coded.values[column]
    votes = vote(coded, column, own, SHARE, LEAST)
    unknown = [i for i, value in enumerate(values) if value.strip().lower() in WORDS]
    doubted = (votes.votes > votes.against) & (codes >= 0) & ~np.isin(codes, unknown)
    rows = np.flatnonzero(doubted & ~_clustered(coded, column, doubted))
    if not len(rows):
        return None
    keys = [coded.codes[d.key] for d in own]
    narrowest = votes.narrowest(codes, keys, np.isin(np.arange(len(codes)), rows))
    usual = _usual(coded, column, own)
    law_keys = breaches_by_row(coded, codes, own, votes, laws)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    texts = [values[c] for c in codes[rows]]
    wanted = [values[c] for c in votes.expected[rows]]
    return Suspicion(
        column=column,
        rows=rows,
        found=texts,
        expected=wanted,
        votes=votes.votes[rows],
        against=votes.against[rows],
        keys=[own[k].key for k in narrowest[rows]],
        strange=~usual[codes[rows]],
        alike=np.array([similarity(a, b) for a, b in zip(texts, wanted, strict=True)]),
        counts=counts[codes[rows]],
        single=float((counts == 1).sum() / max(counts.sum(), 1)),
        laws=[law_keys[row] for row in rows.tolist()],
    )


def similarity(one: str, other: str) -> float:
    """Return 1 for equal texts, less for each edit; one edit in a word of two letters is alike."""
    from rapidfuzz.distance import Levenshtein

    if one.isdigit() and other.isdigit() and len(one) < 4:
        return float(one == other)  # any other small number is one edit away
    edits = Levenshtein.distance(one, other)
    if edits > 1 and len(one) == len(other) and _letters(one) == _letters(other):
        return 0.0  # numbers of one kind are alike whatever they stand for
    longest = max(len(one), len(other), 1)
    return 1 - edits / longest if longest > 3 or edits != 1 else max(ALIKE, 1 - edits / longest)


def _letters(text: str) -> str:
    return re.sub(r"\d", "", text)


def _clustered(coded: Coded, column: str, doubted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return rows whose doubts come together with a value of another column.

    Mistakes fall anywhere. Where most rows of one value are doubted, they are an exception that
    is right, not a heap of mistakes.
    """
    excused = np.zeros(len(doubted), dtype=bool)
    for name, codes in coded.codes.items():
        if name == column:
            continue
        known = codes >= 0
        sizes = np.bincount(codes[known], minlength=1)
        hits = np.bincount(codes[known & doubted], minlength=len(sizes))
        systematic = (hits >= CLUSTER) & (hits >= OFTEN * sizes)
        excused |= known & systematic[codes] & doubted
    return excused


def _usual(coded: Coded, column: str, found: list[Dependency]) -> npt.NDArray[np.bool_]:
    """Return for each value whether it is what two or more rows of some key hold for the most."""
    usual = np.zeros(len(coded.values[column]) + 1, dtype=bool)
    codes = coded.codes[column]
    for dependency in found:
        key = coded.codes[dependency.key]
        known = (key >= 0) & (codes >= 0)
        pair = pd.DataFrame({"key": key[known], "value": codes[known]})
        count = pair.value_counts().reset_index()
        top = count.drop_duplicates("key")
        usual[top["value"][top["count"] >= LEAST].to_numpy()] = True
    return usual


def _misspelled(s: Suspicion) -> npt.NDArray[np.bool_]:
    alone = (s.votes >= 2) & (s.counts == 1) & (s.single <= SINGLE)
    wrong: npt.NDArray[np.bool_] = s.strange & ((s.alike >= ALIKE) | alone)
    return wrong


def _measured(texts: list[str]) -> npt.NDArray[np.bool_]:
    """Return which texts are numbers with a fraction: such a value measures and is no name."""
    return np.array([bool(re.fullmatch(r"[-+]?\d*\.\d+", text)) for text in texts], dtype=bool)


def _groups(view: View, s: Suspicion) -> list[Group]:
    wrong = _misspelled(s)
    sure = wrong & (s.votes >= 2) & (s.alike >= ALIKE) & ~_measured(s.found)
    elsewhere = ~wrong & (s.votes >= 3) & (s.against == 0)
    by_law = ~wrong & ~elsewhere & (s.against == 0) & ~_measured(s.found)
    by_law &= np.array([bool(key) for key in s.laws], dtype=bool)
    if by_law.sum() < BREACHES:
        by_law[:] = False  # so few may be exceptions
    return [
        *_group(view, s, sure, "misspelled", recommended=True),
        *_group(view, s, wrong & ~sure, "variant", recommended=False),
        *_group(view, s, elsewhere, "contradicted", recommended=False),
        *_group(view, s, by_law, "against-key", recommended=False),
    ]


def _settled(view: View, s: Suspicion) -> list[Group]:
    rare = s.counts <= max(RARE * len(view.frame), 1)
    wrong = s.strange & (s.alike >= ALIKE) & rare
    return _group(view, s, wrong, "misspelled", recommended=False)


TITLES = {
    "misspelled": "Correct misspelled values of {}",
    "variant": "Write values of {} as other rows do",
    "contradicted": "Replace values of {} that other columns contradict",
    "against-key": "Replace values of {} that contradict what is else without exception",
}


def _group(
    view: View, s: Suspicion, chosen: npt.NDArray[np.bool_], kind: str, *, recommended: bool
) -> list[Group]:
    where = np.flatnonzero(chosen)
    if not len(where):
        return []
    named = s.laws if kind == "against-key" else s.keys
    keys = sorted({named[i] for i in where})
    evidence = (
        f"{len(where):,} cells differ from what {', '.join(keys[:4])} say"
        f"{' and others' if len(keys) > 4 else ''}; up to {int(s.votes[where].max())} columns "
        f"agree on the other value."
    )
    operations = _by_pairs(view, s, where) if kind == "against-key" else _operations(view, s, where)
    return fault(
        view,
        operations,
        group_id=f"{kind}:{s.column}",
        title=TITLES[kind].format(s.column),
        rule=RULE,
        evidence=evidence,
        facts={"keys": keys, "votes": int(s.votes[where].min())},
        recommended=recommended,
    )


def _by_pairs(view: View, s: Suspicion, where: Rows) -> list[Operation]:
    """Set values by the key that contradicts them, in the rows of that key and value only."""
    by_key: dict[str, dict[str, dict[str, str]]] = {}
    for i in where:
        key = str(view.frame[s.laws[i]].iloc[s.rows[i]])
        by_key.setdefault(s.laws[i], {}).setdefault(key, {})[s.found[i]] = s.expected[i]
    return [
        CorrectByKey(key=key, column=s.column, values=values)
        for key, values in sorted(by_key.items())
    ]


def _operations(view: View, s: Suspicion, where: Rows) -> list[Operation]:
    """Replace a value that stands for nothing else wherever it is; set others by their key."""
    expected: dict[str, set[str]] = {}
    for i in where:
        expected.setdefault(s.found[i], set()).add(s.expected[i])
    mapping: dict[str, str | None] = {}
    by_key: dict[str, dict[str, str]] = {}
    for i in where:
        if s.strange[i] and len(expected[s.found[i]]) == 1:
            mapping[s.found[i]] = s.expected[i]
        else:
            key = str(view.frame[s.keys[i]].iloc[s.rows[i]])
            by_key.setdefault(s.keys[i], {})[key] = s.expected[i]
    operations: list[Operation] = []
    if mapping:
        operations.append(ReplaceValues(column=s.column, mapping=mapping))
    for key, values in sorted(by_key.items()):
        operations.append(SetByKey(key=key, column=s.column, values=values, where="differs"))
    return operations
