"""Suite `neardup`: are planted near-duplicates found among many texts, and how fast?

Texts of the folder are joined to as many different documents as are wanted; a tenth are copies of
others with a few words and characters changed. The same documents go to datasketch (MinHash of
128 permutations and its LSH, on the same n-grams), so that the times compare.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ToolError
from ...settings import Settings
from ...tools.neardup import GRAM, PERMUTATIONS, THRESHOLD, near_duplicates
from ..suite import Outcome, Report, Suite
from ..texts import read_lines

DOCUMENTS = 100_000
PLANTED = 0.1
LEAST, MOST = 4, 8
"""How many texts a document is joined of."""
CHANGES = 0.04
"""Share of a copy's words that are changed."""

Pair = tuple[int, int]


def run(data: Path, *, limit: int | None, settings: Settings, report: Report) -> Outcome:
    """Plant near-duplicates in `limit` documents (100,000 by default) and look for them."""
    lines = read_lines(data)
    if len(lines) < 20:
        raise ToolError(f"{data} holds {len(lines)} texts; at least 20 are needed.")
    report("Making documents", 0.0)
    documents, truth = plant(lines, limit or DOCUMENTS, np.random.default_rng(settings.seed))
    began = time.process_time()
    found = near_duplicates(documents, THRESHOLD, report)
    own = time.process_time() - began
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    report("The same with datasketch", 0.5)
    began = time.process_time()
    theirs = _datasketch(documents)
    other = time.process_time() - began
    summary: dict[str, Any] = {
        "documents": len(documents),
        "planted": len(truth),
        **_figures(pairs, truth),
        "seconds": round(own, 2),
        "datasketch": {**_figures(theirs, truth), "seconds": round(other, 2)},
        "times": round(own / other, 3) if other else None,
    }
    return Outcome(summary=summary, cases=_mistakes(documents, pairs, truth))


def plant(
    lines: list[str], number: int, random: np.random.Generator
) -> tuple[list[str], set[Pair]]:
    """Make documents, a tenth of them changed copies; return them in random order and the pairs."""
    copies = int(number * PLANTED)
    originals = [
        " ".join(lines[k] for k in random.integers(0, len(lines), random.integers(LEAST, MOST + 1)))
        for _ in range(number - copies)
    ]
    chosen = random.choice(len(originals), copies, replace=False)
    documents = originals + [_changed(originals[k], random) for k in chosen]
    order = random.permutation(number)
    place = np.argsort(order)
    pairs = zip(place[chosen], place[len(originals) :], strict=True)
    truth = {(int(min(pair)), int(max(pair))) for pair in pairs}
    return [documents[k] for k in order], truth


def _changed(text: str, random: np.random.Generator) -> str:
    """Drop, double, swap or misspell a few words; sometimes change case or punctuation."""
    words = text.split()
    for _ in range(max(1, round(CHANGES * len(words)))):
        k = int(random.integers(0, len(words) - 1))
        match random.integers(0, 4):
            case 0 if len(words) > 2:
                del words[k]
            case 1:
                words.insert(k, words[k])
            case 2:
                words[k], words[k + 1] = words[k + 1], words[k]
            case _:
                cut = int(random.integers(0, len(words[k])))
                words[k] = words[k][:cut] + words[k][cut + 1 :] or words[k]
    changed = " ".join(words)
    return changed.upper() if random.random() < 0.1 else changed.replace("?", " !")


def _datasketch(documents: list[str]) -> set[Pair]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    found = set()
    for place, text in enumerate(documents):
        plain = text.lower().encode()
        grams = {plain[k : k + GRAM] for k in range(max(len(plain) - GRAM + 1, 1))}
        sketch = MinHash(num_perm=PERMUTATIONS, seed=1)
        sketch.update_batch(grams)
        found |= {(int(other), place) for other in index.query(sketch)}
        index.insert(place, sketch, check_duplication=False)
    return found


def _figures(found: set[Pair], truth: set[Pair]) -> dict[str, Any]:
    right = len(found & truth)
    return {
        "precision": round(right / len(found), 4) if found else None,
        "recall": round(right / len(truth), 4) if truth else None,
    }


def _mistakes(documents: list[str], found: set[Pair], truth: set[Pair]) -> list[dict[str, Any]]:
    kinds = (("wrong", sorted(found - truth)), ("missed", sorted(truth - found)))
    return [
        {"id": f"{kind}-{i}-{j}", "kind": kind, "left": documents[i], "right": documents[j]}
        for kind, pairs in kinds
        for i, j in pairs[:20]
    ]


SUITE = Suite(
    name="neardup",
    about="Are planted near-duplicates found among many texts, and how fast?",
    needs_data=True,
    run=run,
)
"""The suite."""
