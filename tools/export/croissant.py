"""croissant.json: the dataset's metadata in Croissant 1.1 with RAI 1.0 and PROV terms.

Written through mlcroissant, validated, and read back: the records that a reader of the file gets
must equal the table's rows.
"""

import datetime
import hashlib
import itertools
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ... import __version__
from ..operations.written import PROVENANCE
from ..tables import Change
from .account import Account
from .text import plain, web_address

CHECKED_ROWS = 1_000
PROV = "http://www.w3.org/ns/prov#"
RAI_1_0 = "http://mlcommons.org/croissant/RAI/1.0"
DATA = "data.parquet"


def write_croissant(account: Account, folder: Path) -> int:
    """Write croissant.json beside data.parquet, validate it and read the records back.

    Returns how many records were compared with the table: all up to `CHECKED_ROWS`.
    """
    content = croissant(account, folder / DATA)
    path = folder / "croissant.json"
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return read_back(path, account.after)


def croissant(account: Account, data: Path) -> dict[str, Any]:
    """Return the metadata as a JSON-LD object."""
    with _quiet():
        content: dict[str, Any] = _metadata(account, data).to_json()
    # mlcroissant 1.1.1 misspells this key, so it is set here.
    content["rai:dataManipulationProtocol"] = " ".join(_sentences(account)) or "None."
    content["@context"]["prov"] = PROV
    content.update(_provenance(account))
    return content


def read_back(path: Path, frame: pd.DataFrame) -> int:
    """Compare the records of a Croissant file with a table and return how many were compared.

    Raises:
        ValueError: the file is not valid, or a record differs from its row.
    """
    import mlcroissant as mlc

    with _quiet():
        dataset = mlc.Dataset(jsonld=str(path))
        if dataset.metadata.issues.errors:
            raise ValueError(dataset.metadata.issues.report())
        records = list(itertools.islice(dataset.records("records"), CHECKED_ROWS))
    head = frame.head(len(records))
    columns = [(name, field, head[name].tolist()) for name, field in _field_ids(frame).items()]
    for row, record in enumerate(records):
        for name, field, cells in columns:
            if not _same(record[field], cells[row]):
                raise ValueError(f"Row {row} of {name!r} reads back as {record[field]!r}.")
    return len(records)


def _metadata(account: Account, data: Path) -> Any:
    import mlcroissant as mlc

    record, license_ = account.record, account.license
    context = mlc.Context(conforms_to=mlc._src.core.context.CroissantVersion.V_1_1)
    stated = license_.url or _spdx_url(license_.spdx) or license_.raw
    return mlc.Metadata(
        ctx=context,
        conforms_to=[str(context.conforms_to.value), RAI_1_0],
        name=plain(account.title, 200),
        description=plain(record.description if record else "", 20_000) or account.demand.text,
        url=web_address(record.url) if record else None,
        license=[stated] if license_.basis == "stated" and stated else None,
        creators=[
            mlc.Person(ctx=context, id=f"creator-{place}", name=plain(name, 200))
            for place, name in enumerate(record.creators if record else [], 1)
        ],
        cite_as=record.citation if record else None,
        date_published=_date(record.date) if record else None,
        in_language=(record.languages or None) if record else None,
        keywords=[plain(k, 100) for k in record.keywords] or None if record else None,
        same_as=[u for u in map(web_address, record.same_as) if u] or None if record else None,
        version=f"1.0.0+{account.table.id[:12]}",
        distribution=[_file(mlc, context, data)],
        record_sets=[_records(mlc, context, account)],
        **_responsible(account),
    )


