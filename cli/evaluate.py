"""`dataquarry eval`."""

from pathlib import Path
from typing import Annotated

import typer

from ..settings import Settings
from .output import AsJson, console, print_json, progress
from .render import summary_table


def evaluate(
    suite: Annotated[str, typer.Argument(help="Name of the suite; 'list' shows them.")],
    data: Annotated[
        Path | None, typer.Option(help="Folder of cases in the suite's format.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N cases.")] = None,
    planner: Annotated[
        str | None, typer.Option(help="Who plans, for suites that measure it: rules, ...")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure DataQuarry on a suite of cases."""
    from ..evals.suite import list_suites, run_suite

    if suite == "list":
        suites = list_suites()
        if as_json:
            print_json(suites)
        else:
            console().print(summary_table("Suites", suites))
        return
    with progress(f"Running {suite}") as report:
        result = run_suite(
            suite,
            data=data,
            out=out,
            limit=limit,
            settings=Settings(),
            report=report,
            planner=planner,
        )
    if as_json:
        print_json(result)
        return
    console().print(summary_table(f"{suite} on {result['data']}", result["summary"]))
    if out:
        console().print(f"Report: {out.resolve()}", markup=False, soft_wrap=True)
