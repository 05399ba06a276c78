"""Copilot: the one core that the chat, the evals, the command line and Python scripts use."""

import getpass
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import ToolError
from ..redact import redacted
from ..retrieval.demand import Demand
from ..retrieval.understand import understand
from ..settings import Settings
from ..tools.choose_target import named_target
from ..tools.load import columns_of_source, keep_frame
from ..tools.notes import read_note
from ..tools.tables import TableStore
from .budget import Budget
from .driver import Driver
from .events import Event
from .gates import Gate
from .model_planner import ModelPlanner
from .openai_model import OpenAIModel
from .planner import NoteRef, Planner, RulePlanner, Start
from .policy import Policy, auto, everything, from_file
from .preferences import read_preferences
from .run import Run
from .store import RunInfo, RunStore

Approve = str | Path | Policy
NOTE_IN_PLAN = 1500
"""Characters of each note that whoever plans sees."""


class Copilot:
    """Makes, finds and resumes runs in one workspace.

    Args:
        settings: where the workspace is; read from the environment by default.
        planner: who plans; by default the language model of the settings, and where there is none
            the deterministic planner.
    """

    def __init__(self, settings: Settings | None = None, planner: Planner | None = None) -> None:
        self.settings = settings or Settings()
        self.store = RunStore(self.settings.runs_store)
        self._driver = Driver(self.settings, self.store, planner or _planner(self.settings))

    def start(
        self,
        demand: str | Demand,
        *,
        dataset: str | None = None,
        input: str | Path | pd.DataFrame | None = None,  # noqa: A002 - the word users type
        target: str | None = None,
        out: str | Path | None = None,
        csv: bool = False,
        notes: Sequence[str | Path] = (),
        budget: Budget | None = None,
        without_sandbox: bool = False,
        tools: Sequence[str] = (),
        arguments: Mapping[str, dict[str, Any]] | None = None,
        user: str | None = None,
    ) -> Run:
        """Start a run in the background and return it at once.

        Args:
            demand: what is wanted, in plain words or parsed.
            dataset: id of the record to use, instead of a search.
            input: a file or a frame to work on, instead of a dataset of the catalog.
            target: the column to predict, where it is known.
            out: folder of the export; one of the workspace by default.
            csv: whether to export CSV beside Parquet.
            notes: files with domain knowledge or a data dictionary: text, Markdown or PDF.
            budget: limits of steps, time, tokens, money and repeated calls.
            without_sandbox: whether code that a model wrote may run where no sandbox works.
            tools: the tools the plan is made of, such as load, clean and export; all by default.
            arguments: what tools named in `tools` are given, by tool.
            user: who starts it, for the runs at once of each; the account of this process by
                default.

        Raises:
            ToolError: the demand is empty, both `dataset` and `input` are given, the dataset or
                file cannot be loaded, or it has no such target. Nothing is begun then.
        """
        if dataset is not None and input is not None:
            raise ToolError("Give a dataset of the catalog or an input of your own, not both.")
        file = None if input is None or isinstance(input, pd.DataFrame) else _absolute(input)
        kept = read_preferences(self.settings)
        begin = Start(
            demand=_understood(demand),
            dataset=dataset,
            input=file,
            table=self._keep(input) if isinstance(input, pd.DataFrame) else None,
            target=target,
            out=None if out is None else _absolute(out),
            csv=csv or kept.csv,
            leave_out=kept.leave_out,
            wishes=kept.words,
            notes=[self._keep_note(Path(note)) for note in notes],
            budget=budget or kept.budget,
            without_sandbox=without_sandbox,
            tools=tuple(tools),
            arguments=dict(arguments or {}),
            read=isinstance(demand, Demand),
            user=user or getpass.getuser(),
        )
        if isinstance(input, pd.DataFrame):
            known = [str(name) for name in input.columns]
        else:
            known = columns_of_source(self.settings, dataset, file)
        if target is not None and known:
            named_target(known, target)
        run = uuid.uuid4().hex[:12]
        self.store.add_run(run, begin.demand.text, begin.model_dump(mode="json"))
        self._driver.drive(run)
        return Run(run, self._driver)

    def run(
        self,
        demand: str | Demand,
        *,
        approve: Approve = "auto",
        dataset: str | None = None,
        input: str | Path | pd.DataFrame | None = None,  # noqa: A002 - the word users type
        target: str | None = None,
        out: str | Path | None = None,
        csv: bool = False,
        notes: Sequence[str | Path] = (),
        budget: Budget | None = None,
        without_sandbox: bool = False,
        on_event: Callable[[Event], None] | None = None,
    ) -> Run:
        """Run the main job to its end, with a policy that answers the gates.

        Args:
            demand: what is wanted, in plain words or parsed.
            approve: "auto" (what the evidence recommends), "everything", a policy file, or a
                function from a Gate to its answer.
            dataset: id of the record to use, instead of a search.
            input: a file or a frame to work on, instead of a dataset of the catalog.
            target: the column to predict, where it is known.
            out: folder of the export; one of the workspace by default.
            csv: whether to export CSV beside Parquet.
            notes: files with domain knowledge or a data dictionary: text, Markdown or PDF.
            budget: limits of steps, time, tokens, money and repeated calls.
            without_sandbox: whether code that a model wrote may run where no sandbox works.
            on_event: called with each event as it happens.

        Raises:
            ToolError: the demand or the policy does not fit.
        """
        policy = find_policy(approve)
        run = self.start(
            demand,
            dataset=dataset,
            input=input,
            target=target,
            out=out,
            csv=csv,
            notes=notes,
            budget=budget,
            without_sandbox=without_sandbox,
        )
        run.follow(policy, on_event)
        return run

    def runs(self) -> list[RunInfo]:
        """Return all runs of the workspace, the newest first."""
        return self.store.runs()

    def open(self, run: str) -> Run:
        """Return a run by its id (or the beginning of it) without working on it.

        Raises:
            ToolError: there is no such run.
        """
        return Run(self.store.run(run).id, self._driver)

    def resume(self, run: str) -> Run:
        """Go on with a run that crashed or was stopped, and return it.

        Raises:
            ToolError: there is no such run, or it has ended.
        """
        found = self.open(run)
        found.resume()
        return found

    def gate(self, gate: str) -> Gate:
        """Return a gate by its id.

        Raises:
            ToolError: there is no such gate.
        """
        return self._driver.gate(gate)

    def _keep_note(self, path: Path) -> NoteRef:
        found = read_note(path)
        note = found.model_copy(update={"text": redacted(found.text)})
        blob = self.store.keep(note.model_dump(mode="json"))
        return NoteRef(name=note.name, blob=blob, beginning=note.text[:NOTE_IN_PLAN])

    def _keep(self, frame: pd.DataFrame) -> str:
        return keep_frame(TableStore(self.settings.tables_dir), frame, "frame").id


def _planner(settings: Settings) -> Planner:
    if not settings.model:
        return RulePlanner()
    return ModelPlanner(OpenAIModel(settings))


def find_policy(approve: Approve) -> Policy:
    """Return the policy that a name, a file or a function stands for.

    Raises:
        ToolError: it is neither.
    """
    named: dict[str, Policy] = {"auto": auto, "everything": everything}
    if not isinstance(approve, str | Path):
        return approve
    return named.get(str(approve)) or from_file(Path(approve))


def _understood(demand: str | Demand) -> Demand:
    """Return the demand, parsed; a key that somebody pasted into its words is not kept."""
    if isinstance(demand, Demand):
        return demand.model_copy(update={"text": redacted(demand.text)})
    return understand(redacted(demand))


def _absolute(path: str | Path) -> str:
    return str(Path(path).expanduser().resolve())
