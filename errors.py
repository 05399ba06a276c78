"""The exceptions DataQuarry raises on purpose, sorted by who can act.

`ToolError` is for the caller: the message says what to do. `NotApplicable` means that a step does
not fit this data and is skipped with its reason. Anything else is a defect and propagates.
"""

from .redact import redacted


class DataQuarryError(Exception):
    """Base of everything DataQuarry raises on purpose; its message holds no secrets."""

    def __init__(self, *said: object) -> None:
        super().__init__(*(redacted(part) if isinstance(part, str) else part for part in said))


class ToolError(DataQuarryError):
    """The caller can mend this; the message says how."""


class NotApplicable(DataQuarryError):  # noqa: N818 - a reason, not a fault
    """The step does not fit this data; the message is the reason."""


class MissingExtra(ToolError):  # noqa: N818 - names what is missing
    """An optional package is not installed.

    Args:
        what: what the package is needed for, as a sentence without its full stop.
        extra: the extra of `dataquarry` that brings it.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what}. Install it with: pip install "dataquarry[{extra}]"')


class Cancelled(DataQuarryError):  # noqa: N818 - asked for, not a fault
    """The person stopped the run while a step was working."""
