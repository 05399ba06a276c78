"""Tool `name_columns`: the language model says in words what columns mean."""

from pydantic import BaseModel, ConfigDict, Field

from ..errors import NotApplicable, ToolError
from .base import Effect, Result, Work, tool
from .describe import describe_column, named_column
from .meanings import column_meanings
from .prompts import as_data, render

COLUMNS_A_QUESTION = 15
MOST_COLUMNS = 60


class NamedColumn(BaseModel):
    """What a model says of one column."""

    model_config = ConfigDict(extra="ignore")

    column: str
    meaning: str = Field(max_length=300)


class NamedColumns(BaseModel):
    """The answer of a model that was asked what columns mean."""

    model_config = ConfigDict(extra="ignore")

    columns: list[NamedColumn] = Field(max_length=2 * COLUMNS_A_QUESTION)


class NameArguments(BaseModel):
    """`name_columns` takes no arguments."""

    model_config = ConfigDict(extra="forbid")


@tool(Effect.READ)
def name_columns(work: Work, _: NameArguments) -> Result:
    """Let the language model say what each column means, where no note and no source says it.

    It sees names, statistics and forms. What it says explains columns to people and decides
    nothing.
    """
    work.need_table()
    if work.model is None:
        raise NotApplicable("no language model is set, so nobody can say what columns mean")
    known = column_meanings(work)
    open_ = [str(name) for name in work.frame.columns if name not in known][:MOST_COLUMNS]
    meanings: dict[str, str] = {}
    for start in range(0, len(open_), COLUMNS_A_QUESTION):
        work.report("Asking what columns mean", start / len(open_))
        meanings |= _ask(work, open_[start : start + COLUMNS_A_QUESTION])
    return Result(
        summary=f"The language model says what {len(meanings)} of {len(open_)} columns mean.",
        data={"model": work.model.name, "meanings": meanings},
    )


def _ask(work: Work, columns: list[str]) -> dict[str, str]:
    """Return the meanings of some columns; names that the table does not have are passed over."""
    assert work.model is not None
    question = render(
        "name_columns_user",
        demand=as_data(work.demand.text),
        columns="\n".join(describe_column(work.frame[name], {}) for name in columns),
    )
    answer = work.model.ask(render("name_columns_system"), question, NamedColumns)
    found: dict[str, str] = {}
    for named in answer.columns:
        try:
            found[named_column(named.column, columns)] = as_data(named.meaning, 200)
        except ToolError:
            continue
    return found
