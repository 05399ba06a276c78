"""What a run looks like on the terminal: one method for each type of event."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from ..retrieval.records import ANSWERED, Hit, SearchResult, SourceState
from .output import safe

if TYPE_CHECKING:
    from ..agent.events import Event
    from ..agent.run import Run
    from ..tools.proposals import Group, Proposal

SHOWN_HITS = 5


def hits_list(title: str, hits: Sequence[Hit]) -> Text:
    """Return hits with their scores, reasons and flags, a few lines each."""
    lines = [f"[bold]{title}[/]"]
    for number, hit in enumerate(hits, 1):
        record, rows = hit.record, hit.record.size.rows
        size = "rows unknown" if rows is None else f"{rows:,} rows"
        terms = record.license.label
        lines += [
            f"{number:>3}. [bold cyan]{safe(record.id)}[/] {safe(record.title)}",
            f"     score {hit.score:.2f} · {size} · license {safe(terms)}",
            *(f"     [dim]{reason.value:+.2f} {safe(reason.words)}[/]" for reason in hit.reasons),
            *(f"     [red]unmet: {safe(text)}[/]" for text in hit.unmet),
            *(f"     [yellow]{safe(text)}[/]" for text in hit.flags if text != f"license {terms}"),
        ]
    return Text.from_markup("\n".join(lines))


def sources_list(sources: Sequence[SourceState]) -> Text:
    """Return how each live source answered, a line each; one that did not stands out."""
    lines = ["[bold]Live sources[/]"]
    for source in sources:
        color = "green" if source.state in ANSWERED else "yellow"
        lines.append(f"  [{color}]{safe(source.words)}[/]")
    return Text.from_markup("\n".join(lines))


def summary_table(title: str, data: Mapping[str, Any]) -> Grid:
    """Return names and values, nested ones with their path."""
    grid = Grid(title=title, title_justify="left", show_header=False)
    for name, value in _flat(data):
        shown = f"{value:.3f}" if isinstance(value, float) else str(value)
        grid.add_row(safe(name), safe(shown))
    return grid


def _flat(data: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in data.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{name}.")
        else:
            pairs.append((f"{prefix}{name}", value))
    return pairs


def plan_table(steps: Sequence[Mapping[str, Any]]) -> Grid:
    """Return the steps of a plan with their reasons."""
    grid = Grid("Step", "Tool", "Why", "State", box=None)
    for step in steps:
        grid.add_row(step["id"], step["tool"], safe(step["why"]), step["status"])
    return grid


def group_panel(group: "Group", verdict: str | None = None) -> Panel:
    """Return a group of a proposal as a card, with the verdict once there is one."""
    from ..tools.operations.base import written_code

    lines = [f"[dim]Rule:[/] {safe(group.rule)}", f"[dim]Evidence:[/] {safe(group.evidence)}"]
    lines += [line for text in written_code(group.operations) for line in _code(text)]
    for example in group.examples:
        place = "" if example.row is None else f"row {example.row} "
        before, after = (_cell(example.before), _cell(example.after))
        lines.append(f"  {place}[bold]{safe(example.column or '')}[/]: {before} → {after}")
    if group.affected:
        lines.append(f"[dim]Affects {group.affected:,} {group.unit}. {safe(group.reversible)}[/]")
    color = {"approve": "green", "edit": "green", "reject": "red"}.get(verdict or "", "blue")
    words = {"approve": "approved", "edit": "edited", "reject": "rejected"}.get(verdict or "", "")
    advice = "recommended" if group.recommended else "not recommended"
    title = f"{safe(group.title)} [dim]({advice})[/]"
    return Panel(
        "\n".join(lines), title=title, title_align="left", border_style=color, subtitle=words
    )


def _code(text: str) -> list[str]:
    """Return the lines of code that a model wrote, each safe for the terminal."""
    lines = text.expandtabs(4).splitlines()
    return [f"  │ {' ' * (len(line) - len(line.lstrip()))}{safe(line)}" for line in lines]


def _cell(value: str | None) -> str:
    """Return a cell with its spaces; repr writes control characters as escapes."""
    return "[dim]missing[/]" if value is None else escape(repr(value[:200]))


CHANGES = {
    "added": ("green", "+"),
    "removed": ("red", "-"),
    "moved": ("cyan", "~"),
    "changed": ("cyan", "~"),
    "skipped": ("yellow", "-"),
    "undone": ("yellow", "-"),
    "again": ("cyan", "+"),
}
"""Color and sign of each kind of change to a plan."""

ANSWERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "question": lambda answer: answer["choice"] or "Left open.",
    "plan": lambda answer: "Plan approved." if answer["approve"] else "Plan not approved.",
    "budget": lambda answer: "Go on." if answer["go_on"] else "End with what there is.",
}
"""What an answer says, by the kind of its gate; an answer to a proposal is shown group by group."""


class RunPrinter:
    """Prints the events of a run as they come."""

    def __init__(self, out: Console, run: "Run") -> None:
        self.out = out
        self.run = run
        self._methods = {
            "demand_parsed": self._demand,
            "plan_made": self._plan,
            "plan_changed": self._plan_changed,
            "plan_kept": self._plan_kept,
            "gate_decided": self._decided,
            "step_started": self._started,
            "step_progress": self._progress,
            "step_finished": self._finished,
            "step_skipped": self._ended_otherwise,
            "step_failed": self._ended_otherwise,
            "run_queued": self._queued,
            "run_undone": self._undone,
            "run_cancelled": self._cancelled,
            "run_failed": self._defect,
            "run_finished": self._run_finished,
        }

    def show(self, event: "Event") -> None:
        """Print one event, if it is of a type people want to see."""
        method = self._methods.get(event.type.value)
        if method:
            method(event.data, event)

    def _line(self, text: str) -> None:
        self.out.print(text, soft_wrap=True)

    def _undone(self, data: dict[str, Any], _: "Event") -> None:
        self._line(f"[yellow]Undone:[/] step {data['step']}")

    def _queued(self, data: dict[str, Any], _: "Event") -> None:
        most = f"{data['most']} work at once, {data['most_of_user']} of each person"
        self._line(f"[yellow]Waits for its turn:[/] {data['before']} runs before it ({most}).")

    def _cancelled(self, _: dict[str, Any], __: "Event") -> None:
        self._line("[yellow]Stopped.[/]")

    def _defect(self, data: dict[str, Any], _: "Event") -> None:
        self._line(f"[red]Defect:[/] {safe(data['error'])}: {safe(data['message'])}")

    def _run_finished(self, data: dict[str, Any], _: "Event") -> None:
        self._line(f"\n[bold]{safe(data['outcome']['message'])}[/]")

    def _demand(self, data: dict[str, Any], _: "Event") -> None:
        demand = {
            key: value for key, value in data["demand"].items() if value not in (None, [], "")
        }
        understood = ", ".join(f"{k}={v}" for k, v in demand.items() if k != "text")
        self._line(f"[bold]Run {self.run.id}[/]\n{safe(demand['text'])}")
        self._line(f"[dim]Understood: {safe(understood)}[/]")

    def _plan(self, data: dict[str, Any], _: "Event") -> None:
        self.out.print("\n[bold]Plan[/]", plan_table(data["plan"]["steps"]))

    def _plan_changed(self, data: dict[str, Any], _: "Event") -> None:
        self._line(f"[yellow]Plan changed:[/] {safe(data['reason'])}")
        for change in data.get("changes", []):
            color, sign = CHANGES[change["kind"]]
            what = f"{change['kind']} {change['tool']}"
            self._line(f"  [{color}]{sign} {safe(what)}[/] [dim]{safe(change['words'])}[/]")

    def _plan_kept(self, data: dict[str, Any], _: "Event") -> None:
        self._line(f"[dim]{safe(data['reason'])}[/]")

    def _started(self, data: dict[str, Any], _: "Event") -> None:
        self._line(f"\n[bold cyan]{data['step']['tool']}[/] [dim]{safe(data['step']['why'])}[/]")

    def _progress(self, data: dict[str, Any], _: "Event") -> None:
        share = "" if data["share"] is None else f" {data['share']:.0%}"
        if self.out.is_terminal:
            self._line(f"[dim]  {safe(data['message'])}{share}[/]")

    def _decided(self, data: dict[str, Any], _: "Event") -> None:
        said = ANSWERS.get(data["kind"])
        if said is not None:
            self._line(f"{safe(said(data['answer']))} Decided by {safe(data['answer']['by'])}.")
            return
        gate = next(gate for gate in self.run.gates() if gate.id == data["gate"])
        assert gate.proposal is not None
        self._proposal(gate.proposal, data["answer"])

    def _proposal(self, proposal: "Proposal", answer: dict[str, Any]) -> None:
        verdicts = {group: verdict["verdict"] for group, verdict in answer["verdicts"].items()}
        for note in proposal.notes:
            self._line(f"[dim]{safe(note)}[/]")
        if proposal.pick == "one":
            self._choices(proposal, verdicts)
        else:
            for group in proposal.groups:
                self.out.print(group_panel(group, verdicts.get(group.id, "reject")))
        self._line(f"[dim]Decided by {safe(answer['by'])}.[/]")

    def _choices(self, proposal: "Proposal", verdicts: dict[str, str]) -> None:
        for group in proposal.groups:
            chosen = verdicts.get(group.id) in ("approve", "edit")
            mark = "[green]●[/]" if chosen else "[dim]○[/]"
            self._line(f"  {mark} {safe(group.title)} [dim]{safe(group.evidence)}[/]")

    def _finished(self, data: dict[str, Any], event: "Event") -> None:
        self._line(safe(data["summary"]))
        facts = self.run.facts_of(event)
        if data["tool"] == "search":
            result = SearchResult.model_validate(facts)
            hits = result.hits or result.near_misses
            title = "Hits" if result.hits else "Near, but a constraint is broken"
            self.out.print(hits_list(title, hits[:SHOWN_HITS]))
            if result.sources:
                self.out.print(sources_list(result.sources))
        if data["tool"] == "export":
            self._line(f"  {safe(', '.join(facts['files']))}")

    def _ended_otherwise(self, data: dict[str, Any], _: "Event") -> None:
        color = "red" if data["status"] == "failed" else "yellow"
        self._line(f"[{color}]{data['status']}:[/] {safe(data['summary'])}")
