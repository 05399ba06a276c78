"""Suite: a measurement over a folder of cases; and the one way to run any of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import ToolError
from ..settings import Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Report = Callable[..., None]


@dataclass(frozen=True)
class Outcome:
    """What a suite measured, as plain JSON.

    Attributes:
        summary: figures by name; rates are fractions from 0 to 1, None where nothing was measured.
        cases: one object per case, each with a unique `id`.
    """

    summary: dict[str, Any]
    cases: list[dict[str, Any]] = field(default_factory=list)


class SuiteRun(Protocol):
    """The function that measures."""

    def __call__(
        self, data: Path, *, limit: int | None, settings: Settings, report: Report
    ) -> Outcome:
        """Measure the cases of a folder, the first `limit` of them; all when it is None.

        `report(message, share)` tells how far it is, with the share from 0 to 1.

        Raises:
            ToolError: the folder does not hold cases of this suite; the message names the line.
        """
        ...


@dataclass(frozen=True)
class Suite:
    """One suite. Each file of `evals/suites/` holds one, named `SUITE`.

    Attributes:
        name: what the command line calls it.
        about: one sentence on what it measures.
        needs_data: whether it reads cases from a folder; one that makes its own does not.
        run: the function that measures.
        default: folder of the cases that come with the package, below `evals/data`; None where
            none may be shipped and the folder must be given.
        planners: functions to take instead of `run`, by the name of the planner they measure.
        draw: draws the result on a matplotlib figure; without it, bars of all rates are drawn.
    """

    name: str
    about: str
    needs_data: bool
    run: SuiteRun
    default: str | None = None
    planners: Mapping[str, SuiteRun] = field(default_factory=dict)
    draw: "Callable[[Mapping[str, Any], Figure], None] | None" = None

    def with_planner(self, planner: str | None) -> SuiteRun:
        """Return the function that measures with a planner; `run` where none is named.

        Raises:
            ToolError: the suite knows no planner of that name.
        """
        if planner is None:
            return self.run
        if planner not in self.planners:
            known = ", ".join(self.planners) or "none"
            raise ToolError(f"The suite {self.name!r} has no planner {planner!r}. It has: {known}.")
        return self.planners[planner]

    def folder(self, data: Path | None) -> Path:
        """Return the folder to read: the one that is given, else that of the package.

        Raises:
            ToolError: it does not exist, or none is given where the package has none.
        """
        if data is not None:
            if not data.is_dir():
                raise ToolError(f"No folder {data}. Give the folder that holds the cases.")
            return data.resolve()
        if self.needs_data and self.default is None:
            raise ToolError(f"The suite {self.name!r} needs a folder of cases: use --data DIR.")
        return packaged_data() / (self.default or "")


def packaged_data() -> Path:
    """Return the folder of the cases that come with the package."""
    return Path(str(files(__package__ or "dataquarry.evals"))) / "data"


def list_suites() -> dict[str, str]:
    """Return what each suite measures, by its name."""
    from .suites import SUITES, get_suite

    return {name: get_suite(name).about for name in SUITES}


def run_suite(
    name: str,
    data: Path | None = None,
    out: Path | None = None,
    limit: int | None = None,
    settings: Settings | None = None,
    report: Report = lambda message, share=None: None,
    planner: str | None = None,
) -> dict[str, Any]:
    """Run a suite and return `{"suite", "data", "summary", "cases"}`.

    Args:
        name: name of the suite.
        data: folder of cases; those of the package by default.
        out: folder for `<suite>.json`, `.md`, `.png` and `.svg`; nothing is written without it.
        limit: how many cases at most.
        settings: the workspace whose index is used; read from the environment by default.
        report: called with (message, share from 0 to 1) as the work goes on.
        planner: who plans, in suites that measure planners.

    Raises:
        ToolError: no such suite, no such folder, or its content does not fit the suite.
    """
    from .report import write_report
    from .suites import get_suite

    suite = get_suite(name)
    folder = suite.folder(data)
    measure = suite.with_planner(planner)
    outcome = measure(folder, limit=limit, settings=settings or Settings(), report=report)
    result = {
        "suite": suite.name,
        "data": str(folder),
        "summary": outcome.summary,
        "cases": outcome.cases,
    }
    if out is not None:
        write_report(result, suite.about, out, suite.draw)
    return result
