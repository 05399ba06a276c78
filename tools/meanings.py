"""What columns mean: as notes say it, else the source of the dataset, else the model."""

from dataclasses import dataclass

from .base import Work
from .notes import note_meanings


@dataclass(frozen=True)
class Meaning:
    """What a column means, and who says so: the name of a note, "the source", or a model."""

    text: str
    source: str

    @property
    def cited(self) -> str:
        """The meaning with who says it."""
        return f"{self.source} says: {self.text}"


def column_meanings(work: Work) -> dict[str, Meaning]:
    """Return the meaning of each column that somebody described; the person's notes go first."""
    columns = work.table.columns if work.table else []
    found: dict[str, Meaning] = {}
    for note in work.notes:
        for column, text in note_meanings(note, list(columns)).items():
            found.setdefault(column, Meaning(text, note.name))
    record = (work.facts.get("load") or {}).get("record") or {}
    for column in record.get("columns", []):
        if column.get("description"):
            found.setdefault(column["name"], Meaning(column["description"], "the source"))
    return found


def cited_meanings(work: Work) -> dict[str, str]:
    """Return what is said of each column and by whom; a language model's word goes last.

    For words only: where something is decided by meanings, a model has no say.
    """
    said = (work.facts.get("name_columns") or {}).get("meanings", {})
    guessed = {name: Meaning(text, "the language model") for name, text in said.items()}
    return {name: m.cited for name, m in {**guessed, **column_meanings(work)}.items()}
