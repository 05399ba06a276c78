"""Rows and texts that stand for one thing more than once, and labels that look wrong."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from ...errors import NotApplicable
from ..linkage import link_records
from ..neardup import near_duplicates
from ..operations.listed import Relabel, Relabeled, keys_of
from ..proposals import MAX_EXAMPLES, Example, Group, propose_group, shown
from .base import Audited, drop_group, is_text
from .dynamics import Dynamics, Kind, training_dynamics
from .labels import LabelErrors, label_errors_in_table, label_errors_in_texts
from .opinions import teachable

Places = npt.NDArray[np.int64]

MOST_LINKED = 50_000
MOST_JUDGED = 20_000
MOST_CLASSES = 200
MUCH = 0.3
"""A share of copies above which they are the nature of the table, not a fault."""


def copied_rows(audited: Audited) -> list[Group]:
    """Find rows that describe the same thing in other words."""
    frame = audited.frame
    texts = [n for n in frame if is_text(frame[n]) and n != audited.target]
    if not texts or not 10 <= len(frame) <= MOST_LINKED or audited.text_column == texts[0]:
        return []
    if frame[texts].nunique().max() < 0.5 * len(frame):
        return []  # nothing in a row tells it apart, so that equal ones need not be copies
    try:
        links = link_records(frame, report=audited.report)
    except NotApplicable as reason:
        audited.notes.append(f"Rows were not compared: {reason}.")
        return []
    gone = _later(links.left, links.right)
    if len(gone) > MUCH * len(frame):
        return []
    examples = [
        Example(row=int(j), before=_row(frame, int(j)), after=f"as row {i}: {_row(frame, int(i))}")
        for i, j in zip(links.left[:MAX_EXAMPLES], links.right[:MAX_EXAMPLES], strict=True)
    ]
    groups = drop_group(
        audited,
        gone,
        group_id="copies:rows",
        title="Drop rows that describe the same as an earlier one",
        rule="Two rows that share their rare words and codes, far more than others do, stand for "
        "one thing.",
        evidence=f"{len(links.left):,} pairs of rows are alike; the threshold lies where likeness "
        f"falls off between partners and strangers.",
        reason="they describe the same as an earlier row",
        facts={"pairs": len(links.left), "threshold": links.threshold},
    )
    return [group.model_copy(update={"examples": examples}) for group in groups]


def copied_texts(audited: Audited) -> list[Group]:
    """Find texts that are nearly an earlier one."""
    if audited.text_column is None:
        return []
    found = near_duplicates(audited.texts, report=audited.report)
    gone = found.later_copies()
    first = {int(j): int(i) for i, j in zip(found.left[::-1], found.right[::-1], strict=True)}
    groups = drop_group(
        audited,
        gone,
        group_id=f"copies:{audited.text_column}",
        title=f"Drop near-duplicate texts ({audited.text_column})",
        rule="A text that shares seven tenths of its character 5-grams with an earlier one, "
        "whatever its case and punctuation, is a copy.",
        evidence=f"{len(gone):,} of {len(audited.texts):,} texts repeat an earlier one; "
        f"{int((found.likeness == 1).sum()):,} pairs have the same words.",
        reason="nearly the same text as an earlier row",
        column=audited.text_column,
        facts={"pairs": len(found.left)},
    )
    examples = [
        Example(
            row=k,
            column=audited.text_column,
            before=shown(audited.texts[k]),
            after=f"as row {first[k]}: {shown(audited.texts[first[k]])}",
        )
        for k in gone[:MAX_EXAMPLES]
    ]
    return [group.model_copy(update={"examples": examples}) for group in groups]


def _later(
    left: Places,
    right: Places,
) -> list[int]:
    """Return the rows of each set of linked ones but the first, in order."""
    earliest: dict[int, int] = {}

    def root(row: int) -> int:
        while earliest.get(row, row) != row:
            row = earliest[row]
        return row

    for i, j in zip(left.tolist(), right.tolist(), strict=True):
        first, second = sorted((root(i), root(j)))
        earliest[second] = first
    return sorted(row for row in earliest if root(row) != row)


def _row(frame: pd.DataFrame, row: int) -> str | None:
    return shown(" | ".join(str(value) for value in frame.iloc[row].dropna()))


def wrong_labels(audited: Audited) -> list[Group]:
    """Find labels that the rest of the row speaks against, and rows that teach little."""
    labels = _labels(audited)
    if labels is None:
        return []
    found = _label_errors(audited, labels)
    if found is None:
        return []
    return _relabel(audited, found) + _subsets(audited, labels)


def _labels(audited: Audited) -> pd.Series | None:
    """Return the target where it is a class that can be judged."""
    if audited.target is None:
        return None
    labels = audited.frame[audited.target]
    if not 2 <= labels.nunique() <= min(MOST_CLASSES, len(labels) / 5):
        return None
    if types.is_float_dtype(labels.dtype):
        return None
    if len(labels) > MOST_JUDGED:
        audited.notes.append(
            f"Labels were not judged: {len(labels):,} rows are more than {MOST_JUDGED:,}."
        )
        return None
    return labels


def _label_errors(audited: Audited, labels: pd.Series) -> LabelErrors | None:
    seed = audited.settings.seed
    try:
        if audited.text_column is not None:
            return label_errors_in_texts(audited.vectors, labels, audited.report, seed)
        return label_errors_in_table(audited.frame, str(labels.name), audited.report, seed)
    except NotApplicable as reason:
        audited.notes.append(f"Labels were not judged: {reason}.")
        return None


def _relabel(audited: Audited, found: LabelErrors) -> list[Group]:
    frame, target = audited.frame, audited.target
    assert target is not None
    columns = [str(name) for name in frame.columns if name != target]
    if not len(found.rows) or not columns:
        return []
    keys = keys_of(frame, columns)
    labels = [
        Relabeled(key=int(keys.iloc[row]), given=str(frame[target].iloc[row]), suggested=str(new))
        for row, new in zip(found.rows, found.suggested, strict=True)
    ]
    margin = float(found.margins[found.rows].mean())
    group = propose_group(
        frame,
        [Relabel(column=target, columns=columns, labels=labels)],
        group_id=f"labels:{target}",
        title=f"Change labels that look wrong ({target})",
        rule="A row whose label models that never saw it find far less likely than another was "
        "labeled wrongly (confident learning, ranked by margin).",
        evidence=f"{len(labels):,} of {len(frame):,} labels; another one is likelier by "
        f"{margin:.2f} on average.",
        recommended=False,
        facts={"margin": round(margin, 4)},
    )
    if group is None:
        return []
    examples = [
        Example(
            row=int(row),
            column=target,
            before=f"{frame[target].iloc[row]}: {_row(frame[columns], int(row))}",
            after=str(new),
        )
        for row, new in zip(found.rows[:MAX_EXAMPLES], found.suggested, strict=False)
    ]
    return [group.model_copy(update={"examples": examples})]


def _subsets(audited: Audited, labels: pd.Series) -> list[Group]:
    """Propose to drop the rows that the course of learning sets apart."""
    judged = np.flatnonzero(teachable(labels))
    codes, _ = pd.factorize(labels.iloc[judged], sort=True)
    features = audited.vectors if audited.text_column is not None else audited.numbers
    found = training_dynamics(
        features[judged], codes.astype(np.int64), audited.report, audited.settings.seed
    )
    return [
        *_subset(
            audited,
            judged,
            found,
            "mislabeled",
            "are learned as late as rows whose label was made wrong on purpose",
        ),
        *_subset(
            audited,
            judged,
            found,
            "ambiguous",
            "are learned as points midway between two classes are",
        ),
    ]


def _subset(
    audited: Audited,
    judged: Places,
    found: Dynamics,
    kind: Kind,
    how: str,
) -> list[Group]:
    rows = [int(judged[k]) for k in found.rows(kind)]
    confidence = float(found.confidence[found.rows(kind)].mean()) if rows else 0.0
    return drop_group(
        audited,
        rows,
        group_id=f"dynamics:{kind}",
        title=f"Drop rows that are learned as {kind} ones",
        rule="Rows are of the kind of the probes (typical, atypical, ambiguous, mislabeled) that "
        "a small network learns in the same way (Metadata Archaeology).",
        evidence=f"{len(rows):,} of {len(judged):,} rows {how}; the mean probability of their "
        f"label over the epochs is {confidence:.2f}.",
        reason=f"they are learned as {kind} rows are",
        facts={"confidence": round(confidence, 4), "kind": kind},
    )
