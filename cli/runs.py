"""`dataquarry runs list|show|resume|undo|export|why|trace`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table as Grid

from ..errors import ToolError
from .output import AsJson, console, print_json, safe
from .render import RunPrinter
from .run import Approve, finish, follow

if TYPE_CHECKING:
    from ..agent.copilot import Copilot
    from ..agent.run import Run

app = typer.Typer(help="Look at earlier runs and go on with them.", no_args_is_help=True)

RunId = Annotated[str, typer.Argument(help="Id of the run, or the beginning of it.")]


@app.command("list")
def list_runs(as_json: AsJson = False) -> None:
    """List all runs, the newest first."""
    copilot = _copilot()
    runs = [(copilot.open(info.id).status, info) for info in copilot.runs()]
    if as_json:
        print_json([{**info.model_dump(), "status": status} for status, info in runs])
        return
    grid = Grid("Run", "Begun", "Status", "Demand", box=None)
    for status, info in runs:
        grid.add_row(info.id, info.created[:19].replace("T", " "), status, info.demand[:80])
    console().print(grid if runs else "No runs yet.")


@app.command()
def show(run: RunId, as_json: AsJson = False) -> None:
    """Show what happened in a run, from its event log."""
    found = _copilot().open(run)
    if as_json:
        print_json(_description(found))
        return
    printer = RunPrinter(console(), found)
    for event in found.events():
        printer.show(event)
    place = f", {found.place} runs before it" if found.place is not None else ""
    console().print(f"Status: {found.status}{place}. So far: {found.spent.words()}.")


@app.command()
def resume(run: RunId, approve: Approve = "ask", as_json: AsJson = False) -> None:
    """Go on with a run that crashed, was stopped, or waits for an answer."""
    copilot = _copilot()
    found = copilot.open(run)
    if found.status in ("interrupted", "cancelled", "failed"):
        found.resume()
    elif found.status == "done":
        raise ToolError(f"Run {found.id} has ended. Undo a step to go on from there.")
    follow(found, approve, as_json)
    finish(found, as_json)


@app.command()
def undo(
    run: RunId,
    step: Annotated[str | None, typer.Option(help="Step to undo; the last change if none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take back one step; the rest of the run stays."""
    found = _copilot().open(run)
    step = found.undo(step)
    found.wait()
    if as_json:
        print_json({"run": found.id, "undone": step, "status": found.status})
    else:
        console().print(f"Step {step} is undone. Go on with: dataquarry runs resume {found.id}")


@app.command()
def export(
    run: RunId,
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    csv: Annotated[bool, typer.Option(help="Write data.csv too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the current table of a run and its records to a folder."""
    path = _copilot().open(run).export(folder, csv=csv)
    if as_json:
        print_json({"folder": str(path), "files": sorted(file.name for file in path.iterdir())})
    else:
        console().print(f"Exported to {path}", markup=False, soft_wrap=True)


@app.command()
def why(
    run: RunId,
    column: Annotated[str, typer.Argument(help="A column the table has, or had once.")],
    row: Annotated[
        int | None, typer.Option(help="A row of the current table, from 0: tell of that cell.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what became of a column or a cell of a run's table, and which decisions made it so."""
    answer = _copilot().open(run).why(column, row)
    if as_json:
        print_json(answer.model_dump(mode="json"))
        return
    console().print(safe(answer.sentence), soft_wrap=True)
    for title in getattr(answer, "rejected", []):
        console().print(f"Proposed and rejected: {safe(title)}", soft_wrap=True)


@app.command()
def trace(
    run: RunId,
    otlp: Annotated[bool, typer.Option(help="An OpenTelemetry trace (OTLP as JSON).")] = False,
) -> None:
    """Print the events of a run for other programs: one JSON object per line."""
    from ..agent import traces

    events = _copilot().open(run).events()
    if otlp:
        print_json(traces.otlp(events))
    else:
        typer.echo(traces.json_lines(events), nl=False)


def _copilot() -> "Copilot":
    from ..agent.copilot import Copilot

    return Copilot()


def _description(run: "Run") -> dict[str, Any]:
    table = run.table
    return {
        "run": run.id,
        "status": run.status,
        "demand": run.demand.model_dump(mode="json"),
        "plan": run.plan.model_dump(mode="json"),
        "table": table.model_dump(mode="json") if table else None,
        "target": run.target,
        "spent": run.spent.model_dump(mode="json"),
        "outcome": run.outcome,
        "gates": [gate.model_dump(mode="json") for gate in run.gates()],
        "events": [event.model_dump(mode="json") for event in run.events()],
    }
