"""What the parts of the sandbox share: levels, limits, and how code fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from ...errors import ToolError

_unsandboxed: ContextVar[bool] = ContextVar("unsandboxed", default=False)


class Level(StrEnum):
    """What holds code that a model wrote, the strongest first."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    NONE = "none"

    @property
    def words(self) -> str:
        """What this level keeps the code from, in words."""
        return _WORDS[self]


_WORDS = {
    Level.BUBBLEWRAP: "bubblewrap: its own namespaces, no network, no files but the read-only "
    "interpreter",
    Level.LANDLOCK: "Landlock and seccomp: no network, no files but the read-only interpreter; "
    "names and sizes of other files can be seen",
    Level.NONE: "none: a separate process with limits, but with your files and network in reach",
}


class Limits(BaseModel):
    """What one call may use."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float = Field(default=10.0, gt=0, le=600, description="Time, on the wall and in use.")
    memory: int = Field(default=1 << 30, ge=1 << 26, description="Bytes beside the libraries'.")
    output: int = Field(default=64 << 20, ge=1 << 12, description="Bytes of the reply.")


class NoSandbox(ToolError):  # noqa: N818 - names what is missing
    """No sandbox works on this machine and nobody said to go without."""


class CodeFailed(ToolError):  # noqa: N818 - the code, not the sandbox
    """Code that a model wrote did not do its work; the message says why.

    Args:
        kind: "error" where it raised, "refused" where it was not run or returned something that
            cannot be used, else the limit it hit: "time", "memory", "output", or "crash".
        message: what happened, for whoever wrote the code.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@contextmanager
def person_allows(without_sandbox: bool) -> Iterator[None]:
    """Let code run without a sandbox in this context where a person said so and none works."""
    token = _unsandboxed.set(without_sandbox)
    try:
        yield
    finally:
        _unsandboxed.reset(token)


def may_go_without() -> bool:
    """Say whether a person allowed code to run without a sandbox in this context."""
    return _unsandboxed.get()
