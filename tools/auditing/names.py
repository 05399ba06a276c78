"""Names of people and places in texts, where presidio is installed."""

import numpy as np

from ..named_people import NameKind, find_names
from ..operations.names import MaskNames
from ..proposals import Group, propose_group
from .base import Audited, is_text

SAMPLE = 300
LEAST = 3
MOST_TEXTS = 20_000
"""Distinct texts of a column up to which all are read; a model takes its time."""


def named_people(audited: Audited) -> list[Group]:
    """Find columns whose texts hold names of people or places.

    Raises:
        MissingExtra: the extra "presidio" is not installed.
        ToolError: the spaCy model of the settings is not installed.
    """
    groups = []
    for name in audited.frame.columns:
        if name != audited.target and is_text(audited.frame[name]):
            groups += _column(audited, str(name))
    return groups


def _column(audited: Audited, column: str) -> list[Group]:
    texts = audited.frame[column].dropna().astype(str).unique()
    if len(texts) > MOST_TEXTS:
        audited.notes.append(
            f"Names in {column} were not looked for: {len(texts):,} texts are too many."
        )
        return []
    model = audited.settings.spacy_model
    rng = np.random.default_rng(audited.settings.seed)
    some = rng.choice(texts, min(SAMPLE, len(texts)), replace=False).tolist()
    found = find_names(some, model, audited.report)
    kinds: list[NameKind] = [
        kind
        for kind in ("person", "location")
        if sum(any(place.kind == kind for place in places) for places in found) >= LEAST
    ]
    group = kinds and propose_group(
        audited.frame,
        [MaskNames(column=column, kinds=kinds, model=model)],
        group_id=f"names:{column}",
        title=f"Mask names ({', '.join(kinds)}) in {column}",
        rule="Names go before a table is handed over, unless they are what the data is for.",
        evidence=f"{sum(map(bool, found)):,} of {len(some):,} texts that were looked at hold "
        f"names, as presidio with {model} sees them. It takes other words for names at times.",
        recommended=False,
        facts={"personal": True},
    )
    return [group] if group else []
