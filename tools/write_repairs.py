"""Tool `write_repairs`: a language model writes a check and a repair for each column, once.

The code runs in the sandbox over all distinct values of its column. What it finds is proposed in
groups like any other repair, none recommended; the model sees no cell again and judges none.
"""

from dataclasses import dataclass, field

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ..errors import NotApplicable, ToolError
from .base import Effect, Work, tool
from .cleaning.base import View, fault
from .describe import describe_column, named_column
from .language_model import LanguageModel
from .meanings import cited_meanings
from .operations.repair_written import RepairWritten
from .prompts import as_data, render
from .proposals import Group, Proposal
from .sandbox import active_level, check_code, keep_warm

COLUMNS_A_QUESTION = 3
"""So few that an answer of a thousand tokens holds their code."""
MOST_COLUMNS = 30
LONGEST = 60
"""Characters, at the median, above which a text is free and has no form to check."""
MOST_WRONG = 0.4
"""Where code calls more of a column wrong than this, it is the code that is wrong."""
MOST_FAULTS = 0.02
"""Share of the values on which code may fail; those stay as they are."""


class WrittenRepair(BaseModel):
    """The check and the repair of one column as a model writes them."""

    model_config = ConfigDict(extra="ignore")

    column: str
    meaning: str = Field(max_length=300, description="What a cell holds.")
    validator: str = Field(max_length=4000, description="Python that defines valid(value).")
    repair: str = Field(default="", max_length=4000, description="Python that defines repair.")
    reason: str = Field(default="", max_length=500, description="What is wrong with the others.")


class WrittenRepairs(BaseModel):
    """The answer of a model that was asked for checks and repairs."""

    model_config = ConfigDict(extra="ignore")

    columns: list[WrittenRepair] = Field(max_length=2 * COLUMNS_A_QUESTION)


class RepairArguments(BaseModel):
    """`write_repairs` takes no arguments."""

    model_config = ConfigDict(extra="forbid")


@dataclass
class Tried:
    """What came of the code: the groups, what cannot be used and why, columns without a fault."""

    groups: list[Group] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sound: list[str] = field(default_factory=list)


@tool(Effect.EXECUTE)
def write_repairs(work: Work, _: RepairArguments) -> Proposal:
    """Let the language model write a check and a repair for each text column, as code, once.

    The code runs in the sandbox over all cells; what it would change is proposed in groups, never
    done by itself. The model sees names, statistics and forms; values only as far as allowed.
    """
    work.need_table()
    if work.model is None:
        raise NotApplicable("no language model is set, so nobody can write repairs")
    view = View(work.frame, work.target)
    columns = _checkable(view)
    if not columns:
        raise NotApplicable("no column holds short texts that code could check")
    level, tried = active_level(), Tried()
    with keep_warm():
        for written in _ask_in_parts(work, work.model, view, columns, tried):
            work.report(f"Trying the code for {written.column}")
            try:
                _try(view, written, columns, work.model.name, tried)
            except ToolError as error:
                tried.notes.append(f"Not used, the code for {written.column!r}: {error}")
    if tried.sound:
        tried.notes.append(f"All cells pass: {', '.join(tried.sound)}.")
    notes = [f"The code ran in the sandbox ({level.words}).", *dict.fromkeys(tried.notes)]
    return Proposal(
        tool="write_repairs",
        title="Repairs that the model wrote as code",
        groups=tried.groups,
        notes=notes,
    )


def _checkable(view: View) -> list[str]:
    """Return the columns of short texts, other than the target."""
    short = [
        name
        for name in view.all_texts
        if name != view.target and view.frame[name].dropna().str.len().median() <= LONGEST
    ]
    return short[:MOST_COLUMNS]


def _ask_in_parts(
    work: Work, model: LanguageModel, view: View, columns: list[str], tried: Tried
) -> list[WrittenRepair]:
    """Ask about a few columns at a time; an answer that cannot be used costs only its own."""
    found: dict[str, WrittenRepair] = {}
    meanings = cited_meanings(work)
    for start in range(0, len(columns), COLUMNS_A_QUESTION):
        part = columns[start : start + COLUMNS_A_QUESTION]
        work.report(f"Asking the model about {', '.join(part)}", start / len(columns))
        question = render(
            "write_repairs_user",
            demand=as_data(work.demand.text),
            columns="\n".join(
                describe_column(view.frame[name], meanings, work.settings.model_rows)
                for name in part
            ),
        )
        try:
            answer = model.ask(render("write_repairs_system"), question, WrittenRepairs)
        except ToolError as error:
            tried.notes.append(f"No code for {', '.join(part)}: {error}")
            continue
        for written in answer.columns:
            found.setdefault(written.column, written)
    return list(found.values())


def _try(view: View, written: WrittenRepair, columns: list[str], model: str, tried: Tried) -> None:
    """Run the code of one column over its values and propose what it finds.

    Raises:
        ToolError: the code cannot be used; the message says why.
    """
    column = named_column(written.column, columns)
    operation = RepairWritten(
        column=column,
        meaning=as_data(written.meaning, 200),
        reason=as_data(written.reason, 300),
        validator=written.validator,
        **({"repair": written.repair} if written.repair.strip() else {}),
    )
    check_code(operation.program())
    judged = operation.judge([str(value) for value in view.values(column).index])
    cells = pd.Series(view.values(column).to_numpy(), index=judged.index)
    _check_verdicts(judged, cells)
    wrong = ~judged["valid"]
    if not wrong.any():
        tried.sound.append(column)
        return
    rest = wrong & judged["repaired"].isna()
    evidence = (
        f"{int(cells[~wrong].sum()):,} of {int(cells.sum()):,} cells pass the check, "
        f"{int(cells[wrong].sum()):,} do not; {int(cells[wrong & ~rest].sum()):,} of these pass "
        "once they are repaired."
    )
    if judged["fault"].notna().any():
        evidence += f" On {judged['fault'].notna().sum()} values the code failed; they stay."
    tried.groups += _groups(view, operation, evidence, model)


def _check_verdicts(judged: pd.DataFrame, cells: pd.Series) -> None:
    """Refuse code that fails on many values, or calls many cells wrong.

    Raises:
        ToolError: it does.
    """
    faults = judged["fault"].dropna()
    if len(faults) > MOST_FAULTS * len(judged):
        raise ToolError(f"it failed on {len(faults)} of {len(judged)} values: {faults.iloc[0]}")
    share = float(cells[~judged["valid"]].sum() / cells.sum())
    if share > MOST_WRONG:
        raise ToolError(f"it calls {share:.0%} of the cells wrong, which speaks against the code.")


def _groups(view: View, operation: RepairWritten, evidence: str, model: str) -> list[Group]:
    """Return a group for what can be repaired, and one for what cannot."""
    column, meaning = operation.column, operation.meaning
    facts = {"meaning": meaning, "reason": operation.reason, "model": model}
    ways = {
        "written": (operation, f"Repair {column} by code", "rewrites what it can"),
        "written-blank": (
            operation.model_copy(update={"does": "blank"}),
            f"Make missing what the code cannot repair in {column}",
            "makes missing what it cannot repair",
        ),
    }
    groups: list[Group] = []
    for name, (does, title, how) in ways.items():
        groups += fault(
            view,
            [does],
            group_id=f"{name}:{column}",
            title=title,
            rule=f"{column} should hold: {meaning}. Code that the language model {model} wrote "
            f"says of each cell whether it does, and {how}. {operation.reason}".strip(),
            evidence=evidence,
            recommended=False,
            facts=facts,
        )
    return groups
