"""What a live source promises, what it is asked, and how it fails."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from ...errors import ToolError
from ..demand import Demand
from ..records import DataFile, Record
from ..text import spoken, topic_words
from .client import Client

_MOST_WORDS = 6
_SINGLE_WORDS = 3


@dataclass(frozen=True)
class LiveQuery:
    """A demand as the search fields of live sources take it: a few words of its subject."""

    demand: Demand
    words: list[str]

    @classmethod
    def of(cls, demand: Demand) -> "LiveQuery":
        """Choose the words of a demand.

        Raises:
            ToolError: it has none that tell a subject.
        """
        text = demand.topic or demand.text
        said = spoken(text)
        words = [said[stem] for stem in topic_words(text)][:_MOST_WORDS]
        if not words:
            raise ToolError("The demand names no subject to search live sources for.")
        return cls(demand, words)

    @property
    def text(self) -> str:
        """The words in their order."""
        return " ".join(self.words)

    def for_names(self) -> list[str]:
        """Return what to ask a source that looks in names only: all words, then the longest."""
        longest = sorted(self.words, key=len, reverse=True)[:_SINGLE_WORDS]
        return list(dict.fromkeys([self.text, *longest]))


def first(limit: int, records: Iterable[Record | None]) -> Iterator[Record]:
    """Yield the first so many records of those there are, and ask for no more than that."""
    return islice(filter(None, records), limit)


class Anonymous:
    """A source that need not know who asks."""

    @property
    def headers(self) -> dict[str, str]:
        """Nothing."""
        return {}


class LiveSource(Protocol):
    """A place on the network that is searched, and whose datasets can be fetched."""

    @property
    def name(self) -> str:
        """Prefix of the record ids, lower case."""
        ...

    @property
    def label(self) -> str:
        """The name people know it by."""
        ...

    @property
    def url(self) -> str:
        """Its address; what `headers` tell is for this host only."""
        ...

    @property
    def headers(self) -> dict[str, str]:
        """What tells the source who asks; empty where it need not know."""
        ...

    def search(self, query: LiveQuery, limit: int, client: Client) -> Iterator[Record]:
        """Yield up to `limit` records as they come; one of an id seen before replaces it.

        Raises:
            SourceFault: the source fails; what was yielded before counts.
        """
        ...

    def record(self, native: str, client: Client) -> Record:
        """Return one record by its native id.

        Raises:
            ToolError: there is none, or the source fails.
        """
        ...

    def files(self, record: Record, client: Client) -> list[DataFile]:
        """Return the files of one table of a record, in order.

        Raises:
            ToolError: there are none that can be read, or the source fails.
        """
        ...
