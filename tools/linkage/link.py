"""link_records: find the rows that stand for the same thing."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...errors import NotApplicable
from ..operations.base import with_columns
from .blocking import Places, candidates, char_grams, row_texts, terms, words
from .decide import (
    Mask,
    best_other,
    decoy_threshold,
    gap_threshold,
    one_to_one,
    score_pairs,
)
from .evidence import Floats, column_evidence, row_evidence

SEVERAL = 0.15
BY_CHANCE = 0.1
LEAST_ALIKE = 0.15
"""Cosine of the words or the characters of two rows below which nothing speaks for a link."""

Report = Callable[..., None]


@dataclass(frozen=True)
class Links:
    """Pairs of rows that stand for the same thing, the surest first.

    Attributes:
        left: places of the left rows.
        right: places of the right rows; within one table those of later rows.
        scores: how sure each pair is; they compare within one call only.
        threshold: the score from which pairs were taken.
        relation: how many partners a row has: "one-to-one", or "several".
    """

    left: Places
    right: Places
    scores: Floats
    threshold: float
    relation: str


def link_records(
    left: pd.DataFrame,
    right: pd.DataFrame | None = None,
    report: Report = lambda message, share=None: None,
) -> Links:
    """Find rows of two tables, or within one, that stand for the same thing.

    The threshold is found without labels. Columns that number the rows are not looked at; columns
    of two tables are paired by name, then by content.

    Args:
        left: a table.
        right: another; None to look for duplicates within the first.
        report: told how far the work is.

    Raises:
        NotApplicable: there is nothing to compare.
    """
    within = right is None
    left = _without_numbering(left)
    right = left if right is None else _without_numbering(right)
    report("Reading rows", 0.0)
    first = row_texts(left)
    second = first if within else row_texts(right)
    by_word, by_char = terms(first, second, words), terms(first, second, char_grams)
    if by_word is None or by_char is None:
        raise NotApplicable("the rows hold no words to compare")
    report("Looking for rows that are alike", 0.2)
    pairs = candidates([by_word, by_char], within=within)
    if len(pairs[0]) == 0:
        return Links(*pairs, np.zeros(0), 0.0, "one-to-one")
    report(f"Comparing {len(pairs[0]):,} pairs", 0.5)
    evidence = row_evidence(first, second, (by_word, by_char), pairs)
    scores = score_pairs(evidence | column_evidence(left, right, pairs), *pairs)
    links = _within(scores, *pairs) if within else _across(scores, *pairs)
    near = np.maximum(evidence["words"], evidence["characters"]) >= LEAST_ALIKE
    return _only(links, pairs[0][near], pairs[1][near], len(second))


def _only(links: Links, left: Places, right: Places, width: int) -> Links:
    """Keep the links among some pairs: a threshold between strangers lies among strangers."""
    kept = np.isin(links.left * width + links.right, left * width + right)
    return replace(links, left=links.left[kept], right=links.right[kept], scores=links.scores[kept])


def _without_numbering(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop the columns of whole numbers that all differ: they tell rows apart and say no more."""

    def numbers(values: pd.Series) -> bool:
        found = pd.to_numeric(values, errors="coerce")
        whole = bool(found.notna().all()) and bool((found % 1 == 0).all())
        return whole and bool(found.is_unique)

    odd = [str(name) for name in frame.columns if frame[name].dtype == object]
    frame = with_columns(frame, {name: frame[name].map(str, na_action="ignore") for name in odd})
    kept = [str(name) for name in frame.columns if not numbers(frame[name])]
    return frame[kept].reset_index(drop=True) if kept else frame.reset_index(drop=True)


def _within(scores: Floats, left: Places, right: Places) -> Links:
    """Take the pairs above the gap; each row's best only, unless many rows have several."""
    rows, both = np.r_[left, right], np.r_[scores, scores]
    threshold = gap_threshold(both, rows)
    above = scores >= threshold
    partners = np.unique(np.r_[left[above], right[above]], return_counts=True)[1]
    several = bool((partners > 1).mean() > SEVERAL) if len(partners) else False
    chosen = above if several else above & one_to_one(scores, left, right, within=True)
    return _links(scores, left, right, chosen, threshold, several=several)


def _across(scores: Floats, left: Places, right: Places) -> Links:
    """Take each row once; where one side holds copies of things, take each copy's best partner."""
    chosen = one_to_one(scores, left, right, within=False)
    for rows, others in ((right, left), (left, right)):
        threshold = decoy_threshold(scores[chosen], best_other(scores, rows)[chosen])
        if _has_copies(scores, rows, others, chosen, threshold):
            best = scores > best_other(scores, rows)
            threshold = decoy_threshold(scores[best], best_other(scores, rows)[best])
            kept = best & (scores >= threshold)
            return _links(scores, left, right, kept, threshold, several=True)
    rest = np.flatnonzero(~chosen)
    threshold = float(scores.min())
    if len(rest):
        again = one_to_one(scores[rest], left[rest], right[rest], within=False)
        threshold = decoy_threshold(scores[chosen], scores[rest][again])
    kept = chosen & (scores >= threshold)
    return _links(scores, left, right, kept, threshold, several=False)


def _has_copies(
    scores: Floats, rows: Places, others: Places, chosen: Mask, threshold: float
) -> bool:
    """Tell whether more rows that were left over resemble a taken partner than strangers would."""
    taken = chosen & (scores >= threshold)
    left_over = ~np.isin(rows, rows[taken]) & np.isin(others, others[taken])
    best = pd.Series(scores[left_over]).groupby(rows[left_over]).max()
    strange = np.quantile(best_other(scores, rows)[taken], 1 - BY_CHANCE)
    more = int((best > strange).sum()) - BY_CHANCE * len(best)
    return bool(more > SEVERAL * int(taken.sum()))


def _links(
    scores: Floats, left: Places, right: Places, chosen: Mask, threshold: float, *, several: bool
) -> Links:
    kept = np.flatnonzero(chosen)
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    return Links(
        left[kept],
        right[kept],
        scores[kept],
        threshold,
        "several" if several else "one-to-one",
    )
