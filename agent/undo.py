"""What undoing one step means for the data and for the plan."""

from ..errors import ToolError
from ..tools.base import Effect
from ..tools.registry import get_tool
from ..tools.tables import Table, TableStore
from .plan import Plan, Step


def undoable(plan: Plan) -> list[Step]:
    """Return the steps that can be undone, in order: approved ones that stayed in the workspace."""
    return [
        step
        for step in plan.steps
        if step.status == "done" and get_tool(step.tool).effect not in (Effect.READ, Effect.EXPORT)
    ]


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


def undone(plan: Plan, step_id: str) -> Plan:
    """Return the plan with a step undone and what measured or exported after it to do again."""
    steps, after = [], False
    for step in plan.steps:
        if step.id == step_id:
            after = True
            step = step.model_copy(update={"status": "undone", "summary": "Undone."})
        elif after and step.status == "done" and _looks_only(step):
            step = step.model_copy(update={"status": "pending", "summary": ""})
        steps.append(step)
    return plan.model_copy(update={"steps": steps})


def _looks_only(step: Step) -> bool:
    return get_tool(step.tool).effect in (Effect.READ, Effect.EXPORT)
