"""What a demand asks of a dataset beside its subject, and how far a record answers it.

Each facet (task, size, modality, domain, language, license, year, access) is one part of the score
with its words. What breaks a constraint is told apart, see `constraints`.
"""

from collections.abc import Set

import numpy as np

from .constraints import year_of
from .demand import Demand
from .records import Record

_NEEDS = {
    "stated": "is stated",
    "commercial": "allows commercial use",
    "open": "is an open one",
}


Told = tuple[float, str]
"""The share of its weight that a facet adds, and why."""


def matches(record: Record, domains: Set[str], demand: Demand) -> dict[str, Told]:
    """Return what each facet adds that the demand names and the record answers, or fails to.

    Args:
        record: what is judged.
        domains: the domains the record is from.
        demand: what is asked.
    """
    found = {
        "task": _task(record, demand),
        "size": _size(record, demand),
        "modality": _modality(record, demand),
        "domain": _domain(domains, demand),
        "language": _language(record, demand),
        "license": _license(record, demand),
        "year": _year(record, demand),
        "access": _access(record, demand),
        "deprecated": _deprecated(record),
    }
    return {facet: told for facet, told in found.items() if told}


def wants_table(demand: Demand) -> bool:
    """Tell whether only a table serves: rows or columns are asked for, and no other modality."""
    if demand.modality:
        return demand.modality == "tabular"
    return bool(demand.target or demand.inputs or demand.task or demand.min_rows)


def _task(record: Record, demand: Demand) -> Told | None:
    if not demand.task or demand.task not in record.tasks:
        return None
    return 1.0, f"it is made for {demand.task}"


def _size(record: Record, demand: Demand) -> Told | None:
    """Prefer tables large enough to learn from when something is to be predicted."""
    rows = record.size.rows
    if not rows or demand.task is None:
        return None
    return min(1.0, float(np.log10(rows)) / 3), f"it has {rows:,} rows to learn from"


def _modality(record: Record, demand: Demand) -> Told | None:
    if not demand.modality or demand.modality not in record.modalities:
        return None
    return 1.0, f"it is {demand.modality}, as asked"


def _domain(domains: Set[str], demand: Demand) -> Told | None:
    if not demand.domain or demand.domain.lower() not in domains:
        return None
    return 1.0, f"it is from {demand.domain.lower()}, as asked"


def _language(record: Record, demand: Demand) -> Told | None:
    held = [code for code in demand.languages if code in record.languages]
    if not held:
        return None
    return len(held) / len(demand.languages), f"its language is {', '.join(held)}, as asked"


def _license(record: Record, demand: Demand) -> Told | None:
    """Speak for a stated license; whether it fits is a constraint, see `constraints`."""
    if demand.license == "any" or record.license.basis == "unknown":
        return None
    return 1.0, f"its license ({record.license.label}) {_NEEDS[demand.license]}"


def _year(record: Record, demand: Demand) -> Told | None:
    if demand.min_year is None and demand.max_year is None:
        return None
    year = year_of(record)
    return (1.0, f"it is from {year}") if year else None


def _access(record: Record, demand: Demand) -> Told | None:
    """Count against what cannot be loaded, and half as much again where only a table serves."""
    if record.loadable:
        return None
    if wants_table(demand):
        return 1.5, "a table is asked for, and it cannot be loaded from here"
    return 1.0, "it cannot be loaded from here"


def _deprecated(record: Record) -> Told | None:
    if not record.deprecation or record.deprecation.status == "warning":
        return None
    return 1.0, "it is deprecated"
