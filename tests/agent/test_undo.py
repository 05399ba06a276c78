"""Undo: any step can be taken out, and what came later stays as it was fitted."""

from pathlib import Path

import pandas as pd
import pytest
from dataquarry import ToolError
from dataquarry.agent.undo import without
from dataquarry.tools.operations import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.operations.base import Operation
from dataquarry.tools.tables import Change, Origin, Table, TableStore
from hypothesis import given
from hypothesis import strategies as st


def change(name: str, *operations: Operation) -> Change:
    return Change(
        tool="clean",
        group=name,
        title=name,
        rule="r",
        evidence="e",
        affected=1,
        unit="rows",
        decided_by="me",
        operations=list(operations),
    )


CHANGES = {
    "duplicates": change("duplicates", DropDuplicateRows()),
    "age": change("age", DropRowsMissing(column="age")),
    "sex": change("sex", DropRowsMissing(column="sex")),
}
FRAME = pd.DataFrame(
    {"age": [1.0, 1.0, None, 3.0, 3.0, 4.0], "sex": ["f", "f", "m", None, None, "m"]}
)


def made_of(store: TableStore, names: list[str]) -> Table:
    table = store.put(FRAME, origin=Origin(kind="frame", name="t"))
    for name in names:
        frame = store.frame(table)
        for operation in CHANGES[name].operations:
            frame = operation.apply(frame)
        table = store.put(frame, parent=table, changes=[CHANGES[name]])
    return table


@given(names=st.permutations(sorted(CHANGES)), data=st.data())
def test_without_a_step_is_the_same_as_never_having_done_it(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], data: st.DataObject
) -> None:
    store = TableStore(tmp_path_factory.mktemp("tables"))
    table = made_of(store, names)
    dropped = data.draw(st.sets(st.sampled_from(names)))
    lineage = store.lineage(table)
    gone = {v.id for v in lineage[1:] if v.changes[0].group in dropped}
    never = made_of(store, [name for name in names if name not in dropped])
    assert without(store, table, gone)[-1] == never


def test_a_later_change_that_needs_the_step_is_named(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    first = store.put(FRAME[["sex"]], origin=Origin(kind="frame", name="t"))
    second = store.put(FRAME, parent=first, changes=[change("adds age")])
    third = store.put(FRAME.dropna(), parent=second, changes=[CHANGES["age"]])
    with pytest.raises(ToolError, match="'age' came later and needs that step"):
        without(store, third, {second.id})
