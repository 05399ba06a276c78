"""Record: one dataset in the catalog, and Hit: a Record with the reasons for its score.

Field names follow Croissant 1.1 and schema.org/Dataset where these have one.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Access = Literal["open", "gated", "key", "manual", "offline"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class License(_Model):
    """The dataset's own license, never that of the package which carries it."""

    spdx: str | None = Field(default=None, description="SPDX identifier, when one is recognized.")
    raw: str | None = Field(default=None, description="The words in which the source states it.")
    url: str | None = None
    basis: Literal["stated", "unknown"] = "unknown"

    @property
    def label(self) -> str:
        """The license as people read it; "not stated" unless the source states one."""
        if self.basis == "unknown":
            return "not stated"
        return self.spdx or self.raw or "not stated"


class Size(_Model):
    """Rows and columns as the table has them; `measured` says that they were counted here."""

    rows: int | None = None
    columns: int | None = None
    bytes: int | None = None
    measured: bool = False


class Column(_Model):
    """One column of a dataset as its source describes it."""

    name: str
    dtype: str | None = None
    role: Literal["target", "feature", "id", "weight", "time"] | None = None
    description: str | None = None


class Deprecation(_Model):
    """Why a dataset should not be used as it is, and what to take instead."""

    status: Literal["withdrawn", "deprecated", "warning"]
    reason: str
    source: str | None = None
    replacement: str | None = None


class DataFile(_Model):
    """A file that holds a dataset's table, or a part of it: Croissant's FileObject."""

    url: str
    name: str
    form: str | None = Field(default=None, description="csv, parquet, json, zip, ... if stated.")
    bytes: int | None = None
    sha256: str | None = None
    md5: str | None = None
    split: str | None = None
    member: str | None = Field(default=None, description="Path inside, where it is an archive.")


class Record(_Model):
    """One dataset in the catalog: what is known of it, and how to load it.

    `id` is "<source>:<native id>". `loadable` means that a table can be had: from the source's
    `load` without the network, or for a live record from the files it names.
    """

    id: str
    source: str
    native: str
    title: str
    aliases: list[str] = []
    description: str = ""
    url: str | None = None
    tasks: list[str] = []
    modalities: list[str] = []
    domains: list[str] = []
    languages: list[str] = []
    keywords: list[str] = []
    license: License = License()
    access: Access = "offline"
    size: Size = Size()
    columns: list[Column] = []
    creators: list[str] = []
    citation: str | None = None
    date: str | None = None
    version: str | None = None
    loadable: bool = False
    distribution: list[DataFile] = []
    deprecation: Deprecation | None = None
    same_as: list[str] = []
    derived_from: list[str] = []
    popularity: float = 0.0
    provenance: dict[str, Any] = {}

    def search_text(self) -> str:
        """Return the text the index embeds and counts words in: title, description, columns."""
        names = ", ".join(
            f"{c.name} ({c.description})" if c.description else c.name for c in self.columns
        )
        parts = [self.title, " ".join(self.aliases), self.description, " ".join(self.keywords)]
        if names:
            parts.append(f"Columns: {names}")
        return "\n".join(part for part in parts if part)


class Reason(_Model):
    """One part of a Hit's score, in words and as a number."""

    part: str = Field(description="Name of the part: dense, lexical, facets, popularity, ...")
    value: float = Field(description="What this part adds to the score.")
    words: str


class Hit(_Model):
    """A Record with a score, the reasons for it, and what it leaves unmet or doubtful."""

    record: Record
    score: float
    reasons: list[Reason] = []
    unmet: list[str] = Field(default=[], description="Constraints of the demand it breaks.")
    flags: list[str] = Field(default=[], description="Deprecated, gated, license not stated, ...")


class SourceState(_Model):
    """How a live source answered a search; `words` says it in one sentence."""

    source: str
    label: str
    state: Literal["answered", "cached", "late", "limited", "failed"]
    records: int = 0
    seconds: float = 0.0
    words: str = ""


ANSWERED = ("answered", "cached")
"""States of a live source that told all it was asked for."""


class SearchResult(_Model):
    """Hits that serve the demand, best first, and those that come near but break a constraint.

    `hits` is empty when nothing serves; `note` then says why in one sentence. `sources` tells how
    each live source answered; it is empty where only the index was asked.
    """

    hits: list[Hit] = []
    near_misses: list[Hit] = []
    note: str = ""
    sources: list[SourceState] = []
