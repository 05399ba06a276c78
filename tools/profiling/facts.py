"""Profile: facts measured on a table, JSON-safe."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "number", "integer", "boolean", "date", "category", "text", "id", "constant", "empty"
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Count(_Model):
    """A value and how many rows have it."""

    value: str
    rows: int


class ColumnProfile(_Model):
    """Facts about one column. Shares are fractions of all rows; numbers in the column's unit."""

    name: str
    kind: Kind
    dtype: str
    missing: int
    missing_share: float
    distinct: int
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    quantiles: dict[str, float] = Field(
        default={}, description="Quantiles of finite numbers by share: 0.05, 0.25, 0.75, 0.95."
    )
    top: list[Count] = Field(default=[], description="Most frequent values of few-valued columns.")
    examples: list[str] = []
    warnings: list[str] = []
    meaning: str | None = Field(default=None, description="What it means, and who says so.")


class TargetCandidate(_Model):
    """A column that may be what is to be predicted, judged without a demand."""

    name: str
    score: float
    reasons: list[str]


class Profile(_Model):
    """Facts about a table and each of its columns."""

    rows: int
    columns: list[ColumnProfile]
    duplicate_rows: int
    missing_cells: int
    bytes: int
    warnings: list[str] = []
    candidates: list[TargetCandidate] = []

    def column(self, name: str) -> ColumnProfile:
        """Return the facts about one column."""
        return next(column for column in self.columns if column.name == name)

    def markdown(self) -> str:
        """Return the profile as Markdown: figures, warnings, and a row for each column."""
        lines = [
            f"{self.rows:,} rows, {len(self.columns)} columns, {self.missing_cells:,} missing "
            f"cells, {self.duplicate_rows:,} duplicate rows, {self.bytes / 1e6:,.1f} MB.",
            "",
            *(f"- {warning}" for warning in self.warnings),
            *([""] if self.warnings else []),
            "| column | kind | missing | distinct | range | most frequent | warnings |",
            "| --- | --- | ---: | ---: | --- | --- | --- |",
            *(_row(column) for column in self.columns),
        ]
        return "\n".join(lines) + "\n"


def _row(column: ColumnProfile) -> str:
    between = f"{column.minimum} to {column.maximum}" if column.minimum is not None else ""
    top = ", ".join(f"{count.value} ({count.rows:,})" for count in column.top[:3])
    cells = [
        *(column.name, column.kind, f"{column.missing_share:.1%}", f"{column.distinct:,}"),
        *(between, top, "; ".join(column.warnings)),
    ]
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """Return a text that stays inside its cell."""
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").split())
