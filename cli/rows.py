"""`dataquarry synthesize`, `write-texts` and `select`: one tool on one file, without a run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import NotApplicable, ToolError
from ..settings import Settings
from .output import AsJson, console, print_json, progress, safe
from .render import group_panel
from .run import Approve

if TYPE_CHECKING:
    from ..tools.base import Tool, Work

Table = Annotated[Path, typer.Argument(help="A table: CSV, TSV, JSON, JSONL, Parquet, Excel.")]
Out = Annotated[Path, typer.Option(help="File to write: .parquet or .csv.")]
Rows = Annotated[int | None, typer.Option(min=1, help="Rows there shall be afterwards.")]
More = Annotated[int | None, typer.Option(min=1, help="Rows to add, instead.")]


def synthesize(
    table: Table,
    out: Out,
    rows: Rows = None,
    more: More = None,
    where: Annotated[
        str | None, typer.Option(help='Conditions, e.g. "churn = yes and age >= 18".')
    ] = None,
    mode: Annotated[str, typer.Option(metavar="fidelity|private")] = "fidelity",
    method: Annotated[str, typer.Option(metavar="cart|copula|smote")] = "cart",
    target: Annotated[str | None, typer.Option(help="The column to predict.")] = None,
    approve: Approve = "ask",
    as_json: AsJson = False,
) -> None:
    """Add synthetic rows to a table, after a report of their quality."""
    from ..tools.registry import get_tool

    arguments = {"rows": rows, "more": more, "where": where, "mode": mode, "method": method}
    work = _work(table, target=target)
    _carry_out(get_tool("synthesize"), work, _given(arguments), approve, out, as_json)


def write_texts(
    out: Out,
    source: Annotated[
        Path | None, typer.Option("--input", help="A table of real rows to write more like.")
    ] = None,
    about: Annotated[str, typer.Option(help="The task in plain words.")] = "",
    labels: Annotated[str, typer.Option(help="Labels, with commas between them.")] = "",
    rows: Rows = None,
    more: More = None,
    kind: Annotated[str | None, typer.Option(help="classification, retrieval, ...")] = None,
    way: Annotated[str | None, typer.Option(help="describe, few_shot, document, ...")] = None,
    check: Annotated[str, typer.Option(metavar="none|teacher|classifier")] = "teacher",
    language: Annotated[str | None, typer.Option(help="ISO 639-1 code.")] = None,
    max_tokens: Annotated[int, typer.Option(min=1, help="Tokens that may be used.")] = 200_000,
    approve: Approve = "ask",
    as_json: AsJson = False,
) -> None:
    """Have the language model write rows of text, after five of them and the price."""
    from ..tools.registry import get_tool

    named = [label.strip() for label in labels.split(",") if label.strip()]
    arguments = {
        "about": about,
        "labels": dict.fromkeys(named, ""),
        "rows": rows,
        "more": more,
        "kind": kind,
        "way": way,
        "check": check,
        "language": language,
        "max_tokens": max_tokens,
    }
    work = _work(source, about=about)
    _carry_out(get_tool("write_texts"), work, _given(arguments), approve, out, as_json)


def select(
    table: Table,
    out: Out,
    rows: Annotated[int, typer.Option(min=1, help="Rows to keep.")],
    method: Annotated[str, typer.Option(help="How they are chosen.")] = "hierarchical",
    text: Annotated[str | None, typer.Option(help="Column of texts to compare rows by.")] = None,
    label: Annotated[str | None, typer.Option(help="Column of labels.")] = None,
    like: Annotated[str | None, typer.Option(help="What is wanted, for 'similar'.")] = None,
    approve: Approve = "ask",
    as_json: AsJson = False,
) -> None:
    """Keep a part of a table, chosen for variety, likeness, quality or hardness."""
    from ..tools.registry import get_tool

    arguments = {"rows": rows, "method": method, "text": text, "label": label, "like": like}
    _carry_out(get_tool("select"), _work(table), _given(arguments), approve, out, as_json)


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value not in (None, "", {})}


def _work(table: Path | None, *, target: str | None = None, about: str = "") -> "Work":
    from ..agent.alone import work_alone
    from ..tools.files import read_file

    frame = None if table is None else read_file(table)
    name = table.name if table else "frame"
    work = work_alone(frame, Settings(), name=name, about=about or "Rows that were asked for.")
    if target is not None and target not in work.frame.columns:
        raise ToolError(f"{name} has no column {target!r}.")
    work.target = target
    return work


def _carry_out(
    tool: "Tool", work: "Work", arguments: dict[str, Any], approve: str, out: Path, as_json: bool
) -> None:
    """Propose, ask, apply and write the table."""
    from ..tools.files import write_csv
    from ..tools.proposals import approve as approved
    from ..tools.tables import parquet_bytes, write_whole

    if out.suffix not in (".parquet", ".csv"):
        raise ToolError(f"Cannot write {out.name}: name the output .parquet or .csv.")
    try:
        with progress(tool.name) as report:
            work.report = report
            proposal = tool.propose(work, arguments)
        shown = console(stderr=as_json)
        for group in proposal.groups:
            shown.print(group_panel(group))
        for note in proposal.notes:
            shown.print(f"[dim]{safe(note)}[/]")
        if not proposal.groups or not agreed(approve):
            raise ToolError("Nothing was approved; nothing is written.")
        assert tool.apply is not None
        with progress(tool.name) as report:
            work.report = report
            result = tool.apply(work, proposal, approved(proposal.groups, by="person"))
    except NotApplicable as reason:
        raise ToolError(f"{tool.name}: {reason}.") from reason
    frame = work.store.frame(work.store.get(result.table or ""))
    if out.suffix == ".csv":
        write_csv(frame, out)
    else:
        write_whole(out, parquet_bytes(frame))
    if as_json:
        facts = [group.facts for group in proposal.groups]
        print_json({"output": str(out), "rows": len(frame), "facts": facts, **result.data})
    else:
        console().print(f"{result.summary} Written to {out}.", markup=False, soft_wrap=True)


def agreed(approve: str) -> bool:
    """Ask on the terminal, or take the word of whoever called: there is but one thing to decide."""
    import sys

    from rich.prompt import Confirm

    if approve in ("auto", "everything"):
        return True
    if approve != "ask":
        raise ToolError("Use --approve ask or --approve auto here.")
    if not sys.stdin.isatty():
        raise ToolError("Nobody is here to ask. Use --approve auto.")
    return Confirm.ask("Approve this?")
