"""Personal data: columns of it, and cells that hold it in the middle of text."""

from ..operations.base import Operation
from ..operations.columns import DropColumn
from ..operations.privacy import GeneralizePersonal, HashValues, MaskPersonal, cue
from ..pii import Kind, find_pii
from ..proposals import Group, propose_group
from .base import View

KINDS: tuple[Kind, ...] = ("email", "iban", "ip", "ssn", "card", "phone")
"""URLs are found too, and tell of a person too seldom to be proposed."""

GENERAL: tuple[Kind, ...] = ("email", "ip", "iban", "phone")
"""Kinds of which something general can be kept."""

SAMPLE = 2_000
WHOLE_COLUMN = 0.5
LEAST = 2
RULE = "Personal data goes before a table is handed over, unless it is what the data is for."


def personal_data(view: View) -> list[Group]:
    """Find e-mails, IBANs, IP addresses, social security and card numbers, and phones."""
    groups = []
    for column in view.texts():
        if column != view.target:
            groups += _column(view, column)
    return groups


def _column(view: View, column: str) -> list[Group]:
    counts = _kinds(column, list(view.frame[column].dropna().unique()[:SAMPLE]))
    kinds = [kind for kind, cells in counts.cells.items() if cells >= LEAST]
    if not kinds:
        return []
    names = ", ".join(kinds)
    evidence = (
        f"{counts.whole:,} of {counts.looked:,} distinct values are {names} and nothing else, "
        f"{sum(counts.cells[kind] for kind in kinds) - counts.whole:,} hold it in other text."
    )
    mask = _group(
        view,
        column,
        "mask",
        f"Mask {names} in {column}",
        evidence,
        MaskPersonal(column=column, kinds=kinds),
    )
    general = [kind for kind in kinds if kind in GENERAL]
    groups = [mask]
    if general:
        groups.append(
            _group(
                view,
                column,
                "generalize",
                f"Generalize {', '.join(general)} in {column}",
                evidence + " Hosts, nets and countries stay.",
                GeneralizePersonal(column=column, kinds=general),
            )
        )
    if counts.whole >= WHOLE_COLUMN * counts.looked:
        groups.append(
            _group(
                view,
                column,
                "hash",
                f"Hash {column}",
                evidence + " Equal values stay equal.",
                HashValues(column=column, salt=column),
            )
        )
        groups.append(
            _group(view, column, "drop", f"Drop {column}", evidence, DropColumn(column=column))
        )
    return [group for group in groups if group is not None]


class _Counts:
    """How many of the values that were looked at hold each kind, and how many are only that."""

    def __init__(self, looked: int) -> None:
        self.looked = looked
        self.whole = 0
        self.cells: dict[Kind, int] = dict.fromkeys(KINDS, 0)


def _kinds(column: str, values: list[str]) -> _Counts:
    counts, context = _Counts(len(values)), cue(column)
    for value in values:
        spans = [
            span
            for span in find_pii(context + value)
            if span.kind in KINDS and span.start >= len(context)
        ]
        for kind in {span.kind for span in spans}:
            counts.cells[kind] += 1
        covered = sum(span.end - span.start for span in spans)
        counts.whole += bool(spans) and covered >= len(value.strip())
    return counts


def _group(
    view: View, column: str, how: str, title: str, evidence: str, operation: Operation
) -> Group | None:
    return propose_group(
        view.frame,
        [operation],
        group_id=f"personal-{how}:{column}",
        title=title,
        rule=RULE,
        evidence=evidence,
        recommended=False,
        facts={"personal": True},
    )
