"""Tables are immutable, found by content, and whole or not there."""

import os

import pandas as pd
import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.operations.rows import DropDuplicateRows
from dataquarry.tools.tables import Change, Origin, TableStore, parquet_bytes, write_whole
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

values = st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=1, max_size=8)
shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def change(**other):
    """Return a change that drops duplicates."""
    return Change(
        **{
            "tool": "clean",
            "group": "duplicates",
            "title": "Drop duplicates",
            "rule": "r",
            "evidence": "e",
            "affected": 1,
            "unit": "rows",
            "decided_by": "me",
            "operations": [DropDuplicateRows()],
            **other,
        }
    )


@shared_folder
@given(values)
def test_a_table_reads_back_as_it_was_kept(tmp_path, numbers):
    frame = pd.DataFrame({"x": pd.array(numbers, dtype="Int64")})
    store = TableStore(tmp_path)
    table = store.put(frame)
    assert parquet_bytes(store.frame(table)) == parquet_bytes(frame)
    assert store.path(table).read_bytes() == parquet_bytes(frame)
    assert store.get(table.id) == table


@shared_folder
@given(values)
def test_undo_finds_the_parent_unchanged(tmp_path, numbers):
    store = TableStore(tmp_path)
    frame = pd.DataFrame({"x": numbers}, dtype="float64")
    parent = store.put(frame, origin=Origin(kind="frame", name="n"))
    before = store.path(parent).read_bytes()
    changed = DropDuplicateRows().apply(store.frame(parent))
    child = store.put(changed, parent=parent, changes=[change()])
    assert store.lineage(child) == [parent, child]
    assert store.get(child.parent) == parent
    assert store.path(parent).read_bytes() == before


def test_keeping_the_same_table_again_gives_the_same_version(tmp_path):
    store = TableStore(tmp_path)
    frame = pd.DataFrame({"x": [1]})
    assert store.put(frame) == store.put(frame.copy())


def test_the_same_bytes_reached_in_two_ways_are_two_tables(tmp_path):
    store = TableStore(tmp_path)
    parent = store.put(pd.DataFrame({"x": [1, 1]}))
    one = store.put(pd.DataFrame({"x": [1]}), parent=parent, changes=[change()])
    other = store.put(pd.DataFrame({"x": [1]}), parent=parent, changes=[change(decided_by="you")])
    assert one.data == other.data
    assert one.id != other.id


def test_an_unknown_table_is_named(tmp_path):
    with pytest.raises(ToolError, match="No table 'nope'"):
        TableStore(tmp_path).get("nope")


def test_what_parquet_cannot_keep_is_refused(tmp_path):
    with pytest.raises(ToolError, match="cannot be stored as Parquet"):
        TableStore(tmp_path).put(pd.DataFrame({"x": [1, "a", object()]}))


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
