"""Load: one dataset of the catalog, or a file, becomes the run's first table."""

from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from ..errors import NotApplicable, ToolError
from ..retrieval.catalog import load_record
from ..retrieval.index import DatasetIndex
from ..retrieval.live import SOURCES as LIVE_SOURCES
from ..retrieval.live.croissant import is_document
from ..retrieval.live.opened import is_live, open_record, opened_record
from ..retrieval.records import Hit, Record, SearchResult
from ..settings import Settings
from .base import Effect, Result, Work, tool
from .files import file_origin, read_file
from .folder_records import SOURCE as FOLDER
from .frames import storable
from .proposals import Decision, Group, Proposal
from .remote import fetch_table
from .tables import Origin, Table, TableStore

_RULE = "Load the dataset that serves the demand best."
_REVERSIBLE = "Nothing is lost: another dataset can be loaded instead."


class LoadArguments(BaseModel):
    """Arguments of `load`."""

    model_config = ConfigDict(extra="forbid")

    dataset: str | None = Field(
        default=None,
        description="Id of one dataset of the catalog, or address or path of a Croissant document.",
    )
    input: str | None = Field(default=None, description="Path of a table file, instead.")
    k: int = Field(default=5, ge=1, le=50, description="How many hits of the search to offer.")


def keep_frame(store: TableStore, frame: pd.DataFrame, name: str) -> Table:
    """Keep a frame that was handed over in Python as a first table.

    Raises:
        ToolError: the frame cannot be stored.
    """
    return store.put(storable(frame), origin=Origin(kind="frame", name=name))


def columns_of_source(settings: Settings, dataset: str | None, file: str | None) -> list[str]:
    """Return the columns of what a person wants to start from; none where they are not known yet.

    Raises:
        ToolError: there is no such dataset or file, it cannot be loaded, or it holds no rows.
    """
    if file is not None:
        frame = read_file(file)
        _need_rows(frame, Path(file).name)
        return [str(name) for name in frame.columns]
    if dataset is not None:
        record = _need_loadable(_named(settings, dataset))
        return [column.name for column in record.columns]
    return []


def apply_load(work: Work, proposal: Proposal, decision: Decision) -> Result:
    """Load what was chosen.

    Raises:
        ToolError: it cannot be loaded.
        NotApplicable: nothing was chosen.
    """
    chosen = decision.approved(proposal)
    if not chosen:
        raise NotApplicable("no dataset was chosen")
    payload = chosen[0][0].payload
    work.report(f"Loading {chosen[0][0].title}")
    if "input" in payload:
        return _load_file(work, Path(payload["input"]))
    return _load_record(work, _record(work, payload["dataset"]))


@tool(Effect.WRITE, apply=apply_load)
def load(work: Work, args: LoadArguments) -> Proposal:
    """Load one dataset: a hit of the search, a dataset named by its id, or a table file."""
    if args.dataset is not None and args.input is not None:
        raise ToolError("Give a dataset or an input file, not both.")
    if args.input is not None:
        groups = [_file_group(args.input)]
    elif args.dataset is not None:
        groups = [_record_group(work, args.dataset)]
    else:
        groups = _hit_groups(_found(work), args.k)
    return Proposal(tool="load", title="Choose the dataset", groups=groups, pick="one")


def _found(work: Work) -> SearchResult:
    found = SearchResult.model_validate(work.facts.get("search") or {})
    if not found.hits and not found.near_misses:
        raise NotApplicable(found.note or "no dataset was found; search first")
    return found


def _hit_groups(found: SearchResult, k: int) -> list[Group]:
    hits = [(hit, False) for hit in found.hits] + [(hit, True) for hit in found.near_misses]
    loadable = [(hit, near) for hit, near in hits if hit.record.loadable]
    if not loadable:
        raise NotApplicable("none of the datasets that were found can be loaded from here")
    groups = [_hit_group(hit, near) for hit, near in loadable[:k]]
    if not loadable[0][1]:
        groups[0].recommended = True
    return groups


def _hit_group(hit: Hit, near_miss: bool) -> Group:
    words = [f"Score {hit.score:.2f}: {'; '.join(reason.words for reason in hit.reasons)}."]
    if near_miss or hit.unmet:
        broken = "; ".join(hit.unmet) or "it is not close to what was asked"
        words.append(f"It does not meet the demand: {broken}.")
    if hit.flags:
        words.append(f"Note: {'; '.join(hit.flags)}.")
    return _group(hit.record, words, hit)


def _record_group(work: Work, dataset: str) -> Group:
    found = work.facts.get("search") or {}
    for part in ("hits", "near_misses"):
        for hit in found.get(part, []):
            if hit["record"]["id"] == dataset:
                group = _hit_group(Hit.model_validate(hit), part == "near_misses")
                group.recommended = True
                return group
    record = _need_loadable(_record(work, dataset))
    group = _group(record, ["This dataset was asked for."], None)
    group.recommended = True
    return group


