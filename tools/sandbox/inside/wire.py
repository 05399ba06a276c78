"""Messages between the two sides: two lengths, a JSON header, and bytes that Arrow reads."""

import json
import os
import struct
from typing import Any

LENGTHS = struct.Struct("!QQ")


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Return a message as bytes."""
    head = json.dumps(header).encode()
    return LENGTHS.pack(len(head), len(body)) + head + body


def is_whole(message: bytes) -> bool:
    """Say whether a message is as long as it says itself."""
    if len(message) < LENGTHS.size:
        return False
    head, body = LENGTHS.unpack_from(message)
    return len(message) == LENGTHS.size + int(head) + int(body)


def unpack(message: bytes) -> tuple[dict[str, Any], bytes]:
    """Return header and body of a message.

    Raises:
        ValueError: it is not one.
    """
    if not is_whole(message):
        raise ValueError("the message is cut")
    head, _ = LENGTHS.unpack_from(message)
    header = json.loads(message[LENGTHS.size : LENGTHS.size + head])
    if not isinstance(header, dict):
        raise ValueError("the header is no object")
    return header, message[LENGTHS.size + head :]


def send(descriptor: int, message: bytes) -> None:
    """Write a whole message to a pipe."""
    left = memoryview(message)
    while left:
        left = left[os.write(descriptor, left) :]


def receive(descriptor: int) -> bytes | None:
    """Read one message from a pipe that a trusted side writes; None at its end."""
    start = _exactly(descriptor, LENGTHS.size)
    if start is None:
        return None
    rest = _exactly(descriptor, sum(LENGTHS.unpack(start)))
    return None if rest is None else start + rest


def _exactly(descriptor: int, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(descriptor, min(size - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)
