"""Decide which pairs are the same thing: a score that teaches itself, and its threshold."""

import numpy as np
import numpy.typing as npt

from .blocking import Places
from .evidence import Floats

SURE = 0.5
FEWEST_SURE = 15
ITERATIONS = 2_000

Mask = npt.NDArray[np.bool_]


def score_pairs(evidence: dict[str, Floats], left: Places, right: Places) -> Floats:
    """Return how surely the rows of each pair are the same, on a scale of its own.

    Starts from the mean likeness. The surer half of the pairs in which each row is the other's
    best teach a logistic regression what a pair of the same looks like, those that are not teach
    it the rest (self-training); its log-odds and the mean likeness count equally.
    """
    start = (evidence["words"] + evidence["characters"] + evidence["codes"] / 2) / 2.5
    mutual, lead = _mutual(start, left, right)
    sure = np.where(mutual, lead + start / 2, -np.inf)
    number = int(mutual.sum() * SURE)
    if number < FEWEST_SURE or bool(mutual.all()):
        return start
    yes = sure >= np.sort(sure[mutual])[::-1][number - 1]
    return _standard(_log_odds(evidence, yes, yes | ~mutual)) + _standard(start)


def _log_odds(evidence: dict[str, Floats], yes: Mask, taught: Mask) -> Floats:
    from sklearn.linear_model import LogisticRegression

    columns = np.column_stack([_standard(_filled(values)) for values in evidence.values()])
    model = LogisticRegression(C=0.1, max_iter=ITERATIONS)
    model.fit(columns[taught], yes[taught])
    return np.asarray(model.decision_function(columns), dtype="float64")


def _filled(values: Floats) -> Floats:
    """Put the median where nothing is known."""
    known = ~np.isnan(values)
    return np.where(known, values, np.median(values[known]) if known.any() else 0.0)


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / (values.std() or 1.0))


def _mutual(scores: Floats, left: Places, right: Places) -> tuple[Mask, Floats]:
    """Tell which pairs lead all others of both their rows, and by how much they do."""
    others = np.maximum(best_other(scores, left), best_other(scores, right))
    lead = scores - others
    return lead > 0, lead


def best_other(scores: Floats, rows: Places) -> Floats:
    """Return for each pair the best score of another pair of the same row, else the least one."""
    order = np.lexsort((-scores, rows))
    row, score = rows[order], scores[order]
    first = np.r_[True, row[1:] != row[:-1]]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(row)), 0))
    single = first & np.r_[first[1:], True]
    following = np.r_[score[1:], score[-1:]]
    found = np.empty(len(scores))
    found[order] = np.where(single, scores.min(), np.where(first, following, score[begin]))
    return found


def one_to_one(scores: Floats, left: Places, right: Places, *, within: bool) -> Mask:
    """Choose pairs from the best down so that each row occurs once (greedy assignment)."""
    taken: tuple[set[int], set[int]] = (set(), set())
    used = (taken[0], taken[0]) if within else taken
    chosen = np.zeros(len(scores), dtype=bool)
    for place in np.argsort(-scores, kind="stable"):
        i, j = int(left[place]), int(right[place])
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            chosen[place] = True
    return chosen


def decoy_threshold(found: Floats, decoys: Floats) -> float:
    """Return the threshold of the highest expected F1 over chosen pairs.

    A row that has no counterpart scores as the next best of rows that have one: those are decoys,
    as in the target-decoy estimate of false discoveries (Elias and Gygi, 2007). How many rows
    have none is read from the pairs below the decoys' median (Storey, 2002).

    Args:
        found: scores of the chosen pairs.
        decoys: scores of the next best pairs.
    """
    scores, others = np.sort(found), np.sort(decoys)
    number = len(scores)
    without = min(1.0, (np.searchsorted(scores, np.median(others), "right") + 1) / (number / 2))
    kept = number - np.arange(number)
    above = 1 - np.searchsorted(others, scores, "left") / len(others)
    wrong = np.minimum(without * number * above, kept)
    right = kept - wrong
    expected = 2 * right / (kept + max((1 - without) * number, float(right.max())))
    return float(scores[expected.argmax()])


def gap_threshold(scores: Floats, rows: Places) -> float:
    """Return the threshold that cuts the widest gaps in the rows' own lists of scores.

    The scores of a row's partners and of all others lie apart; each gap counts with its cube, so
    that the many small ones between strangers do not matter.

    Args:
        scores: scores of pairs.
        rows: the row each score belongs to.
    """
    order = np.lexsort((-scores, rows))
    row, score = rows[order], scores[order]
    together = row[1:] == row[:-1]
    high, low = score[:-1][together], score[1:][together]
    grid = np.unique(score)
    change = np.zeros(len(grid) + 1)
    weight = (high - low) ** 3
    np.add.at(change, np.searchsorted(grid, low, "right"), weight)
    np.add.at(change, np.searchsorted(grid, high, "right"), -weight)
    return float(grid[np.cumsum(change)[:-1].argmax()])
