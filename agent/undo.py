"""What undoing one step means for the data and for the plan."""

from typing import Any

from ..errors import ToolError
from ..tools.base import Effect
from ..tools.registry import get_tool
from ..tools.tables import Table, TableStore
from .events import EventType
from .plan import Plan, Step
from .store import RunStore


def undoable(plan: Plan) -> list[Step]:
    """Return the steps that can be undone, in order: approved ones that stayed in the workspace."""
    return [
        step
        for step in plan.steps
        if step.status == "done" and get_tool(step.tool).effect not in (Effect.READ, Effect.EXPORT)
    ]


def table_made(step: str, table: Table) -> dict[str, Any]:
    """Return what a `table_made` event tells."""
    return {"step": step, "table": table.id, "rows": table.rows, "columns": len(table.columns)}


def versions_of(store: RunStore, tables: TableStore, run: str, step: str, table: Table) -> set[str]:
    """Return the ids of the versions in a table's lineage, but the first, that a step made."""
    makers = _makers(store, run)
    return {v.id for v in tables.lineage(table)[1:] if makers.get(v.id) == step}


def take_out(store: RunStore, tables: TableStore, run: str, step: str, table: Table) -> Table:
    """Return the table without what a step did to it, and tell of the versions this makes.

    Raises:
        ToolError: a later change needs the step.
    """
    dropped, makers = versions_of(store, tables, run, step, table), _makers(store, run)
    kept = [version.id for version in tables.lineage(table) if version.id not in dropped]
    lineage = without(tables, table, dropped)
    for old, new in zip(kept, lineage, strict=True):
        if old != new.id:
            data = table_made(makers[old], new)
            store.emit(run, EventType.TABLE_MADE, data, key=f"made:{new.id}")
    return lineage[-1]


def copy_makers(store: RunStore, run: str, fork: str) -> None:
    """Let a fork know which step made each table of the run it comes from."""
    for event in store.events(run):
        if event.type is EventType.TABLE_MADE:
            store.emit(fork, EventType.TABLE_MADE, event.data, key=f"made:{event.data['table']}")


def _makers(store: RunStore, run: str) -> dict[str, str]:
    """Return which step made each table of a run."""
    made = (event.data for event in store.events(run) if event.type is EventType.TABLE_MADE)
    return {data["table"]: data["step"] for data in made}


def without(tables: TableStore, table: Table, dropped: set[str]) -> list[Table]:
    """Return the lineage of a table as it is without some of its versions.

    Later changes are applied again as they were fitted, on what is now before them.

    Args:
        tables: the store that holds them.
        table: the newest version.
        dropped: ids of the versions to leave out; never the first one.

    Raises:
        ToolError: a later change needs what would be gone; the message names it.
    """
    first, *later = tables.lineage(table)
    lineage = [first]
    for version in later:
        if version.id in dropped:
            continue
        frame = tables.frame(lineage[-1])
        for change in version.changes:
            try:
                for operation in change.operations:
                    frame = operation.apply(frame)
            except ToolError as error:
                raise ToolError(
                    f"{change.title!r} came later and needs that step. Undo it first. ({error})"
                ) from error
        lineage.append(tables.put(frame, parent=lineage[-1], changes=version.changes))
    return lineage


def undone(plan: Plan, step_id: str, summary: str = "Undone.") -> Plan:
    """Return the plan with a step undone and what measured or exported after it to do again."""
    steps, after = [], False
    for step in plan.steps:
        if step.id == step_id:
            after = True
            step = step.model_copy(update={"status": "undone", "summary": summary})
        elif after and step.status == "done" and _looks_only(step):
            step = step.model_copy(update={"status": "pending", "summary": ""})
        steps.append(step)
    return plan.model_copy(update={"steps": steps})


def _looks_only(step: Step) -> bool:
    return get_tool(step.tool).effect in (Effect.READ, Effect.EXPORT)
