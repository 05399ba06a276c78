"""What columns mean: as the source describes them."""

from .base import Work


def column_meanings(work: Work) -> dict[str, str]:
    """Return the meaning of each column that somebody described."""
    record = (work.facts.get("load") or {}).get("record") or {}
    columns = record.get("columns", [])
    return {c["name"]: c["description"] for c in columns if c.get("description")}
