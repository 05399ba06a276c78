"""Secrets out of texts: those of the settings, and whatever has the shape of a key.

What this process was given as secret is known to it as a whole: `Settings` tells of each. Texts are
freed of it where they leave: events, errors, prompts, and whatever is written to standard error.
"""

import logging
import re
import sys
from typing import Any, TextIO
from urllib.parse import unquote, urlsplit

HIDDEN = "[secret]"
SHORTEST = 6
"""A shorter secret is no secret, and hiding it would tear words apart."""

_SHAPES: tuple[tuple[str, str], ...] = (
    (r"\bsk-[A-Za-z0-9_-]{16,}", HIDDEN),
    (r"\bhf_[A-Za-z0-9]{16,}", HIDDEN),
    (r"\bgithub_pat_\w{20,}|\bgh[pousr]_[A-Za-z0-9]{20,}", HIDDEN),
    (r"\bxox[abeprs]-[A-Za-z0-9-]{10,}", HIDDEN),
    (r"\bAIza[0-9A-Za-z_-]{35}", HIDDEN),
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", HIDDEN),
    (r"(?i)(\baws_secret_access_key\W{1,4})[A-Za-z0-9/+=]{40}", rf"\1{HIDDEN}"),
    (r"(?i)(\bbearer\s+)(?=\S*\d)[A-Za-z0-9._~+/=-]{16,}", rf"\1{HIDDEN}"),
    (r"(?i)(\bauthorization\W{1,4}basic\s+)[A-Za-z0-9+/=]{8,}", rf"\1{HIDDEN}"),
    (
        r"(?i)(\b(?:api[_-]?key|access[_-]?token|client[_-]?secret|password)=)[^\s&\"',;]{6,}",
        rf"\1{HIDDEN}",
    ),
    (r"(\w://[^/\s:@]*:)[^/\s@]+(?=@)", rf"\1{HIDDEN}"),
    (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        HIDDEN,
    ),
)
SHAPES = tuple((re.compile(pattern, re.DOTALL), put) for pattern, put in _SHAPES)
"""Keys of well-known services, and places where keys and passwords stand."""

_known: set[str] = set()


def know(secret: str) -> None:
    """Hide a secret from now on; of an address, the password in it as well."""
    password = unquote(urlsplit(secret).password or "") if "://" in secret else ""
    _known.update(text for text in (secret, password) if len(text) >= SHORTEST)


def redacted(text: str) -> str:
    """Return a text without secrets."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for shape, put in SHAPES:
        text = shape.sub(put, text)
    return text


def redacted_data(value: Any) -> Any:
    """Return plain JSON with every text in it free of secrets."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, list):
        return [redacted_data(item) for item in value]
    if isinstance(value, dict):
        return {redacted(name): redacted_data(item) for name, item in value.items()}
    return value


class RedactedStream:
    """A text stream that writes everything without secrets; in all else it is the other one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text and return its length as it was given."""
        self._stream.write(redacted(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def guard_output() -> None:
    """Keep secrets out of log records and of standard error, tracebacks included.

    For a process of our own: it replaces `sys.stderr`, which a library must leave to its host.
    """
    if isinstance(sys.stderr, RedactedStream):
        return
    sys.stderr = RedactedStream(sys.stderr)
    make = logging.getLogRecordFactory()

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        made = make(*args, **kwargs)
        made.msg, made.args = redacted(made.getMessage()), ()
        if made.exc_info:
            made.exc_text = redacted(logging.Formatter().formatException(made.exc_info))
        return made

    logging.setLogRecordFactory(record)