def _file(mlc: Any, context: Any, data: Path) -> Any:
    content = data.read_bytes()
    return mlc.FileObject(
        ctx=context,
        id=DATA,
        name=DATA,
        description="The prepared table.",
        content_url=DATA,
        content_size=f"{len(content)} B",
        encoding_formats=["application/x-parquet"],
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _records(mlc: Any, context: Any, account: Account) -> Any:
    frame = account.after
    ids = _field_ids(frame)
    fields = [
        mlc.Field(
            ctx=context,
            id=field,
            name=name,
            description=plain(account.description_of(name) or "unknown"),
            data_types=[getattr(mlc.DataType, str(_data_type(frame[name])))],
            source=mlc.Source(
                ctx=context, file_object=DATA, extract=mlc.Extract(ctx=context, column=name)
            ),
        )
        for name, field in ids.items()
    ]
    words = f"One record per row: {len(frame):,} rows."
    left_out = [str(name) for name in frame.columns if name not in ids]
    if left_out:
        words += f" Not described here: {plain(', '.join(map(repr, left_out)))}."
    return mlc.RecordSet(
        ctx=context, id="records", name="records", description=words, fields=fields
    )


def _field_ids(frame: pd.DataFrame) -> dict[str, str]:
    """Map the columns that Croissant can describe to field ids: the name, or the place if odd."""
    names = [str(name) for name in frame.columns]
    plain_names = {n for n in names if n.isascii() and n.replace("_", "").isalnum()}
    return {
        name: f"records/{name}" if name in plain_names else f"records/column-{place}"
        for place, name in enumerate(names)
        if name and _data_type(frame[name])
    }


def _data_type(column: pd.Series) -> str | None:
    """Return the name of the data type; None where mlcroissant could not read the cells back."""
    kinds = pd.api.types
    if kinds.is_bool_dtype(column.dtype):
        return "BOOL"
    if kinds.is_integer_dtype(column.dtype):
        return "INTEGER"
    if kinds.is_float_dtype(column.dtype):
        return "FLOAT"
    if kinds.is_datetime64_any_dtype(column.dtype):
        return "DATETIME"
    if kinds.is_timedelta64_dtype(column.dtype):
        return None
    if column.dtype == object:
        inferred = kinds.infer_dtype(column, skipna=True)
        return {"date": "DATE", "decimal": "FLOAT", "time": None}.get(inferred, "TEXT")
    return "TEXT"


def _responsible(account: Account) -> dict[str, Any]:
    """Return the RAI fields; what nobody measured or stated is "unknown"."""
    before, after = int(account.before.isna().sum().sum()), int(account.after.isna().sum().sum())
    filled = [c for c in account.changes if any("fill" in o.op() for o in c.operations)]
    imputed = [o.sentence() for change in filled for o in change.operations]
    limits = [*account.notes, *account.warnings] or ["unknown"]
    return {
        "data_collection": "unknown",
        "data_collection_missing_data": f"{before:,} missing cells in the source table, "
        f"{after:,} in the exported one.",
        "data_imputation_protocol": " ".join(imputed) or "No missing value was filled.",
        "data_preprocessing_protocol": _sentences(account) or ["None."],
        "data_biases": ["unknown"],
        "data_limitations": [plain(note) for note in limits],
        "data_use_cases": [plain(account.demand.text)],
        "data_social_impact": "unknown",
        "personal_sensitive_information": ["unknown"],
    }


def _sentences(account: Account) -> list[str]:
    return [plain(o.sentence()) for change in account.changes for o in change.operations]


def _provenance(account: Account) -> dict[str, Any]:
    origin = account.recipe.origin
    source: dict[str, Any] = {
        "@id": f"urn:sha256:{origin.sha256 or account.source.data}",
        "@type": "prov:Entity",
        "name": plain(origin.name, 200),
        "sha256": origin.sha256 or account.source.data,
    }
    address = web_address(account.record.url) if account.record else None
    if address:
        source["prov:atLocation"] = address
    found: dict[str, Any] = {"prov:wasDerivedFrom": source}
    activities = [_activity(number, c) for number, c in enumerate(account.changes, 1)]
    if activities:
        found["prov:wasGeneratedBy"] = activities
    if account.synthetic_rows:
        made_by = _generators(account)
        found["prov:wasAttributedTo"] = made_by if len(made_by) > 1 else made_by[0]
    return found


def _activity(number: int, change: Change) -> dict[str, Any]:
    return {
        "@id": f"urn:dataquarry:step:{number}",
        "@type": "prov:Activity",
        "name": plain(change.title, 200),
        "description": plain(f"{change.rule} {change.evidence}"),
        "prov:wasAssociatedWith": {
            "@id": f"urn:dataquarry:step:{number}:by",
            "@type": "prov:Agent",
            "name": plain(change.decided_by, 200),
        },
    }


def _generators(account: Account) -> list[dict[str, Any]]:
    """Return who made the synthetic rows: DataQuarry, and the language models that wrote some."""
    made = "; ".join(plain(change.title, 200) for change in account.synthetic_changes)
    marks = ", ".join(map(repr, account.synthetic_marks))
    words = f"{account.synthetic_rows:,} synthetic rows, true in the column {marks}: {made}."
    agents = [("generator", f"DataQuarry {__version__}", words)]
    agents += [
        (f"writer:{number}", plain(name, 200), f"Language model; see {PROVENANCE!r} of each row.")
        for number, name in enumerate(account.writers, 1)
    ]
    return [
        {
            "@id": f"urn:dataquarry:{place}",
            "@type": "prov:SoftwareAgent",
            "name": name,
            "description": about,
        }
        for place, name, about in agents
    ]


def _spdx_url(spdx: str | None) -> str | None:
    return f"https://spdx.org/licenses/{spdx}.html" if spdx else None


def _date(text: str | None) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text) if text else None
    except ValueError:  # a year or words: Croissant takes dates only
        return None


def _same(read: Any, cell: Any) -> bool:
    """Compare a value that mlcroissant read with the table's; it gives text as bytes."""
    if isinstance(cell, (list, np.ndarray)):
        parts = zip(read, cell, strict=False)
        return len(read) == len(cell) and all(_same(part, value) for part, value in parts)
    if pd.isna(cell) or read is None:
        return bool(pd.isna(cell) and pd.isna(read))
    if isinstance(read, bytes):
        return read == (cell if isinstance(cell, bytes) else str(cell).encode())
    return bool(read == (pd.Timestamp(cell) if type(cell) is datetime.date else cell))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep mlcroissant's warnings about optional fields off the terminal."""
    logger = logging.getLogger("absl")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