def _named(settings: Settings, dataset: str) -> Record:
    """Return the record a person named: of the index, a live source, or a Croissant document."""
    if not is_live(dataset):
        return DatasetIndex.open(settings).record(dataset)
    index = DatasetIndex.open(settings) if DatasetIndex.exists(settings) else None
    return (index and index.get(dataset)) or open_record(dataset, settings)


def _need_loadable(record: Record) -> Record:
    if not record.loadable:
        raise ToolError(f"{record.id} cannot be loaded here; choose a dataset marked loadable.")
    return record


def _need_rows(frame: pd.DataFrame, name: str) -> None:
    if len(frame) == 0:
        raise ToolError(f"{name} has no rows; choose another table.")


def _group(record: Record, words: list[str], hit: Hit | None) -> Group:
    if record.deprecation and not any(record.deprecation.reason in word for word in words):
        words = [*words, _deprecated(record)]
    if record.source in LIVE_SOURCES:
        words = [*words, f"It is fetched over the network: {record.url or record.native}."]
    return Group(
        id=f"load:{record.id}",
        title=record.title,
        rule=_RULE,
        evidence=" ".join(words),
        facts={
            "id": record.id,
            "rows": record.size.rows,
            "columns": record.size.columns,
            "license": record.license.label,
            "score": hit.score if hit else None,
            "unmet": hit.unmet if hit else [],
            "flags": hit.flags if hit else [],
        },
        affected=1,
        unit="table",
        reversible=_REVERSIBLE,
        payload={"dataset": record.id},
    )


def _deprecated(record: Record) -> str:
    assert record.deprecation
    words = f"{record.deprecation.status.capitalize()}: {record.deprecation.reason.rstrip('.')}."
    if record.deprecation.replacement:
        words += f" Use instead: {record.deprecation.replacement}."
    return words


def _file_group(path: str) -> Group:
    origin = file_origin(path)
    size = Path(path).expanduser().stat().st_size
    return Group(
        id="load:file",
        title=origin.name,
        rule="Load the file that was given.",
        evidence=f"A file of {size:,} bytes.",
        facts={"file": origin.name, "bytes": size, "sha256": origin.sha256},
        affected=1,
        unit="table",
        reversible=_REVERSIBLE,
        recommended=True,
        payload={"input": path},
    )


def _record(work: Work, dataset: str) -> Record:
    """Return the record as the search found it, else as the index or an open document has it."""
    found = work.facts.get("search") or {}
    for hit in (*found.get("hits", []), *found.get("near_misses", [])):
        if hit["record"]["id"] == dataset:
            return Record.model_validate(hit["record"])
    index = DatasetIndex.open(work.settings) if DatasetIndex.exists(work.settings) else None
    if index and (known := index.get(dataset)):
        return known
    # A model may have named it: only what a person has opened is read, and nothing is fetched.
    opened = opened_record(dataset, work.settings)
    if opened is None and is_document(dataset):
        raise ToolError(f"{dataset} is not open; start a run with --dataset {dataset}")
    return opened or DatasetIndex.open(work.settings).record(dataset)


def _load_file(work: Work, path: Path) -> Result:
    return _loaded(work, read_file(path), file_origin(path), None)


def record_frame(work: Work, record: Record) -> pd.DataFrame:
    """Return the table of a record, from wherever it is.

    Raises:
        ToolError: it cannot be loaded.
    """
    if record.source in LIVE_SOURCES:
        return fetch_table(record, work.settings, work.report).frame
    return read_file(record.native) if record.source == FOLDER else load_record(record)


def _load_record(work: Work, record: Record) -> Result:
    if record.source not in LIVE_SOURCES:
        origin = Origin(kind="record", name=record.id)
        return _loaded(work, record_frame(work, record), origin, record)
    fetched = fetch_table(record, work.settings, work.report)
    found = {**record.provenance, "files": fetched.files}
    hashes = [str(file["sha256"]) for file in fetched.files if file["sha256"]]
    origin = Origin(
        kind="record",
        name=record.id,
        sha256=hashes[0] if len(fetched.files) == 1 == len(hashes) else None,
    )
    known = record.model_copy(update={"provenance": found})
    result = _loaded(work, fetched.frame, origin, known)
    summary = " ".join([result.summary, *fetched.notes])
    return result.model_copy(
        update={"summary": summary, "data": {**result.data, "notes": fetched.notes}}
    )


def _loaded(work: Work, frame: pd.DataFrame, origin: Origin, record: Record | None) -> Result:
    _need_rows(frame, origin.name)
    table = work.store.put(storable(frame), origin=origin)
    data: dict[str, Any] = {
        "record": record.model_dump(mode="json") if record else None,
        "rows": table.rows,
        "columns": len(table.columns),
    }
    title = record.title if record else origin.name
    summary = f"Loaded {title}: {table.rows:,} rows, {len(table.columns)} columns."
    return Result(summary=summary, data=data, table=table.id)
