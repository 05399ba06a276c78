"""The eval suites, as a visible list. To add one: write its file, add its line here, its test.

A suite is imported when it is asked for, so that listing names costs nothing.
"""

from importlib import import_module

from ...errors import ToolError
from ..suite import Suite

SUITES: dict[str, str] = {
    "demands": ".demands",
    "coordinator": ".coordinator",
    "robustness": ".robustness",
    "synthesis": ".synthesis",
    "text-synthesis": ".text_synthesis",
    "select": ".select",
    "features": ".features",
    "cleaning": ".cleaning",
    "cleaning-speed": ".cleaning_speed",
    "pii": ".pii",
    "labels": ".labels",
    "sandbox": ".sandbox",
    "records": ".records",
    "neardup": ".neardup",
    "datafinder": ".datafinder",
    "retrieval-speed": ".retrieval_speed",
}
"""Name of each suite and the module of this package that holds it as `SUITE`."""


def get_suite(name: str) -> Suite:
    """Return the suite of that name.

    Raises:
        ToolError: there is none; the message lists those there are.
    """
    if name not in SUITES:
        raise ToolError(f"No suite {name!r}. Suites: {', '.join(SUITES)}.")
    suite: Suite = import_module(SUITES[name], __name__).SUITE
    return suite
