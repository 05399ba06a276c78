"""Constraints of a demand: what a record breaks, and what is doubtful about it."""

from .demand import Demand
from .licenses import unmet_license
from .records import Record

LOOSE_MODALITIES = {"text"}


def unmet(record: Record, demand: Demand) -> list[str]:
    """Return the constraints a record breaks, in words; unknown sizes break none."""
    faults = [
        _rows(record, demand),
        unmet_license(record.license, demand.license),
        _modality(record, demand),
        _languages(record, demand),
        _years(record, demand),
    ]
    return [fault for fault in faults if fault]


def flags(record: Record, demand: Demand) -> list[str]:
    """Return what is doubtful about a record that serves."""
    found = []
    if record.deprecation:
        notice = record.deprecation
        instead = f"; take {notice.replacement} instead" if notice.replacement else ""
        found.append(f"{notice.status}: {notice.reason}{instead}")
    if record.license.basis == "unknown":
        found.append("license not stated")
    if record.access in ("gated", "key", "manual"):
        found.append(f"access: {record.access}")
    if "licenses" in record.provenance:
        found.append(f"its places state different licenses ({record.provenance['licenses']})")
    if not record.loadable:
        found.append("cannot be loaded from here")
    if record.size.rows is None and (demand.min_rows or demand.max_rows):
        found.append("number of rows not known")
    if demand.languages and not record.languages:
        found.append("language not stated")
    if (demand.min_year or demand.max_year) and not year_of(record):
        found.append("year not stated")
    return found


def year_of(record: Record) -> int | None:
    """Return the year of a record's date, None when it has none."""
    head = (record.date or "")[:4]
    return int(head) if head.isdigit() else None


def _years(record: Record, demand: Demand) -> str | None:
    year = year_of(record)
    if year is None:
        return None
    if demand.min_year and year < demand.min_year:
        return f"from {year}, {demand.min_year} or later asked for"
    if demand.max_year and year > demand.max_year:
        return f"from {year}, {demand.max_year} or earlier asked for"
    return None


def _rows(record: Record, demand: Demand) -> str | None:
    rows = record.size.rows
    if rows is None:
        return None
    if demand.min_rows is not None and rows < demand.min_rows:
        return f"{rows:,} rows, at least {demand.min_rows:,} asked for"
    if demand.max_rows is not None and rows > demand.max_rows:
        return f"{rows:,} rows, at most {demand.max_rows:,} asked for"
    return None


def _modality(record: Record, demand: Demand) -> str | None:
    wanted = demand.modality
    if not wanted or wanted in LOOSE_MODALITIES or not record.modalities:
        return None
    if wanted in record.modalities:
        return None
    return f"{', '.join(record.modalities)}, {wanted} asked for"


def _languages(record: Record, demand: Demand) -> str | None:
    if not demand.languages or not record.languages:
        return None
    if set(demand.languages) <= set(record.languages):
        return None
    return f"language {', '.join(record.languages)}, {', '.join(demand.languages)} asked for"
