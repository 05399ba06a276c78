"""Reading what comes back: bytes that hostile code may have written, so nothing is believed."""

import json
import struct
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .base import CodeFailed, Limits
from .inside.wire import unpack

MOST_COLUMNS = 200
MOST_STATE = 1 << 20
STOPS = {
    "time": "It took longer than {seconds:g} s.",
    "memory": "It used more than {memory:,} bytes of memory.",
    "output": "It returned more than {output:,} bytes.",
    "crash": "Its process ended without an answer.",
}
COMPRESSION_FIELD = 3


class Header(BaseModel):
    """What a reply says about itself."""

    model_config = ConfigDict(extra="forbid")

    stop: str | None = Field(default=None, max_length=20)
    error: str | None = Field(default=None, max_length=500)
    line: int | None = None
    printed: str = Field(default="", max_length=4000)
    value: Any = None


@dataclass(frozen=True)
class Answer:
    """What code returned: columns for each row of its frame, or a state; and what it printed."""

    frame: pd.DataFrame | None
    state: Any
    printed: str


def read_state(message: bytes, limits: Limits) -> Answer:
    """Return the state that a reply holds; `limits` are those of the call, for the messages.

    Raises:
        CodeFailed: the code failed, or its reply cannot be used.
    """
    header, _ = _read(message, limits)
    return Answer(None, _state(header.value), header.printed)


def read_columns(message: bytes, rows: int, limits: Limits, *, texts: bool = False) -> Answer:
    """Return the columns that a reply holds.

    Args:
        message: the reply as it came.
        rows: number of rows that the columns must have.
        limits: those of the call, for the messages.
        texts: whether columns of texts are wanted too.

    Raises:
        CodeFailed: the code failed, or its reply cannot be used.
    """
    header, body = _read(message, limits)
    return Answer(_frame(body, rows, texts), None, header.printed)


def _read(message: bytes, limits: Limits) -> tuple[Header, bytes]:
    try:
        data, body = unpack(message)
        header = Header.model_validate(data)
    except (ValueError, RecursionError, ValidationError) as error:
        raise CodeFailed("refused", "Its reply cannot be read.") from error
    if header.stop is not None:
        told = STOPS.get(header.stop, STOPS["crash"]).format(**limits.model_dump())
        raise CodeFailed(header.stop if header.stop in STOPS else "crash", told)
    if header.error is not None:
        where = f" (line {header.line})" if header.line else ""
        raise CodeFailed("error", f"{header.error}{where}")
    return header, body


def _state(value: Any) -> Any:
    if len(json.dumps(value)) > MOST_STATE:
        raise CodeFailed("refused", f"The state is longer than {MOST_STATE:,} characters.")
    return value


def _frame(body: bytes, rows: int, texts: bool) -> pd.DataFrame:
    """Return the columns of an Arrow stream, taken apart so that nothing is unpacked unseen."""
    import pyarrow as pa

    try:
        messages = pa.ipc.MessageReader.open_stream(pa.py_buffer(body))
        schema = pa.ipc.read_schema(messages.read_next_message()).remove_metadata()
        _check_schema(schema, texts)
        batches = []
        for message in messages:
            _check_message(message)
            batches.append(pa.ipc.read_record_batch(message, schema))
            batches[-1].validate(full=True)
        table = pa.Table.from_batches(batches, schema)
    except (pa.ArrowException, ValueError, OSError, StopIteration, struct.error) as error:
        raise CodeFailed("refused", "The columns it returned cannot be read.") from error
    if table.num_rows != rows:
        raise CodeFailed(
            "refused", f"It returned {table.num_rows:,} rows for {rows:,} of the table."
        )
    frame = table.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    return frame


def _check_schema(schema: Any, texts: bool) -> None:
    import pyarrow as pa

    if not 0 < len(schema) <= MOST_COLUMNS:
        raise CodeFailed("refused", f"It returned {len(schema)} columns, not 1 to {MOST_COLUMNS}.")
    is_a = pa.types
    kinds = [is_a.is_integer, is_a.is_floating, is_a.is_boolean, is_a.is_null]
    kinds += [is_a.is_string, is_a.is_large_string] if texts else []
    for field in schema:
        if not any(kind(field.type) for kind in kinds):
            raise CodeFailed(
                "refused",
                f"It returned {field.type}; return numbers or truth values"
                f"{' or texts' if texts else ''} for each row.",
            )


def _check_message(message: Any) -> None:
    """Refuse all but plain batches: a compressed one may be a thousand times what was sent."""
    if message.type != "record batch" or _is_compressed(bytes(message.metadata)):
        raise CodeFailed("refused", "The columns it returned are no plain batches.")


def _is_compressed(metadata: bytes) -> bool:
    """Look into the flatbuffer of a batch, see Message.fbs of the Arrow format."""
    root = struct.unpack_from("<I", metadata)[0]
    place = root + _field(metadata, root, 2)
    batch = place + struct.unpack_from("<I", metadata, place)[0]
    return _field(metadata, batch, COMPRESSION_FIELD) != 0


def _field(data: bytes, table: int, number: int) -> int:
    """Return the offset of a field in a table of a flatbuffer, 0 where it is absent."""
    fields = table - struct.unpack_from("<i", data, table)[0]
    size = struct.unpack_from("<H", data, fields)[0]
    place = 4 + 2 * number
    return int(struct.unpack_from("<H", data, fields + place)[0]) if place < size else 0
