"""Desk: what a person at the page can do to runs; every refusal is told in plain words."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
import pandas as pd

from ..agent.copilot import Copilot
from ..agent.events import EventType
from ..agent.gates import AlreadyDecided, Answer, Gate, PlanDecision
from ..agent.intake import QuestionDecision
from ..agent.plan import Plan
from ..agent.run import Run
from ..errors import ToolError
from ..settings import Settings
from ..tools.proposals import Decision, apply_groups, approve, approve_recommended
from ..tools.tables import TableStore
from .questions import HELP, KEPT, chart_in, reply_to
from .text import shorten

PERSON = "person"
ENDED = ("done", "failed")
STOPPED = ("cancelled", "interrupted")


@contextmanager
def told() -> Iterator[None]:
    """Show what a person can mend as a warning on the page; defects propagate."""
    try:
        yield
    except ToolError as problem:
        gr.Warning(str(problem), title="That did not work", duration=9)


def _only_note(file: str) -> bool:
    """Say whether a file can be a note and no table."""
    return Path(file).suffix.lower() in (".md", ".markdown", ".pdf")


def _is_text(file: str) -> bool:
    return Path(file).suffix.lower() == ".txt"


class Desk:
    """The page's hands: one Copilot for all tabs of one server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.copilot = Copilot(settings)
        self.tables = TableStore(settings.tables_dir)
        self._titles: dict[str, dict[str, str]] = {}

    def open(self, run: str | None) -> Run | None:
        """Return the run of that id, None where there is none."""
        if not run:
            return None
        try:
            return self.copilot.open(run)
        except ToolError:
            return None

    def earlier(self) -> list[tuple[str, str]]:
        """Return (label, id) of the runs of this workspace, the newest first, after a blank one."""
        runs = [
            (f"{shorten(' '.join(info.demand.split()), 60)} · {info.status} · {info.id}", info.id)
            for info in self.copilot.runs()
        ]
        return [("Earlier runs", ""), *runs]

    def titles(self, gate: str) -> dict[str, str]:
        """Return the titles of a gate's groups by group id."""
        if gate not in self._titles:
            proposal = self.copilot.gate(gate).proposal
            groups = proposal.groups if proposal else []
            self._titles[gate] = {group.id: group.title for group in groups}
        return self._titles[gate]

    def start(self, text: str, files: list[str], target: str, user: str) -> str | None:
        """Start a run on a demand, with a table and notes of the person's own if some came along.

        The first file that can be a table is one; all others are notes.
        """
        with told():
            tables = sorted((f for f in files if not _only_note(f)), key=_is_text)
            notes = [file for file in files if file not in tables[:1]]
            kept = self._keep_upload(Path(tables[0])) if tables else None
            words = text.strip() or ("Prepare this file" if tables else "")
            run = self.copilot.start(
                words, input=kept, target=target.strip() or None, notes=notes, user=user
            )
            return run.id
        return None

    def _keep_upload(self, file: Path) -> Path:
        """Copy an upload into the workspace: the page's own folder does not outlive it."""
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        kept = self.settings.home / "uploads" / digest / file.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, kept)
        return kept

    def talk(self, run: Run, text: str) -> bool:
        """Answer a question about a run, or keep a note to its open gate; tell whether it was one.

        Where the run asks what is meant, what is said is the answer if it fits. What is said about
        a run that has ended and is no question is not for that run.
        """
        if self._answers(run, text.strip()):
            return True
        try:
            reply = reply_to(run, text)
        except ToolError as problem:
            reply = str(problem)
        if chart_in(run, text):
            reply = "I drew it in the Report tab."
        if reply is None and run.status not in ENDED:
            reply = HELP if text.strip().endswith("?") else KEPT
        if reply is not None:
            run.note(text.strip(), PERSON, reply)
        return reply is not None

    def _answers(self, run: Run, text: str) -> bool:
        """Take what is said as the answer to an open question about the demand, if it fits."""
        gate = run.gate()
        if gate is None or gate.question is None or text.endswith("?"):
            return False
        known = {option.lower(): option for option in gate.question.options}
        answer = QuestionDecision(by=PERSON, choice=known.get(text.lower(), text))
        try:
            gate.check(answer)
        except ToolError:
            return False
        self.decide(run.id, gate.id, answer)
        return True

    def decide(self, run: str, gate: str, answer: Answer) -> None:
        """Answer a gate; a run that was stopped goes on with that."""
        with told():
            opened = self.copilot.open(run)
            stopped = opened.status in STOPPED
            try:
                opened.decide(gate, answer.model_copy(update={"note": _noted(opened, answer.note)}))
            except AlreadyDecided:
                if not _same(self.copilot.gate(gate).answer, answer):  # else pressed twice
                    raise
            if stopped:
                opened.resume()

    def approve_plan(self, run: str, gate: Gate, plan: Plan) -> None:
        """Approve a plan as it stands on the page."""
        edited = None if plan == gate.plan else plan
        self.decide(run, gate.id, PlanDecision(by=PERSON, plan=edited))

    def reject_plan(self, run: str, gate: str) -> None:
        """Reject a plan, which ends the run."""
        self.decide(run, gate, PlanDecision(by=PERSON, approve=False))

    def choose(self, run: str, gate: Gate, group: str) -> None:
        """Approve one group of a proposal and reject the rest."""
        assert gate.proposal is not None
        self.decide(run, gate.id, approve([gate.proposal.group(group)], by=PERSON))

    def take_recommended(self, run: str, gate: Gate) -> None:
        """Approve what the evidence recommends."""
        assert gate.proposal is not None
        self.decide(run, gate.id, approve_recommended(gate.proposal, by=PERSON))

    def reject_all(self, run: str, gate: Gate) -> None:
        """Approve nothing."""
        self.decide(run, gate.id, approve([], by=PERSON))

    def apply(self, run: str, gate: Gate, decision: Decision) -> None:
        """Answer a gate group by group; edits are tried on the table first."""
        with told():
            if any(verdict.verdict == "edit" for verdict in decision.verdicts.values()):
                self._try(run, gate, decision)
            self.decide(run, gate.id, decision)

    def _try(self, run: str, gate: Gate, decision: Decision) -> pd.DataFrame:
        assert gate.proposal is not None
        return apply_groups(self.copilot.open(run).frame, gate.proposal, decision)

    def stop(self, run: str) -> None:
        """Stop a run, also in the middle of a step."""
        with told():
            self.copilot.open(run).cancel()

    def undo(self, run: str, step: str | None = None) -> None:
        """Take back what a step changed, by default the last one that changed something."""
        with told():
            self.copilot.open(run).undo(step)
            gr.Info("The change was taken back.")

    def resume(self, run: str) -> None:
        """Go on with a run that was stopped or crashed."""
        with told():
            self.copilot.resume(run)

    def zip(self, folder: Path) -> Path:
        """Return a zip of an export, made anew where the export is newer."""
        archive = folder.with_suffix(".zip")
        files = [file.stat().st_mtime for file in folder.rglob("*") if file.is_file()]
        if not archive.exists() or archive.stat().st_mtime < max(files, default=0):
            shutil.make_archive(str(folder), "zip", folder)
        return archive


def _same(given: dict[str, Any] | None, answer: Answer) -> bool:
    """Tell whether an answer says what was answered before; notes aside."""
    return {**(given or {}), "note": ""} == {**answer.model_dump(mode="json"), "note": ""}


def _noted(run: Run, note: str) -> str:
    """Return a note with what was said in the chat since the question was asked."""
    said: list[str] = []
    for event in run.events():
        if event.type is EventType.GATE_OPENED:
            said = []
        elif event.type is EventType.NOTED and event.data["reply"] == KEPT:
            said.append(event.data["text"])
    return "\n".join([note, *said]).strip()
