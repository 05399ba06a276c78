"""`dataquarry run`: the main job on the terminal."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ToolError
from ..settings import Settings
from .live import Live, with_live
from .output import AsJson, WithoutSandbox, console, print_json
from .render import RunPrinter

if TYPE_CHECKING:
    import pandas as pd

    from ..agent.policy import Policy
    from ..agent.run import Run

Approve = Annotated[
    str,
    typer.Option(
        metavar="ask|risky|auto|FILE",
        help="Who approves: ask you about all, ask you about code, new rows and exports, take what "
        "the evidence recommends, or a policy file.",
    ),
]


def run(
    demand: Annotated[str, typer.Argument(help="What data is needed, in plain words.")],
    dataset: Annotated[
        str | None,
        typer.Option(help="Id (zenodo:4242) or Croissant document, instead of a search."),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--input", help="A file of yours: CSV, TSV, JSON, JSONL, Parquet, Excel."),
    ] = None,
    target: Annotated[str | None, typer.Option(help="The column to predict.")] = None,
    tables: Annotated[
        list[Path] | None,
        typer.Option("--join", help="A further file, joined to the input; needs --target."),
    ] = None,
    cutoff: Annotated[
        str | None, typer.Option(help="With --join: column of when a prediction is due.")
    ] = None,
    known: Annotated[
        str | None, typer.Option(help="With --join: column of when the target was known.")
    ] = None,
    approve: Approve = "ask",
    out: Annotated[Path | None, typer.Option(help="Folder of the export.")] = None,
    csv: Annotated[bool, typer.Option(help="Export CSV beside Parquet.")] = False,
    model: Annotated[
        str | None, typer.Option(help="Language model that plans, at OPENAI_BASE_URL.")
    ] = None,
    live: Live = None,
    notes: Annotated[
        list[Path] | None,
        typer.Option("--note", help="Domain knowledge or a data dictionary: text, Markdown, PDF."),
    ] = None,
    budget: Annotated[
        str, typer.Option(help="Limits: steps, seconds, tokens, money, same_calls; tokens=20000.")
    ] = "",
    without_sandbox: WithoutSandbox = False,
    as_json: AsJson = False,
) -> None:
    """Find, load, check, repair and export a dataset for a demand."""
    from ..agent.budget import parse_budget
    from ..agent.copilot import Copilot

    policy(approve)  # a bad policy is told before anything is begun
    settings = with_live(Settings() if model is None else Settings(model=model), live)
    started = Copilot(settings).start(
        demand,
        dataset=dataset,
        input=_joined(source, tables, target, cutoff, known) if tables else source,
        target=target,
        out=out,
        csv=csv,
        notes=notes or (),
        budget=parse_budget(budget),
        without_sandbox=without_sandbox,
    )
    follow(started, approve, as_json)
    finish(started, as_json)


def _joined(
    source: Path | None,
    tables: list[Path],
    target: str | None,
    cutoff: str | None,
    known: str | None,
) -> "pd.DataFrame":
    """Return the input with the other files joined, after saying how they belong together."""
    from .join import join_files, show_joins

    if source is None or target is None:
        raise ToolError("--join needs --input, the main table, and --target, what to predict.")
    joined = join_files(source, tables, target, cutoff, known)
    show_joins(joined, stderr=True)
    return joined.frame


def policy(approve: str) -> "Policy":
    """Return the policy a command line names.

    Raises:
        ToolError: it asks and nobody is there, or it is no policy.
    """
    from ..agent.copilot import find_policy
    from ..agent.policy import risky
    from .ask import ask

    if approve not in ("ask", "risky"):
        return find_policy(approve)
    if not sys.stdin.isatty():
        raise ToolError("Nobody is here to ask. Use --approve auto, or a policy file.")
    return risky(ask) if approve == "risky" else ask


def follow(run: "Run", approve: str, as_json: bool, *, check_plan: bool = True) -> None:
    """Show a run while it works and answer its gates until it has ended.

    Without `check_plan` nobody is asked about the plan, which the command itself has settled.
    """
    answer = policy(approve) if check_plan else _plan_settled(policy(approve))
    printer = RunPrinter(console(stderr=as_json), run)
    try:
        run.follow(answer, printer.show)
    except (KeyboardInterrupt, typer.Abort):
        run.cancel()
        raise ToolError(f"Stopped. Go on with: dataquarry runs resume {run.id}") from None


def _plan_settled(inner: "Policy") -> "Policy":
    from ..agent.policy import auto

    return lambda gate: auto(gate) if gate.kind == "plan" else inner(gate)


def finish(run: "Run", as_json: bool) -> None:
    """Print how a run ended; one that failed ends the command with code 1."""
    if as_json:
        print_json(_outcome(run))
    elif run.outcome is None:
        console().print(f"Run {run.id}: {run.status}")
    if run.status != "done":
        raise typer.Exit(1)


def _outcome(run: "Run") -> dict[str, Any]:
    table = run.table
    return {
        "run": run.id,
        "status": run.status,
        "outcome": run.outcome,
        "record": (run.facts.get("load") or {}).get("record"),
        "target": run.target,
        "table": table.model_dump(mode="json") if table else None,
        "measure": run.facts.get("measure"),
        "spent": run.spent.model_dump(mode="json"),
        "plan": run.plan.model_dump(mode="json"),
    }
