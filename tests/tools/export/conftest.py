"""A small run's end: a table with two approved changes, its record, and results of other tools."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from dataquarry.retrieval.demand import Demand
from dataquarry.retrieval.records import Column, License, Record
from dataquarry.settings import Settings
from dataquarry.tools.base import Work
from dataquarry.tools.export.tool import export
from dataquarry.tools.operations.rows import DropDuplicateRows, DropRowsMissing
from dataquarry.tools.proposals import approve, propose_group
from dataquarry.tools.tables import Change, Origin


def source_frame(rows=120):
    """Return a table of several types, with missing values, duplicates and odd names."""
    random = np.random.default_rng(0)
    age = random.normal(40, 12, rows).round(1)
    age[::9] = np.nan
    frame = pd.DataFrame(
        {
            "age": age,
            "größe x/y": random.choice(["klein", "mittel", "groß"], rows),
            "日付": pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 99, rows), "D"),
            "member": random.random(rows) > 0.5,
            "visits": pd.array(random.integers(0, 9, rows), dtype="Int64"),
            "index": random.integers(0, 1000, rows),
            "survived": random.choice(["yes", "no"], rows),
        }
    )
    frame.loc[3, ["größe x/y", "visits"]] = [None, pd.NA]
    return pd.concat([frame, frame.head(4)], ignore_index=True)


def make_record(**other):
    """Return the record of a made-up dataset."""
    return Record(
        **{
            "id": "demo:ships",
            "source": "demo",
            "native": "ships",
            "title": "Ships",
            "description": "People on ships.",
            "url": "https://example.org/ships",
            "columns": [Column(name="age", description="Age in years")],
            "creators": ["Ada Example"],
            **other,
        }
    )


def change_table(work, operation, decided_by="ada"):
    """Apply an operation as an approved change and make its result the current table."""
    frame = work.frame
    words = {"title": operation.sentence(), "rule": "A rule.", "evidence": "Some evidence."}
    group = propose_group(frame, [operation], group_id="g", recommended=True, **words)
    change = Change(
        tool="clean",
        group=operation.op(),
        affected=group.affected,
        unit=group.unit,
        decided_by=decided_by,
        operations=[operation],
        **words,
    )
    work.table = work.store.put(operation.apply(frame), parent=work.table, changes=[change])


def make_work(home, frame=None, record=None, **demand):
    """Return the Work of a run that has loaded a table."""
    words = {"text": "Predict survival from age", "task": "classification", **demand}
    work = Work(
        settings=Settings(home=home),
        demand=Demand(**words),
        target="survived",
        export_to=home / "exports" / "run",
        facts={"load": {"record": record.model_dump(mode="json") if record else None}},
    )
    origin = Origin(kind="record", name=record.id) if record else Origin(kind="file", name="f.csv")
    work.table = work.store.put(source_frame() if frame is None else frame, origin=origin)
    return work


def do_export(work, **arguments):
    """Propose an export, approve it, and return its folder."""
    proposal = export.propose(work, arguments)
    return export.apply(work, proposal, approve(proposal.groups, by="ada"))


@pytest.fixture
def work(tmp_path):
    """Return a Work with two changes approved."""
    record = make_record(license=License(spdx="CC-BY-4.0", basis="stated"))
    work = make_work(tmp_path, record=record)
    change_table(work, DropDuplicateRows())
    change_table(work, DropRowsMissing(column="age"))
    return work


@pytest.fixture
def steps():
    """Return the functions above, for tests that set up a Work of their own."""
    return SimpleNamespace(
        source_frame=source_frame,
        make_record=make_record,
        make_work=make_work,
        change_table=change_table,
        do_export=do_export,
    )
