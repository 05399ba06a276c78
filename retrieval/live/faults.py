"""How a live source fails."""

from typing import ClassVar, Literal

from ...errors import ToolError

Failure = Literal["late", "limited", "failed"]


class SourceFault(ToolError):  # noqa: N818 - a kind of ToolError, not of defect
    """A live source did not do what was asked of it; the message says what happened.

    Args:
        words: what happened.
        passing: whether the same request may succeed a moment later.
        seconds: how long the source asks to wait before that.
    """

    state: ClassVar[Failure] = "failed"

    def __init__(self, words: str, *, passing: bool = False, seconds: float | None = None) -> None:
        super().__init__(words)
        self.passing = passing
        self.seconds = seconds


class Late(SourceFault):
    """The time was up before the source had answered."""

    state = "late"


class RateLimited(SourceFault):
    """The source asks to wait for longer than there is time."""

    state = "limited"


class NotFound(SourceFault):
    """The source has no such page."""


class Refused(SourceFault):
    """The address must not be asked: it is private, or of another kind than http."""
